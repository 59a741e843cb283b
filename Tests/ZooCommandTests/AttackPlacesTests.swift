import Foundation
import TestSupport
import Testing
import Training

@testable import ZooCommand

/// Something else in the place of a file: pipes, devices, folders, links. Commands run as processes with a time
/// limit, because waiting for ever is what is likely.
@Suite struct AttackPlacesTests {
  /// What is in the place of the file.
  enum Place: String, CaseIterable {
    case pipe, folder, empty, loop, dangling, endless, huge, otherFile

    func stand(at url: URL, victim: URL) throws {
      try? FileManager.default.removeItem(at: url)
      func link(to path: String) throws {
        try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: path)
      }
      switch self {
      case .pipe: try #require(mkfifo(url.path, 0o600) == 0)
      case .folder: try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
      case .empty: try Data().write(to: url)
      case .loop: try link(to: url.lastPathComponent)
      case .dangling: try link(to: "/nowhere/at/all")
      case .endless: try link(to: "/dev/zero")
      case .huge:
        try Data().write(to: url)
        // Without blocks of its own on the disk.
        try #require(truncate(url.path, 3 << 29) == 0)
      case .otherFile: try link(to: victim.path)
      }
    }
  }

  /// The file that is replaced, and a command that reads it.
  private static let readers: [(String, [String])] = [
    ("run/run.json", ["figure", "curves", "run", "--out", "f.svg", "--force"]),
    ("run/run.json", ["runs"]),
    ("run/metrics.jsonl", ["figure", "curves", "run", "--out", "f.svg", "--force"]),
    ("run/metrics.jsonl", ["train", "--resume", "run", "--steps", "9", "--data", "text.txt"]),
    ("run/checkpoints/step-000008.safetensors", ["generate", "run", "--length", "1"]),
    ("comparison/experiment.json", ["eval", "comparison", "--windows", "1"]),
    ("comparison/report.json", ["figure", "verdicts", "comparison", "--out", "f.svg", "--force"]),
  ]

  @Test(arguments: readers.indices) func areRefusedAtOnce(_ index: Int) throws {
    let (path, command) = Self.readers[index]
    try AttackBench.with { bench in
      let name = String(path.prefix { $0 != "/" })
      try Data(String(repeating: "the dog sleeps.\n", count: 60).utf8).write(to: bench.url("text.txt"))
      for place in Place.allCases {
        try bench.restore(name)
        let runs = bench.url("runs")
        try? FileManager.default.removeItem(at: runs)
        try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: false)
        try FileManager.default.moveItem(at: bench.url(name), to: runs.appendingPathComponent(name))
        try place.stand(at: runs.appendingPathComponent(path), victim: bench.victim)
        let outcome = try ZooProcess.run(command, in: bench.folder, limit: 30)
        #expect((0...2).contains(outcome.status), "\(place) at \(path): \(command): \(outcome)")
        #expect(outcome.status == 0 || outcome.errors.contains("zoo: error: "), "\(place): \(outcome)")
        #expect(try Data(contentsOf: bench.victim) == Data("kept".utf8), "\(place): \(command)")
      }
    }
  }

  /// The time limit is one: a program that waits is ended.
  @Test func waitingIsSeen() throws {
    try withTemporaryFolder { folder in
      let pipe = folder.appendingPathComponent("pipe")
      try #require(mkfifo(pipe.path, 0o600) == 0)
      // A text may come from a pipe, and this one never ends.
      let outcome = try ZooProcess.run(["pairs", "--out", "pipe"], in: folder, limit: 1)
      #expect(outcome.status == 128 + SIGKILL)
    }
  }

  /// A file of events from a clock that is at its end, once a crash, and leftovers that are pipes.
  @Test func othersInTheFolderOfARun() throws {
    try AttackBench.with { bench in
      let text = bench.url("text.txt")
      try Data(String(repeating: "the dog sleeps.\n", count: 60).utf8).write(to: text)
      for name in [
        "events.out.tfevents.\(Int.max).x", "events.out.tfevents.-1.x",
        "checkpoints/step-\(Int.max).safetensors", "checkpoints/step--1.safetensors",
      ] { try Data("x".utf8).write(to: bench.url("run/" + name)) }
      for name in [".run.json.1.partial", "checkpoints/.x.partial"] {
        try #require(mkfifo(bench.url("run/" + name).path, 0o600) == 0)
      }
      let outcome = try ZooProcess.run(
        ["train", "--resume", "run", "--steps", "9", "--data", "text.txt"], in: bench.folder, limit: 30)
      #expect((0...2).contains(outcome.status), "\(outcome)")
    }
  }
}
