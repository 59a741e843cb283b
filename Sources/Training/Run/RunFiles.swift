import Text
import Zoo

/// The files that a run writes, and the right to write them. Of several processes only the first has them.
struct RunFiles {
  let metrics: MetricsLog
  let events: EventFile
  /// The right to write into the folder, until training ends.
  var lock: RunLock?
  var saves: RunSaves

  /// Opens the files of a run; nil in a process other than the first.
  ///
  /// - Parameters:
  ///   - lock: that of the folder; nil: it is taken here.
  ///   - verified: the step of the checkpoint that the run continues from; nil for a new run.
  ///   - record: the new `run.json`; called when the folder belongs to this process.
  /// - Throws: `TrainerError` when the folder cannot be read or written or is in use, and for a tokenizer that no
  ///   checkpoint could give back; the other processes end as well.
  static func open(
    _ trainer: Trainer, in folder: RunFolder, _ lock: RunLock?, verified: Int?, record: () throws -> RunRecord
  ) throws -> RunFiles? {
    try trainer.communicator.sharing {
      guard trainer.communicator.rank == 0 else { return nil }
      try expectReadable(trainer)
      let lock = try lock ?? RunLock.acquire(in: folder.url)
      try folder.makeCheckpoints()
      let record = try record()
      try record.write(to: folder)
      return RunFiles(
        metrics: try MetricsLog(folder.metrics, after: trainer.state.step),
        events: try EventFile(folder: folder.url, after: trainer.state.step), lock: lock,
        saves: RunSaves(
          trainer, folder, descriptors: [record.descriptor, trainer.descriptor.json], verified: verified))
    }
  }

  /// Checks before any step that checkpoints can be read again: the tokenizer can be saved, and its parts are registered.
  private static func expectReadable(_ trainer: Trainer) throws {
    let tokenizer = trainer.data.tokenizer
    do {
      _ = try TokenizerFile.decode(try TokenizerFile.encode(tokenizer), registry: trainer.registry)
    } catch {
      throw TrainerError(
        place: "tokenizer \(tokenizer.kind)", reason: "a checkpoint could not be read again: \(error)",
        suggestion:
          "the plugin that has the tokenizer must make it a TokenizerPipeline and register all of its parts")
    }
  }
}
