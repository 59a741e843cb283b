import Settings
import Tensors
import Text
import Transformer
import Wording
import Zoo

/// Changes to a run when it is resumed.
public struct RunChanges: Sendable {
  /// Steps of the whole run; nil: as many as before.
  public var steps: Int?
  /// Where its text is now, files and folders; nil: where it was.
  public var data: [String]?

  /// The given changes; nil: none.
  public init(steps: Int? = nil, data: [String]? = nil) {
    self.steps = steps
    self.data = data
  }

  /// The edits of the recipe.
  fileprivate func edits(of recipe: Recipe) -> [String] {
    (steps.map { recipe.edits(toLast: $0) } ?? []) + (data.map { [Recipe.edit(data: $0)] } ?? [])
  }
}

extension Recipe {
  /// The recipe that a checkpoint was trained with.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint that records the recipe.
  ///   - sets: edits `path=value` on it.
  ///   - registry: the registry of components.
  /// - Throws: `SettingsError` when this program no longer accepts it.
  public static func of(
    _ checkpoint: ModelFile.OpenCheckpoint, sets: [String] = [], registry: Registry
  ) throws -> Recipe {
    let title = checkpoint.url.shownPath
    if let own = checkpoint.record.recipe {
      return try recorded(own, title: title, sets: sets, in: registry.catalog)
    }
    return try resolve(
      try Node.parse(checkpoint.record.assumedRecipe, file: title), title: title, sets: sets,
      in: registry.catalog)
  }
}

extension Trainer {
  /// A trainer that continues from a checkpoint, with the recorded length of its run; from the start where there is no
  /// checkpoint yet.
  ///
  /// - Parameters:
  ///   - checkpoint: nil for a run that was stopped before its first one.
  ///   - record: what `run.json` says; nil where it is lost, and then the text cannot be compared.
  ///   - path: of the run, where it is resumed by itself and so can be given another place of its text.
  ///   - changes: what is different from now on.
  ///   - registry: the registry of components.
  ///   - communicator: the processes that train this model together, which all continue from one checkpoint.
  ///   - source: opens the text of a recipe.
  ///   - makeContext: makes the context for a recipe.
  /// - Throws: `CheckpointError`; `TrainerError` when the checkpoint is not the run's, or the text not the one that
  ///   the run was begun with.
  public static func resume(
    _ checkpoint: ModelFile.OpenCheckpoint?, record: RunRecord?, at path: String? = nil,
    changes: RunChanges = RunChanges(), registry: Registry, communicator: any Communicator = SingleProcess(),
    source: @escaping (Recipe) throws -> TextSource, makeContext: (Recipe) throws -> Context
  ) throws -> Trainer {
    try communicator.sharing {
      guard let checkpoint else {
        guard let record else { preconditionFailure("a run has a checkpoint or a record") }
        return try begin(record, at: path, changes, registry, communicator, source, makeContext)
      }
      return try goOn(checkpoint, record, at: path, changes, registry, communicator, source, makeContext)
    }
  }

  private static func goOn(
    _ checkpoint: ModelFile.OpenCheckpoint, _ record: RunRecord?, at path: String?, _ changes: RunChanges,
    _ registry: Registry, _ communicator: any Communicator, _ source: @escaping (Recipe) throws -> TextSource,
    _ makeContext: (Recipe) throws -> Context
  ) throws -> Trainer {
    let descriptor = try registry.descriptor(json: checkpoint.record.descriptor, name: checkpoint.record.name)
    let own = try Recipe.of(checkpoint, registry: registry)
    if let record {
      // A run that was made longer has checkpoints of when it was shorter.
      try RunPlan(descriptor, own, ignoring: Budget.settings).expect(
        descriptor: record.descriptor, recipe: record.recipe, at: checkpoint.url.shownPath,
        suggestion: "move the checkpoint away: it does not belong to the run's record", registry)
    }
    var changes = changes
    if let record, record.totalSteps != (try TrainerState(from: checkpoint)).totalSteps {
      // It was made longer after this checkpoint.
      changes.steps = changes.steps ?? record.totalSteps
    }
    let recipe = try Recipe.of(checkpoint, sets: changes.edits(of: own), registry: registry)
    let text = try RunText(of: record, open: source).source(
      recipe, advice: RunText.restoreAdvice(run: path), registry)
    let data = try TrainingData(text, tokenizer: checkpoint.tokenizer)
    return try Trainer(
      descriptor, recipe, data, registry: registry, context: try makeContext(recipe),
      totalSteps: changes.steps, checkpoint: checkpoint, communicator: communicator)
  }

  private static func begin(
    _ record: RunRecord, at path: String?, _ changes: RunChanges, _ registry: Registry,
    _ communicator: any Communicator, _ open: @escaping (Recipe) throws -> TextSource,
    _ makeContext: (Recipe) throws -> Context
  ) throws -> Trainer {
    if let start = record.startedFrom {
      throw TrainerError(
        place: path ?? record.name, reason: "it was stopped before its first checkpoint was written",
        suggestion: "begin again with: \(ShellCommand("train", "--from", start.run))")
    }
    let descriptor = try registry.descriptor(json: record.descriptor, name: record.model)
    func recipe(_ sets: [String]) throws -> Recipe {
      try Recipe.recorded(record.recipe, title: record.name, sets: sets, in: registry.catalog)
    }
    let changed = try recipe(changes.edits(of: try recipe([])))
    let text = try RunText(of: record, open: open).source(
      changed, advice: RunText.restoreAdvice(run: path), registry)
    return try Trainer(
      descriptor, changed, try TrainingData(text, settings: descriptor.tokenizer, registry: registry),
      registry: registry,
      context: try makeContext(changed), totalSteps: changes.steps ?? record.totalSteps,
      communicator: communicator)
  }

  /// A trainer for evaluating a checkpoint, on its own text or on another that `sets` name.
  ///
  /// - Parameters:
  ///   - checkpoint: the checkpoint.
  ///   - record: what `run.json` says of its run; nil where there is none, or where `sets` name another text.
  ///   - sets: edits `path=value` of the recipe.
  ///   - registry: the registry of components.
  ///   - source: opens the text of a recipe.
  ///   - makeContext: makes the context for a recipe.
  /// - Throws: `CheckpointError`, `TextError`; `TrainerError` when the text has changed since the run was begun.
  public static func evaluating(
    _ checkpoint: ModelFile.OpenCheckpoint, of record: RunRecord?, sets: [String], registry: Registry,
    source: @escaping (Recipe) throws -> TextSource, makeContext: (Recipe) throws -> Context
  ) throws -> Trainer {
    let descriptor = try registry.descriptor(json: checkpoint.record.descriptor, name: checkpoint.record.name)
    let recipe = try Recipe.of(checkpoint, sets: sets, registry: registry)
    let text = try RunText(of: record, open: source).source(
      recipe, advice: RunText.evaluationAdvice, registry)
    let data = try TrainingData(text, tokenizer: checkpoint.tokenizer)
    let isTrained = checkpoint.record.trainer != nil
    return try Trainer(
      descriptor, recipe, data, registry: registry, context: try makeContext(recipe),
      totalSteps: isTrained ? nil : 0, checkpoint: isTrained ? checkpoint : nil,
      start: isTrained ? nil : TrainingStart(checkpoint, run: checkpoint.url.shownPath))
  }
}
