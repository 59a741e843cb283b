import Foundation
import Settings
import Tensors
import Text
import Transformer
import Zoo

/// A fine-tuned model that labels texts.
///
///     let classifier = try TextClassifier(checkpoint, registry: .standard(), context: .cpu())
///     print(try classifier.classify(["the dog sleeps."])[0].parts[0].label)
public final class TextClassifier {
  /// What the model says of a text, of two texts, or of a word.
  public struct Part: Sendable, Codable {
    /// What is labelled: the text, or the word.
    public let text: String
    /// The most probable label.
    public let label: String
    /// Its probability.
    public let probability: Double
    /// The probability of every label.
    public let probabilities: [String: Double]
  }

  /// A text with its labels.
  public struct Classified: Sendable {
    /// One part; of a model that labels words, one a word.
    public let parts: [Part]
    /// Whether the text is longer than the model reads, and was cut as in fine-tuning. Words that were cut have no part.
    public let isCut: Bool
  }

  /// What the head was trained for.
  public let record: ClassifierRecord
  private let network: ClassifierNetwork
  private let encoder: LabelledEncoder

  /// Loads a model with its head.
  ///
  /// - Parameters:
  ///   - checkpoint: a fine-tuned model that was kept.
  ///   - registry: the registry of components.
  ///   - context: the context that holds the parameters.
  /// - Throws: `TrainerError` for a model without a head; `CheckpointError` that names the tensor at fault.
  public init(_ checkpoint: ModelFile.OpenCheckpoint, registry: Registry, context: Context) throws {
    record = try ClassifierRecord(of: checkpoint)
    let descriptor = try registry.descriptor(of: checkpoint)
    let model = try registry.build(descriptor, in: context, trains: false, source: checkpoint)
    try checkpoint.expectNothingElse(than: model.parameters)
    let (pooling, labels) = (record.point.pooling, record.labels)
    guard pooling != .pooler || model.pooler != nil else {
      throw TrainerError(
        place: checkpoint.url.path, reason: "the head reads a pooler, which the model does not have",
        suggestion: "fine-tune the model again")
    }
    network = ClassifierNetwork(
      model: model,
      head: try ClassificationHead(
        of: checkpoint, record.options.head, width: model.dimensions.width, classes: labels.count, in: context
      ),
      pooling: pooling, context: context)
    encoder = LabelledEncoder(
      checkpoint.tokenizer, startsWithToken: checkpoint.record.startsWithToken, context: descriptor.context,
      labels: labels)
  }

  /// Why a text cannot be labelled; nil where it can.
  ///
  /// - Parameter text: as below.
  public func refusal(_ text: String) -> String? {
    do { _ = try example(text) } catch let error as TextError {
      return "\(error.reason); \(error.suggestion)"
    } catch { return "\(error)" }
    return nil
  }

  /// Labels texts; those of about one length are read together.
  ///
  /// - Parameter texts: for a model of pairs, both texts with a tab between them; for one of words, the words with
  ///   spaces between them.
  /// - Throws: `TextError` for a text that cannot be labelled; `MemoryError`.
  public func classify(_ texts: [String]) throws -> [Classified] {
    let read = try texts.map(example)
    return zip(read, try network.logits(read.map(\.example))).map { read, logits in
      let parts = zip(read.labelled, logits).map { text, row in
        let probabilities = Self.softmax(row)
        let best = ClassifierNetwork.best(row)
        return Part(
          text: text, label: record.labels[best], probability: probabilities[best],
          probabilities: Dictionary(uniqueKeysWithValues: zip(record.labels, probabilities)))
      }
      return Classified(parts: parts, isCut: read.example.isCut)
    }
  }

  /// A text as the model reads it, and what of it has labels.
  private func example(_ text: String) throws -> (example: LabelledExample, labelled: [String]) {
    let parts = try LabelledText.parts(of: text, record.form)
    let example = try encoder.encode(LabelledText(parts, labels: []), record.form)
    let labelled = record.form == .tagging ? parts.map { $0.trimmingPrefix(" ") }.map(String.init) : [text]
    return (example, labelled)
  }

  private static func softmax(_ logits: [Float]) -> [Double] {
    let most = Double(logits.max() ?? 0)
    let powers = logits.map { exp(Double($0) - most) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
