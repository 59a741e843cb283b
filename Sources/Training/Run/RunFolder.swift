import Foundation
import Wording
import Zoo

/// The folder of one run, and the names in it.
///
///     run.json  metrics.jsonl  events.out.tfevents.…  checkpoints/step-000100.safetensors  report.html
public struct RunFolder: Sendable, Equatable {
  /// Where the run stands.
  public let url: URL

  /// The name of the run.
  public var name: String { url.lastPathComponent }
  /// What defines the run, and where it stands.
  public var record: URL { url.appending(path: "run.json") }
  /// One JSON object a line: every logged step and evaluation.
  public var metrics: URL { url.appending(path: "metrics.jsonl") }
  /// Checkpoints.
  public var checkpoints: URL { url.appending(path: "checkpoints", directoryHint: .isDirectory) }

  /// A folder that may or may not exist.
  public init(_ url: URL) { self.url = url }

  /// Makes a new folder: at `path` when one is given, else `runs/NAME-N` with the next free N.
  ///
  /// - Parameter isGroup: whether the folder holds several runs and so no checkpoints of its own.
  /// - Throws: `TrainerError` when the folder exists or cannot be made.
  public static func create(at path: String?, name: String, below root: URL, isGroup: Bool = false) throws
    -> RunFolder
  {
    let manager = FileManager.default
    let url: URL
    if let path {
      url = URL(fileURLWithPath: path, isDirectory: true)
      guard !manager.fileExists(atPath: url.path) else {
        throw TrainerError(
          place: path, reason: "a run stands there already",
          mend: "name another folder, or go on with: "
            + "\(ShellCommand(isGroup ? "compare" : "train", "--resume", path))")
      }
    } else {
      let taken = Set((try? manager.contentsOfDirectory(atPath: root.path)) ?? [])
      var number = 1
      while taken.contains("\(name)-\(number)") { number += 1 }
      url = root.appending(path: "\(name)-\(number)", directoryHint: .isDirectory)
    }
    let folder = RunFolder(url)
    try make(isGroup ? url : folder.checkpoints)
    return folder
  }

  /// Makes the folder that of a run which has not begun: what stands there goes.
  ///
  /// - Parameter kept: names of what stays.
  /// - Throws: `TrainerError` when the folder cannot be made.
  public func beginAnew(keeping kept: Set<String> = []) throws {
    let manager = FileManager.default
    for name in (try? manager.contentsOfDirectory(atPath: url.path)) ?? [] where !kept.contains(name) {
      try? manager.removeItem(at: url.appending(path: name))
    }
    try Self.make(checkpoints)
  }

  private static func make(_ url: URL) throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw TrainerError(
        place: url.path, reason: "the run's folder cannot be made (\(error.localizedDescription))",
        mend: "name a folder that you may write to with --out")
    }
  }

  /// The checkpoint of a step.
  public func checkpoint(step: Int) -> URL {
    let digits = String(step)
    return checkpoints.appending(
      path: "step-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".safetensors")
  }

  /// All checkpoints with their steps, oldest first.
  public func allCheckpoints() -> [(step: Int, url: URL)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints.path)) ?? []
    return names.compactMap { name -> (step: Int, url: URL)? in
      guard name.hasPrefix("step-"), name.hasSuffix(".safetensors"),
        let step = Int(name.dropFirst(5).dropLast(12))
      else { return nil }
      return (step, checkpoints.appending(path: name))
    }.sorted { $0.step < $1.step }
  }

  /// The newest checkpoint that can be read; damaged ones are named to `skipped` and passed over.
  ///
  /// - Throws: `TrainerError` when there is none.
  public func newestCheckpoint(skipped: (String) -> Void = { _ in }) throws -> ModelFile.OpenCheckpoint {
    for (_, url) in allCheckpoints().reversed() {
      do {
        let checkpoint = try ModelFile.open(url)
        try checkpoint.verify()
        return checkpoint
      } catch { skipped("\(error)") }
    }
    throw TrainerError(
      place: url.path, reason: "no readable checkpoint",
      mend: "name a run folder that has one, or train again")
  }

  /// Removes all but the `keepLast` newest checkpoints and the best one.
  func prune(keepLast: Int, best: Int?) {
    for (step, url) in allCheckpoints().dropLast(max(1, keepLast)) where step != best {
      try? FileManager.default.removeItem(at: url)
    }
  }
}
