import Inference
import SyntheticCorpus
import Tensors
import Text
import Training
import Transformer
import Zoo

/// Measures every head of some models on the same sentences: what each does, what each is worth, and which
/// encoder head looks like which decoder head.
public struct HeadAtlas {
  /// A model with some of its past.
  public struct Subject {
    /// Index of the arm.
    public let arm: Int
    /// The trained model.
    public let trained: LoadedModel
    /// Steps that it took.
    public let step: Int
    /// Earlier states by steps taken, each made when it is asked for and released before the next.
    public let earlier: [(step: Int, load: () throws -> LoadedModel)]
    /// Held-out examples that importance is measured on; none leaves it out.
    public let examples: [Example]
    /// Unit of their loss.
    public let unit: String

    /// A model.
    public init(
      arm: Int, trained: LoadedModel, step: Int, earlier: [(step: Int, load: () throws -> LoadedModel)],
      examples: [Example], unit: String
    ) {
      self.arm = arm
      self.trained = trained
      self.step = step
      self.earlier = earlier
      self.examples = examples
      self.unit = unit
    }
  }

  /// Agreement items that are asked, half of them with each number.
  static let maxItems = 60
  /// Pairs of models whose heads are matched.
  static let maxMatches = 4
  /// Bytes that the pictures of one state may take; larger models have none.
  package static let maxPictureBytes = 60_000

  private let subjects: [Subject]
  private let questions: HeadQuestions?

  /// An atlas of some models, at least one.
  ///
  /// - Parameters:
  ///   - source: the text whose held-out part is read.
  ///   - items: choices between verb forms; empty where the text has none.
  ///   - shown: the sentence of the pictures; nil: the first of those that are read.
  public init(_ subjects: [Subject], source: TextSource, items: [VerbItem], shown: String?) {
    self.subjects = subjects
    questions = HeadQuestions(
      source, subjects.map { EvaluationSubject.Reader($0.trained) }, items: items, shown: shown)
  }

  /// The atlas; nil where the held-out text has no lines to read.
  ///
  /// - Throws: `InferenceError`, `MemoryError`; what making the model before training throws.
  public func make() throws -> HeadResults? {
    guard let questions else { return nil }
    let found = try subjects.map { try questions.measure($0) }
    // Maps are compared place by place, which needs those of both models at once.
    let surveyed = found.map(\.maps)
    let pairs = surveyed.filter(\.isEncoder).flatMap { encoder in
      surveyed.filter { !$0.isEncoder && $0.content == encoder.content }.map { (encoder, $0) }
    }
    return HeadResults(
      sentences: questions.sentences.count, items: found.map(\.items).max() ?? 0,
      windows: found.map(\.windows).max() ?? 0, models: found.map(\.model),
      matches: try pairs.prefix(Self.maxMatches).compactMap { try $0.match(with: $1) })
  }
}
