import Foundation
import Settings
import Zoo

/// Removes checkpoints of a run that are no longer needed.
///
/// Only files that hold a sound checkpoint of this very run count and are removed: a damaged one never takes the
/// place of a sound one, and nothing that was put into the folder from elsewhere is touched.
struct CheckpointPruning {
  private let folder: RunFolder
  private let descriptors: Set<String>
  private let registry: Registry
  /// Steps whose files were written or verified in this session.
  private var sound: Set<Int>
  /// The best step whose file is complete: it is kept until that of a better one is complete.
  private var best: Int?
  /// Steps whose files are damaged or not this run's.
  private var unsound: Set<Int> = []

  /// - Parameters:
  ///   - descriptors: of the run's model, as its checkpoints record it; versions may write it differently.
  ///   - registry: holds the parts of its tokenizer.
  ///   - verified: the step of the checkpoint that the run continues from; nil for a new run.
  init(_ folder: RunFolder, descriptors: Set<String>, registry: Registry, verified: Int?) {
    self.folder = folder
    self.descriptors = descriptors
    self.registry = registry
    sound = verified.map { [$0] } ?? []
  }

  /// A checkpoint was written.
  mutating func wrote(_ step: Int) {
    sound.insert(step)
    unsound.remove(step)
  }

  /// Removes all but the `keepLast` newest sound checkpoints, the best one and the newest of all.
  ///
  /// - Parameters:
  ///   - best: the best step so far, whose file may still be under way.
  ///   - isRegular: whether a step is one that checkpoints are due at. Others, such as the best steps between them, do
  ///     not count among the `keepLast`.
  mutating func prune(keepLast: Int, best step: Int?, isRegular: (Int) -> Bool = { _ in true }) {
    let files = soundFiles()
    if let step, sound.contains(step) { best = step }
    let kept = Set(files.map(\.step).filter(isRegular).suffix(max(1, keepLast)) + files.suffix(1).map(\.step))
    remove(files.filter { !kept.contains($0.step) && $0.step != best })
  }

  /// Removes all but the newest sound checkpoint.
  mutating func makeRoom() {
    best = nil
    remove(soundFiles().dropLast())
  }

  private mutating func soundFiles() -> [(step: Int, url: URL)] {
    var files: [(step: Int, url: URL)] = []
    for file in folder.allCheckpoints() where isSound(file.step, file.url) { files.append(file) }
    return files
  }

  private mutating func remove(_ files: [(step: Int, url: URL)]) {
    for (step, url) in files where unlink(url.path) == 0 { sound.remove(step) }
  }

  private mutating func isSound(_ step: Int, _ url: URL) -> Bool {
    if sound.contains(step) { return true }
    if unsound.contains(step) { return false }
    var status = stat()
    guard lstat(url.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let checkpoint = try? ModelFile.open(url, registry: registry),
      descriptors.contains(checkpoint.record.descriptor),
      checkpoint.record.step == step, (try? checkpoint.verify()) != nil
    else {
      unsound.insert(step)
      return false
    }
    sound.insert(step)
    return true
  }
}
