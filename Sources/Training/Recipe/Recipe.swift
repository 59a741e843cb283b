import Kernels
import Settings
import Text
import Zoo

/// How a model is trained: objective, optimiser, schedule, batch, budget and data. A recipe does not
/// depend on the model, so one recipe can train many.
public struct Recipe: Sendable {
  /// The full tree, every default filled in.
  public let settings: Resolved
  /// The tree as it was written, after `extends` and `--set`.
  package let node: Node
  /// The tree written by the user, without the defaults of a command; nil where the recipe is read back from a run.
  /// Only what was written can be wrong: defaults adapt to the length of a run.
  var written: Node?

  /// Sequences in one micro-batch.
  public var batch: Int { settings[RecipeSettings.batch] }
  /// Micro-batches whose gradients make one step.
  public var accumulation: Int { settings[RecipeSettings.accumulation] }
  /// The precision of matrix products in training steps; evaluations use single precision.
  public var precision: ProductPrecision { settings[RecipeSettings.precision] }
  /// The seed of initial values, data order, masks and dropout.
  public var seed: UInt64 { UInt64(settings[RecipeSettings.seed]) }
  /// Fraction of the text, at its end, that is held out.
  public var heldOutShare: Double { settings[RecipeSettings.heldOutShare] }
  /// Fraction of the training text that replaces the held-out text while settings are chosen; nil: none.
  public var tuningShare: Double? { settings[RecipeSettings.tuningShare] }
  /// Held-out windows that evaluations use; nil: all.
  public var evaluationWindows: Int? { settings[RecipeSettings.evaluationWindows] }
  /// Number of recent checkpoints that are kept in addition to the best one.
  public var keepLast: Int { settings[RecipeSettings.keepLast] }

  /// Files and folders of text, or the name of a registered one; nil: the embedded corpus.
  ///
  /// A list names them exactly; a text is split at its commas.
  public var data: [String]? {
    switch settings[RecipeSettings.data] {
    case .texts(let paths): paths
    case .text(let text): text == Self.embeddedText ? nil : text.split(separator: ",").map(String.init)
    }
  }

  /// Whether standard input is one of its texts.
  package var readsStandardInput: Bool { data?.contains(InputFile.standardInput) ?? false }

  /// How often the windows of each path occur in an epoch; empty where all are one text.
  public var weights: [Double] { settings[RecipeSettings.weights] }
  /// How files are divided into documents.
  public var reading: DataReading {
    var reading = DataReading(
      format: settings[RecipeSettings.format], skipsBad: settings[RecipeSettings.skipBad])
    switch settings[RecipeSettings.field] {
    case .text(let field): reading.field = field
    case .texts(let fields): reading.fields = fields
    }
    return reading
  }
  /// Whether windows cross the ends of documents.
  public var windows: WindowPlacement { settings[RecipeSettings.windows] }

  /// The budget as the recipe states it.
  public var budget: Budget {
    if let minutes = settings[RecipeSettings.minutes] { return .minutes(minutes) }
    if let tokens = settings[RecipeSettings.tokens] { return .tokens(tokens) }
    if let tokens = settings[RecipeSettings.supervisedTokens] { return .supervisedTokens(tokens) }
    if let flops = settings[RecipeSettings.flops] { return .flops(flops) }
    if let bytes = settings[RecipeSettings.bytes] { return .bytes(bytes) }
    return .steps(settings[RecipeSettings.steps] ?? 2000)
  }

  /// The learning rate that the schedule scales.
  public var learningRate: Double { optimiser[OptimiserSettings.learningRate] }
  /// The optimiser's settings.
  public var optimiser: Resolved { settings[RecipeSettings.optimiser] }
  /// The schedule's settings.
  public var schedule: Resolved { settings[RecipeSettings.schedule] }

  /// Refuses a precision that this machine has no instructions for.
  ///
  /// - Throws: `TrainerError`.
  package func expectInstructions() throws {
    if !precision.isNative { throw TrainerError.lacks(precision) }
  }

  /// Steps between evaluations of a run of `steps` steps.
  public func evaluateEvery(steps: Int) -> Int {
    settings[RecipeSettings.evaluateEvery] ?? max(1, (steps + 19) / 20)
  }

  /// Steps between checkpoints of a run of `steps` steps.
  public func checkpointEvery(steps: Int) -> Int {
    settings[RecipeSettings.checkpointEvery] ?? max(1, (steps + 3) / 4)
  }
}
