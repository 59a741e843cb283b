import CommandLineKit
import Foundation
import TestSupport
import Testing
import Training

@testable import ZooCommand

/// A run and a comparison of an earlier program to damage, and the program to read them with, in this process.
struct AttackBench {
  /// The folder that holds `run`, `comparison` and `victim`, a file that no attack may change.
  let folder: URL

  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/5f2c9a2")

  /// Gives `body` fresh copies, and looks afterwards whether something outside them was changed.
  static func with(_ body: (AttackBench) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let bench = AttackBench(folder: folder)
      for name in ["run", "comparison"] { try bench.restore(name) }
      try Data("kept".utf8).write(to: bench.victim)
      try body(bench)
      #expect(try Data(contentsOf: bench.victim) == Data("kept".utf8))
    }
  }

  /// A file that no attack may change.
  var victim: URL { folder.appendingPathComponent("victim") }

  /// A path below the folder.
  func url(_ path: String) -> URL { folder.appendingPathComponent(path) }

  /// Puts the fixture's copy in place again.
  func restore(_ name: String) throws {
    try? FileManager.default.removeItem(at: url(name))
    try FileManager.default.copyItem(at: Self.fixture.appendingPathComponent(name), to: url(name))
  }

  /// How a command ended.
  struct Outcome {
    let status: Int32
    let errors: String

    /// Whether it worked, or said why it could not.
    var isSafe: Bool {
      status == 0
        || (status == 1 || status == 2) && errors.hasPrefix("zoo: ") && errors.utf8.count < 20_000
    }
  }

  /// Runs a command in this process.
  func zoo(_ arguments: [String]) -> Outcome {
    let (output, errors) = (MemorySink(), MemorySink())
    func stream(_ text: MemorySink) -> Console.Stream {
      Console.Stream(sink: text, isTerminal: false, colours: false)
    }
    let console = Console(output: stream(output), errors: stream(errors), width: 80)
    let status = ZooProgram.program.run(arguments, on: console)
    return Outcome(status: status, errors: errors.text)
  }
}
