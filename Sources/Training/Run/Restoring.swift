import Settings
import Tensors
import Text
import Transformer
import Zoo

extension Recipe {
  /// The recipe that a checkpoint was trained with.
  ///
  /// - Parameter sets: edits `path=value` on it.
  /// - Throws: `SettingsError` when this program no longer accepts it.
  public static func of(
    _ checkpoint: ModelFile.OpenCheckpoint, sets: [String] = [], registry: Registry
  ) throws -> Recipe {
    try resolve(
      try Node.parse(checkpoint.record.recipe ?? "{}", file: checkpoint.url.path), title: checkpoint.url.path,
      sets: sets, in: try registry.trainingCatalog())
  }
}

extension Trainer {
  /// A trainer that goes on from a checkpoint, with the recorded length of its run.
  ///
  /// - Parameter source: opens the text of a recipe.
  /// - Throws: `CheckpointError`; `TrainerError` when the text is not the one that the run was begun with.
  public static func resume(
    _ checkpoint: ModelFile.OpenCheckpoint, record: RunRecord, registry: Registry,
    source: (Recipe) throws -> TextSource, makeContext: (Recipe) throws -> Context
  ) throws -> Trainer {
    try restored(checkpoint, sets: [], registry: registry, source, makeContext) { recipe, source in
      guard source.fingerprint == record.dataFingerprint else {
        throw TrainerError(
          place: recipe.data?.joined(separator: ", ") ?? "embedded",
          reason: "the text is not the one that the run was begun with",
          mend: "bring the old text back, or begin a new run")
      }
    }
  }

  /// A trainer for evaluating a checkpoint, on its own text or on another that `sets` name.
  ///
  /// - Parameter source: opens the text of a recipe.
  /// - Throws: `CheckpointError`, `TextError`.
  public static func evaluating(
    _ checkpoint: ModelFile.OpenCheckpoint, sets: [String], registry: Registry,
    source: (Recipe) throws -> TextSource, makeContext: (Recipe) throws -> Context
  ) throws -> Trainer {
    try restored(checkpoint, sets: sets, registry: registry, source, makeContext) { _, _ in }
  }

  private static func restored(
    _ checkpoint: ModelFile.OpenCheckpoint, sets: [String], registry: Registry,
    _ open: (Recipe) throws -> TextSource, _ makeContext: (Recipe) throws -> Context,
    check: (Recipe, TextSource) throws -> Void
  ) throws -> Trainer {
    let descriptor = try registry.descriptor(json: checkpoint.record.descriptor, name: checkpoint.record.name)
    let recipe = try Recipe.of(checkpoint, sets: sets, registry: registry)
    let source = try open(recipe)
    try check(recipe, source)
    let data = try TrainingData(source, tokenizer: checkpoint.tokenizer, settings: descriptor.tokenizer)
    return try Trainer(
      descriptor, recipe, data, registry: registry, context: try makeContext(recipe), totalSteps: 0,
      checkpoint: checkpoint)
  }
}
