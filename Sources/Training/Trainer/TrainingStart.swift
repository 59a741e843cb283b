import Settings
import Zoo

/// A trained model whose weights a new run begins with, with a new optimiser.
public struct TrainingStart {
  /// The model.
  public let checkpoint: ModelFile.OpenCheckpoint
  /// What a record says of it.
  public let record: StartRecord

  /// A model to begin with.
  ///
  /// - Parameters:
  ///   - checkpoint: the model.
  ///   - run: its run or checkpoint, as the user named it.
  public init(_ checkpoint: ModelFile.OpenCheckpoint, run: String) {
    self.checkpoint = checkpoint
    record = StartRecord(run: run, model: checkpoint.record.name, step: checkpoint.record.step)
  }
}

extension CheckpointRecord {
  /// The recipe that the model is evaluated with where none is recorded, as for an imported one: the task that it was
  /// trained for and defaults.
  var assumedRecipe: String {
    switch predicts {
    case .next: "{ objective: { type: 'causal-lm', start: \(startsWithToken) } }"
    case .hidden: "{ objective: 'masked-lm' }"
    case nil: "{}"
    }
  }
}
