import Foundation
import Settings
import SyntheticCorpus
import Text
import Training
import Wording
import Zoo

/// A run that was trained before, at one of its checkpoints: one arm of a comparison in which nothing is trained.
public struct TrainedRun {
  /// What defines the model and its training; the recipe's text is where it is now.
  public let plan: ArmPlan
  /// How a command line names it: the run, and `@STEP` where it is not its newest checkpoint.
  public let reference: String
  /// The run's folder.
  public let folder: RunFolder
  /// What `run.json` says, with the state and the evaluation of this checkpoint; no evaluation where none was
  /// recorded at this step.
  public let record: RunRecord
  /// The weights.
  let checkpoint: ModelFile.OpenCheckpoint
  /// Whether it was trained here: of an imported or a fine-tuned model neither text nor recipe nor steps are
  /// known.
  public let isTrainingKnown: Bool
  /// The text, cut as in training, in the tokens of the run's own tokenizer.
  public let data: TrainingData

  /// What tells one held-out text from another: the bytes, and where they are cut.
  var text: String { "\(data.source.fingerprint) \(data.source.trainBytes) \(data.source.heldOutBytes)" }

  /// Reads a run and its text.
  ///
  /// - Parameters:
  ///   - arm: its name and its place among the models that are compared; descriptor and recipe are the run's
  ///     own.
  ///   - reference: the run as the user wrote it.
  ///   - checkpoint: the checkpoint.
  ///   - folder: the folder of the run.
  ///   - moved: where the text stands now; nil: where it was.
  ///   - shelf: texts that were read for other runs.
  ///   - registry: the registry of components.
  /// - Throws: `TrainerError` when the record is missing or not that of the checkpoint, or the text is not the one
  ///   that the run was trained on; `TextError` when it cannot be read; `CheckpointError`.
  public init(
    _ arm: (name: String, arm: String?, seedNumber: Int, against: String?), reference: String,
    _ checkpoint: ModelFile.OpenCheckpoint, of folder: RunFolder, moved: [String]?, shelf: TextShelf,
    _ registry: Registry
  ) throws {
    var record = try RunRecord.read(folder)
    let descriptor = try registry.descriptor(json: checkpoint.record.descriptor, name: checkpoint.record.name)
    let own = try Recipe.of(checkpoint, registry: registry)
    // A run that was made longer has checkpoints of when it was shorter.
    try RunPlan(descriptor, own, ignoring: Budget.settings).expect(
      descriptor: record.descriptor, recipe: record.recipe, at: checkpoint.url.shownPath,
      suggestion: "move the checkpoint away: it does not belong to the run's record", registry)
    let state = try TrainerState(from: checkpoint)
    if record.status != .finished || state.step != record.state.step { record.evaluation = nil }
    record.state = state
    let recipe = try moved.map {
      try Recipe.of(checkpoint, sets: [Recipe.edit(data: $0)], registry: registry)
    }
    let source = try RunText(of: record, open: { try shelf.source($0, of: folder) }).source(
      recipe ?? own,
      advice:
        "restore the original text, or compare only runs on that text and name its new place with --data PATH",
      registry)
    plan = ArmPlan(
      name: arm.name, arm: arm.arm, seedNumber: arm.seedNumber, against: arm.against, descriptor: descriptor,
      recipe: recipe ?? own)
    data = try TrainingData(source, tokenizer: checkpoint.tokenizer)
    (self.reference, self.folder, self.record, self.checkpoint) = (reference, folder, record, checkpoint)
    isTrainingKnown = true
  }

  /// Reads an imported or a fine-tuned model, which is measured on a text that others were trained on, or on one that the user names.
  ///
  /// - Parameters:
  ///   - arm: as above.
  ///   - reference: the run as the user wrote it.
  ///   - checkpoint: the checkpoint.
  ///   - folder: the folder of the run.
  ///   - text: edits of a recipe that name the text and what of it is held out; none: the embedded corpus.
  ///   - shelf: texts that were read for other runs.
  ///   - registry: the registry of components.
  /// - Throws: `TextError` when the text cannot be read; `CheckpointError`.
  public init(
    imported arm: (name: String, arm: String?, seedNumber: Int, against: String?), reference: String,
    _ checkpoint: ModelFile.OpenCheckpoint, of folder: RunFolder, text: [String], shelf: TextShelf,
    _ registry: Registry
  ) throws {
    let descriptor = try registry.descriptor(json: checkpoint.record.descriptor, name: checkpoint.record.name)
    let recipe = try Recipe.of(checkpoint, sets: text, registry: registry)
    plan = ArmPlan(
      name: arm.name, arm: arm.arm, seedNumber: arm.seedNumber, against: arm.against, descriptor: descriptor,
      recipe: recipe)
    data = try TrainingData(try shelf.source(recipe), tokenizer: checkpoint.tokenizer)
    record = try RunRecord(
      imported: folder.name, descriptor, recipe, measuredOn: data.source,
      startedFrom: checkpoint.record.startedFrom, registry)
    (self.reference, self.folder, self.checkpoint) = (reference, folder, checkpoint)
    isTrainingKnown = false
  }

  /// The edits of a recipe that name the text of this run, for models that are measured on it, too.
  public var textEdits: [String] {
    let recipe = plan.recipe
    return recipe.textEdits
      + ["heldOutShare=\(recipe.heldOutShare)"]
      + (recipe.tuningShare.map { ["tuningShare=\($0)"] } ?? [])
  }
}

/// Texts that several runs were trained on, each read once.
public final class TextShelf {
  private var known: [String: TextSource] = [:]
  /// The embedded corpus; nil before a run names it.
  private(set) var corpus: GeneratedCorpus?
  private let registry: Registry

  /// No text was read.
  public init(_ registry: Registry) { self.registry = registry }

  /// The text of a recipe.
  ///
  /// - Parameter run: the run whose recipe it is, which may have stored its text; nil: none.
  /// - Throws: `TextError` when it cannot be read.
  func source(_ recipe: Recipe, of run: RunFolder? = nil) throws -> TextSource {
    let key =
      "\(recipe.data ?? []) \(recipe.weights) \(recipe.reading) \(recipe.heldOutShare) \(recipe.tuningShare ?? 0)"
      + (recipe.readsStandardInput ? " \(run?.url.path ?? "")" : "")
    if let source = known[key] { return source }
    if recipe.data == nil, corpus == nil { corpus = GeneratedCorpus.make() }
    let source = try TrainingData.source(
      for: recipe, registry, embedded: corpus?.source,
      input: run.map { .stored(in: $0.url) } ?? .refused)
    known[key] = source
    return source
  }
}
