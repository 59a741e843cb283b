import Inference
import Settings
import Tensors
import Text
import Training
import Transformer
import Zoo

/// A trained model to fine-tune, and the values that it began pretraining with.
public struct FineTuningModel {
  /// The name in tables.
  public let name: String
  /// Pretraining steps.
  public let steps: Int
  let descriptor: ModelDescriptor
  let tokenizer: any Tokenizer
  let startsWithToken: Bool
  let kind: ArchitectureKind
  let seesFuture: Bool
  /// The values to begin with, by name.
  let starts: [(name: String, values: ParameterValues)]

  /// How it reads labelled texts.
  func encoder(labels: [String]) -> LabelledEncoder {
    LabelledEncoder(
      tokenizer, startsWithToken: startsWithToken, context: descriptor.context, labels: labels)
  }

  /// Why the model cannot read a labelled text; nil where it can.
  package func fault(in text: LabelledText, _ form: LabelledTexts.Form, labels: [String]) -> TextError? {
    do { _ = try encoder(labels: labels).encode(text, form) } catch { return error as? TextError }
    return nil
  }

  /// A model.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - trained: the trained model.
  ///   - initial: the same model with the values that it had before training.
  ///   - steps: the steps of its training.
  public init(name: String, _ trained: LoadedModel, initial: any LanguageModel, steps: Int) {
    self.name = name
    self.steps = steps
    descriptor = trained.descriptor
    tokenizer = trained.tokenizer
    startsWithToken = trained.startsWithToken
    kind = trained.kind
    seesFuture = trained.model.mask.seesFuture
    starts = [
      ("trained", ParameterValues(trained.model.parameters)),
      ("untrained", ParameterValues(initial.parameters)),
    ]
  }
}
