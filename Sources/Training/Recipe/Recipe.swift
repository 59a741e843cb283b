import Kernels
import Settings
import Zoo

/// How a model is trained: objective, optimiser, schedule, batch, budget and data. A recipe says nothing
/// of the model, so that one recipe trains many.
public struct Recipe: Sendable {
  /// The full tree, every default filled in.
  public let settings: Resolved
  /// The tree as it was written, after `extends` and `--set`.
  public let node: Node
  /// The tree that somebody wrote, without the defaults of a command; nil where the recipe is read back from a run.
  /// Only what was written can be wrong: defaults adapt to the length of a run.
  var written: Node?

  /// Sequences in one micro-batch.
  public var batch: Int { settings.integer("batch") }
  /// Micro-batches whose gradients make one step.
  public var accumulation: Int { settings.integer("accumulation") }
  /// What the matrix products of training steps multiply; evaluations take single precision.
  public var precision: ProductPrecision {
    ProductPrecision(rawValue: settings.text("precision")) ?? .fp32
  }
  /// The seed of initial values, data order, masks and dropout.
  public var seed: UInt64 { UInt64(settings.integer("seed")) }
  /// Share of the text, at its end, that is held out.
  public var heldOutShare: Double { settings.number("heldOutShare") }
  /// Share of the training text that stands in for the held-out text while settings are chosen; nil: none.
  public var tuningShare: Double? { settings.optionalNumber("tuningShare") }
  /// Held-out windows that evaluations use; nil: all.
  public var evaluationWindows: Int? { settings.optionalInteger("evaluationWindows") }
  /// Recent checkpoints that are kept beside the best one.
  public var keepLast: Int { settings.integer("keepLast") }

  /// Files and folders of text; nil: the embedded corpus.
  ///
  /// A list names them exactly; a text is split at its commas.
  public var data: [String]? {
    if let paths = settings.optionalTexts("data") { return paths }
    let text = settings.text("data")
    return text == "embedded" ? nil : text.split(separator: ",").map(String.init)
  }

  /// The budget as it was asked for.
  public var budget: Budget {
    if let minutes = settings.optionalNumber("minutes") { return .minutes(minutes) }
    if let tokens = settings.optionalInteger("tokens") { return .tokens(tokens) }
    if let tokens = settings.optionalInteger("supervisedTokens") { return .supervisedTokens(tokens) }
    if let flops = settings.optionalNumber("flops") { return .flops(flops) }
    if let bytes = settings.optionalInteger("bytes") { return .bytes(bytes) }
    return .steps(settings.optionalInteger("steps") ?? 2000)
  }

  /// Refuses a precision that this machine has no instructions for.
  ///
  /// - Throws: `TrainerError`.
  public func expectInstructions() throws {
    if !precision.isNative { throw TrainerError.lacks(precision) }
  }

  /// Steps between evaluations of a run of `steps` steps.
  public func evaluateEvery(steps: Int) -> Int {
    settings.optionalInteger("evaluateEvery") ?? max(1, (steps + 19) / 20)
  }

  /// Steps between checkpoints of a run of `steps` steps.
  public func checkpointEvery(steps: Int) -> Int {
    settings.optionalInteger("checkpointEvery") ?? max(1, (steps + 3) / 4)
  }
}
