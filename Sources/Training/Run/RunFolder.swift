import Checkpoints
import Foundation
import Settings
import Wording
import Zoo

/// The folder of one run, and the names in it.
///
///     run.json  lock  metrics.jsonl  events.out.tfevents.…  checkpoints/step-000100.safetensors
public struct RunFolder: Sendable, Equatable {
  /// The folder.
  public let url: URL
  /// The folders around it that were made for it.
  package internal(set) var parents = ParentFolders()

  /// The name of the run.
  public var name: String { url.lastPathComponent }
  /// The file `run.json`.
  public var record: URL { url.appending(path: "run.json") }
  /// One JSON object per line: every logged step and evaluation.
  package var metrics: URL { url.appending(path: "metrics.jsonl") }
  /// The folder of the checkpoints.
  public var checkpoints: URL { url.appending(path: "checkpoints", directoryHint: .isDirectory) }

  /// Whether the folder has a record.
  package var hasRecord: Bool { FileManager.default.fileExists(atPath: record.path) }

  /// Whether a run is here: an imported model has checkpoints and no record.
  package var isRun: Bool { hasRecord || !allCheckpoints().isEmpty }

  /// A folder that may or may not exist.
  public init(_ url: URL) { self.url = url }

  /// Whether two are one folder, made just now or not.
  public static func == (one: RunFolder, other: RunFolder) -> Bool { one.url == other.url }

  /// The checkpoint of a step.
  public func checkpoint(step: Int) -> URL {
    let digits = String(step)
    return checkpoints.appending(
      path: "step-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".safetensors")
  }

  /// All checkpoints with their steps, oldest first.
  package func allCheckpoints() -> [(step: Int, url: URL)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path)) ?? []
    return names.compactMap { name -> (step: Int, url: URL)? in
      guard name.hasPrefix("step-"), name.hasSuffix(".safetensors"),
        let step = Int(name.dropFirst(5).dropLast(12))
      else { return nil }
      return (step, checkpoints.appending(path: name))
    }.sorted { $0.step < $1.step }
  }

  /// The newest checkpoint that can be read.
  ///
  /// - Parameters:
  ///   - registry: holds the parts of its tokenizer.
  ///   - skipped: called for each newer one that is damaged, with the reason and the step that is used instead.
  /// - Throws: `TrainerError` with every reason when there is none; `CheckpointError` when it needs a plugin that is not loaded.
  public func newestCheckpoint(
    registry: Registry, skipped: (String) -> Void = { _ in }
  ) throws -> ModelFile.OpenCheckpoint {
    var damaged: [String] = []
    for (step, url) in allCheckpoints().reversed() {
      do {
        let checkpoint = try ModelFile.open(url, registry: registry)
        try checkpoint.verify()
        for reason in damaged { skipped("\(reason); step \(Format.count(step)) is used instead") }
        return checkpoint
      } catch let error as CheckpointError where error.isForMissingPart {
        throw error
      } catch { damaged.append("\(error)") }
    }
    throw TrainerError(
      place: url.shownPath, reason: (["no readable checkpoint"] + damaged).joined(separator: "; "),
      suggestion: "name a run folder that has one, or train again")
  }

  /// The checkpoint of a step that was kept.
  ///
  /// - Throws: `TrainerError` that lists those that were; `CheckpointError` when it is damaged.
  public func checkpoint(
    ofStep step: Int, called name: String, registry: Registry
  ) throws -> ModelFile.OpenCheckpoint {
    let known = allCheckpoints()
    guard let found = known.first(where: { $0.step == step }) else {
      let steps = known.map { "\($0.step)" }.joined(separator: ", ")
      throw TrainerError(
        place: url.shownPath, reason: "no checkpoint of \(name) was kept",
        suggestion: steps.isEmpty
          ? "the run has none yet" : "the run has those of steps \(steps); write RUN@STEP")
    }
    let checkpoint = try ModelFile.open(found.url, registry: registry)
    try checkpoint.verify()
    return checkpoint
  }

  /// The checkpoint with the lowest held-out loss.
  ///
  /// - Throws: `TrainerError` when the run has not been evaluated, or the checkpoint was not kept, as in runs
  ///   of older versions.
  public func bestCheckpoint(registry: Registry) throws -> ModelFile.OpenCheckpoint {
    // The record may name a step whose checkpoint was still being written when the run was killed.
    let recorded = (try? RunRecord.read(self))?.state.bestStep
    let steps = [recorded, try savedBestStep(registry)].compactMap { $0 }
    let known = Set(allCheckpoints().map(\.step))
    guard let step = steps.first(where: known.contains) ?? steps.first else {
      throw TrainerError(
        place: url.shownPath, reason: "the run has not been evaluated, so it has no best checkpoint",
        suggestion: "leave @best out")
    }
    return try checkpoint(ofStep: step, called: "the best step, \(step),", registry: registry)
  }

  /// The best step by the newest checkpoint; nil where there is none that can be read.
  private func savedBestStep(_ registry: Registry) throws -> Int? {
    do { return try TrainerState(from: newestCheckpoint(registry: registry)).bestStep } catch {
      if let error = error as? CheckpointError, error.isForMissingPart { throw error }
      return nil
    }
  }
}
