import Checkpoints
import Dispatch
import Foundation
import Settings
import Wording
import Zoo

/// The checkpoints of a run while it trains: begun, collected and pruned.
///
/// On the way a checkpoint that cannot be written is a warning; at the end the model is only given up when there is no
/// other place for it.
struct RunSaves {
  private let trainer: Trainer
  private let folder: RunFolder
  private var pruning: CheckpointPruning
  /// The step of the save that is under way, and where it goes.
  private var pending: (step: Int, url: URL)?
  private var lastBegan = DispatchTime.now().uptimeNanoseconds
  private var hasSaved = false
  /// Whether the state in which training ends was saved, or could not be.
  private(set) var hasTriedLast = false

  /// So much work is lost at most when a process is killed: a minute in the beginning, and later five.
  private static let seconds = (first: 60.0, later: 300.0)

  /// - Parameters:
  ///   - descriptors: of the run's model, as its checkpoints record it.
  ///   - verified: the step of the checkpoint that the run continues from.
  init(_ trainer: Trainer, _ folder: RunFolder, descriptors: Set<String>, verified: Int?) {
    self.trainer = trainer
    self.folder = folder
    pruning = CheckpointPruning(
      folder, descriptors: descriptors, registry: trainer.registry, verified: verified)
  }

  /// Whether the last checkpoint is so long ago that another one should be written.
  var isDue: Bool {
    let passed = Double(DispatchTime.now().uptimeNanoseconds - lastBegan) * 1e-9
    return passed > (hasSaved ? Self.seconds.later : Self.seconds.first)
  }

  /// Says so where the checkpoints will hardly fit: those that are kept, the best one, and one being written.
  func forecast(_ watcher: RunEvents) {
    let values = trainer.model.parameters.count * 3 * MemoryLayout<Float>.size
    let needed = values * (trainer.recipe.keepLast + 2)
    var disk = statvfs()
    guard statvfs(folder.url.path, &disk) == 0 else { return }
    let free = Int(
      clamping: UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize)).partialValue)
    guard free < needed else { return }
    watcher.tell(
      .warning(
        "checkpoints will take up to \(needed >> 20) MiB, and \(free >> 20) MiB are free on the disk of the run: free "
          + "some space, or keep fewer with --set recipe.keepLast=1"))
  }

  /// Begins a checkpoint while training continues, after the previous one is finished.
  ///
  /// - Throws: `TrainerError` when values are not finite.
  mutating func begin(_ watcher: RunEvents) throws {
    try survive(watcher) { try $0.finish(watcher) }
    try survive(watcher) { try $0.beginSave() }
  }

  /// Looks after a checkpoint that was begun, when it is done.
  mutating func collect(_ watcher: RunEvents) throws {
    if trainer.hasFinishedSave { try survive(watcher) { try $0.finish(watcher) } }
  }

  /// Saves the state in which training ends. Where that fails, the folder is created again, older checkpoints make
  /// room, and then other places are tried.
  ///
  /// - Throws: `CheckpointError` when there is no place left; `TrainerError` that names the other place.
  mutating func saveLast(_ watcher: RunEvents) throws {
    hasTriedLast = true
    try survive(watcher) { try $0.finish(watcher) }
    while true {
      do {
        return try saveHere(watcher)
      } catch let error as CheckpointError {
        watcher.tell(.warning("\(error)"))
        if let other = saveElsewhere() {
          throw TrainerError(
            place: folder.url.shownPath,
            reason:
              "the last checkpoint did not fit there (\(error.reason)); it was saved as \(other.shownPath)",
            suggestion: Self.moving(other, to: target.url))
        }
        guard watcher.triesAgain() else { throw error }
      }
    }
  }

  /// How a checkpoint comes where it belongs.
  private static func moving(_ checkpoint: URL, to place: URL) -> String {
    let folder = place.deletingLastPathComponent()
    let move = "mv \(ShellCommand.quoted(checkpoint.shownPath)) \(ShellCommand.quoted(place.shownPath))"
    return FileManager.default.fileExists(atPath: folder.path)
      ? "free some space and move it: \(move)"
      : "create the folder again and move it: mkdir -p \(ShellCommand.quoted(folder.shownPath)) && \(move)"
  }

  private var target: (step: Int, url: URL) {
    (trainer.state.step, folder.checkpoint(step: trainer.state.step))
  }

  private mutating func saveHere(_ watcher: RunEvents) throws {
    // What older checkpoints may be given up for this one: none, all but the newest and the best, all but the newest.
    let sacrifices: [(inout CheckpointPruning, Int?) -> Void] = [
      { _, _ in }, { $0.prune(keepLast: 1, best: $1) }, { pruning, _ in pruning.makeRoom() },
    ]
    for (index, sacrifice) in sacrifices.enumerated() {
      sacrifice(&pruning, trainer.state.bestStep)
      do {
        try beginSave()
        return try finish(watcher)
      } catch let error as CheckpointError where error.isForLackOfSpace && index + 1 < sacrifices.count {}
    }
  }

  /// Where the checkpoint was saved instead: the temporary folder, or that of the user.
  private func saveElsewhere() -> URL? {
    let name = "zoo-\(FolderName.component(of: folder.name))-\(getpid())-\(target.url.lastPathComponent)"
    let places = [FileManager.default.temporaryDirectory, FileManager.default.homeDirectoryForCurrentUser]
    return places.map { $0.appending(path: name) }.first { (try? trainer.save(to: $0)) != nil }
  }

  /// A checkpoint on the way that found no room is no reason to stop; values that are not finite are.
  private mutating func survive(_ watcher: RunEvents, _ body: (inout RunSaves) throws -> Void) throws {
    do { try body(&self) } catch let error as TrainerError where error.isDivergence { throw error } catch {
      watcher.tell(.warning("\(error)"))
    }
  }

  private mutating func beginSave() throws {
    let place = target
    try? folder.makeCheckpoints()
    lastBegan = DispatchTime.now().uptimeNanoseconds
    try trainer.beginSave(to: place.url)
    pending = place
  }

  /// Waits for a checkpoint that is being written; older ones are only removed when it is complete.
  private mutating func finish(_ watcher: RunEvents) throws {
    guard let (step, url) = pending else { return }
    pending = nil
    try trainer.finishSave()
    hasSaved = true
    pruning.wrote(step)
    let total = trainer.state.totalSteps
    let every = trainer.recipe.checkpointEvery(steps: total)
    pruning.prune(keepLast: trainer.recipe.keepLast, best: trainer.state.bestStep) {
      $0 % every == 0 || $0 == total
    }
    watcher.tell(.saved(url))
  }
}
