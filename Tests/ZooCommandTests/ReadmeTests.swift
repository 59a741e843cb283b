import Foundation
import TestSupport
import Testing

/// The README's own words, held true.
@Suite struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func readme() throws -> String {
    try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
  }

  /// The contents of fenced blocks in one language.
  private static func blocks(_ language: String) throws -> [String] {
    try readme().components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  /// A command line cut at spaces outside quotes.
  private static func words(_ line: String) -> [String] {
    line.components(separatedBy: "\"").enumerated().flatMap { index, part in
      index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [part]
    }
  }

  /// The same command, small: a few steps on small batches instead of the budget that is written.
  private static func shortened(_ arguments: [String]) -> [String] {
    if arguments.first == "finetune" {
      return arguments
        + "--texts 40 --epochs 1 --learning-rate 1e-3 --pooling mean".split(separator: " ").map(String.init)
    }
    guard let command = arguments.first, ["compare", "train", "ablate", "profile"].contains(command),
      !arguments.contains("--resume")
    else { return arguments }
    var result = arguments
    for budget in ["--minutes", "--supervised-tokens"] {
      if let place = result.firstIndex(of: budget) { result.removeSubrange(place...place + 1) }
    }
    result += ["--steps", "2", "--batch", "2", "--set", "recipe.evaluationWindows=2"]
    // Scoring an encoder takes the square of the context.
    if command == "compare" || command == "ablate" { result += ["--set", "context=32"] }
    // One name alone is a suite, which says how many seeds.
    if command == "compare", arguments.dropFirst().prefix(while: { !$0.hasPrefix("--") }).count == 1 {
      result += ["--seeds", "1"]
    }
    return result + (command == "profile" ? ["--profile-steps", "1"] : [])
  }

  @Test func everyCommandWorksInTheOrderWritten() throws {
    let lines = try Self.blocks("sh").flatMap { $0.split(separator: "\n").map(String.init) }
    let commands = lines.filter { $0.hasPrefix("./zoo ") }.map { Array(Self.words($0).dropFirst()) }
    #expect(commands.count >= 18)
    try withTemporaryFolder { folder in
      let book = (0..<4000).map { "line \($0) of a book that says \($0 % 17) things\n" }.joined()
      try Data(book.utf8).write(to: folder.appendingPathComponent("book.txt"))
      for command in commands {
        let outcome = try ZooProcess.run(Self.shortened(command), in: folder)
        #expect(outcome.status == 0, "\(command): \(outcome.errors)")
        #expect(!outcome.output.isEmpty, "\(command) printed nothing")
      }
      let report = folder.appendingPathComponent("runs/bert-gpt-1/report.html")
      let page = try String(contentsOf: report, encoding: .utf8)
      #expect(page.contains("right verb form") && page.contains("gpt"))
      let attention = folder.appendingPathComponent("attention.html")
      #expect(FileManager.default.fileExists(atPath: attention.path))
      // `heads` writes a line a head and state, and pictures of both models.
      let table = try String(contentsOf: folder.appendingPathComponent("heads.csv"), encoding: .utf8)
      #expect(table.hasPrefix("model,step,layer,head,role,importance") && table.contains("\ngpt,2,3,4,"))
      for name in ["bert-step-0.png", "gpt-step-2.svg", "gpt-rollout.svg"] {
        let picture = folder.appendingPathComponent("heads/\(name)")
        #expect(FileManager.default.fileExists(atPath: picture.path), "\(name)")
      }
    }
  }

  @Test func swiftExamplesAreWhatTheTestsCompile() throws {
    let examples = try String(
      contentsOf: Self.root.appendingPathComponent("Tests/ZooCommandTests/ReadmeExamples.swift"),
      encoding: .utf8)
    let blocks = try Self.blocks("swift")
    #expect(blocks.count == 2)
    for block in blocks {
      let body = block.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix("import ") }.joined(separator: "\n").trimmingCharacters(in: .newlines)
      #expect(examples.contains(body), "\(body.prefix(60))… differs from ReadmeExamples.swift")
    }
  }
}
