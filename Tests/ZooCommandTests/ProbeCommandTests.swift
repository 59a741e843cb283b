import Comparison
import Foundation
import TestSupport
import Testing

/// `zoo probe`, and the sections that `zoo compare` has with and without `--probes`.
@Suite struct ProbeCommandTests {
  private static let settings = [
    "tokenizer={ type: 'byte-bpe', vocabulary: 700 }", "context=40", "recipe.evaluationWindows=2",
  ].flatMap { ["--set", $0] }

  private func report(_ folder: URL) throws -> ReportData {
    try JSONDecoder().decode(
      ReportData.self, from: try Data(contentsOf: folder.appendingPathComponent("report.json")))
  }

  @Test func probesAreAskedForAndHiddenWordsAreNot() throws {
    try withTemporaryFolder { folder in
      let compare = ["compare", "tiny/gpt", "tiny/bert", "--steps", "2", "--batch", "2", "--out", "c"]
      let first = try ZooProcess.run(compare + Self.settings, in: folder)
      #expect(first.status == 0, "\(first.errors)")
      let plain = try report(folder.appendingPathComponent("c"))
      #expect(plain.probes == nil)
      let cloze = try #require(plain.ruler?.cloze)
      #expect(cloze.columns.map(\.arm) == [0, 1, 0, 1] && cloze.differences.count == 2)
      #expect(cloze.columns.map(\.isTrainedForIt) == [true, false, true, true])
      #expect(cloze.rows.count == 8 && cloze.rows.allSatisfy { $0.right.count == 4 })

      // Asked for later, of what is trained already.
      let again = try ZooProcess.run(["compare", "--resume", "c", "--probes"], in: folder)
      #expect(again.status == 0, "\(again.errors)")
      let probed = try report(folder.appendingPathComponent("c"))
      let probes = try #require(probed.probes)
      #expect(probes.rows.count == 3 * 4 * 3 && probes.unfinished == 0)
      #expect(probed.verdicts.count > plain.verdicts.count)
      let page = try String(
        contentsOf: folder.appendingPathComponent("c/report.html"), encoding: .utf8)
      #expect(page.contains("id='probes'") && page.contains("id='cloze'"))

      let runs = ["probe", "c/tiny-gpt", "c/tiny-bert", "--sentences", "60", "--out", "p"]
      let outcome = try ZooProcess.run(runs, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.output.contains("nesting depth at the word") && outcome.output.contains("whole sentence"))
      #expect(outcome.output.contains("probes fitted on 30 sentences"))
      let written = try JSONDecoder().decode(
        ReportData.Probes.self, from: try Data(contentsOf: folder.appendingPathComponent("p/probes.json")))
      #expect(written.fitted == 30 && written.rows.count == probes.rows.count)
      let table = try String(contentsOf: folder.appendingPathComponent("p/probes.csv"), encoding: .utf8)
      #expect(table.split(separator: "\n").count == 1 + written.rows.count)
    }
  }

  @Test func aTextWithoutTheGrammarIsRefusedByName() throws {
    try withTemporaryFolder { folder in
      let book = (0..<400).map { "line \($0) of a book that says \($0 % 17) things\n" }.joined()
      try Data(book.utf8).write(to: folder.appendingPathComponent("book.txt"))
      let train = ["train", "tiny/gpt", "--data", "book.txt", "--steps", "2", "--batch", "2", "--out", "r"]
      #expect(try ZooProcess.run(train, in: folder).status == 0)
      let probe = try ZooProcess.run(["probe", "r"], in: folder)
      #expect(
        probe.status == 1 && probe.errors.contains("book.txt") && probe.errors.contains("embedded corpus"))
      let compare = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/bert", "--probes"] + train[2...7], in: folder)
      #expect(compare.status == 2 && compare.errors.contains("--probes"), "\(compare.errors)")
    }
  }
}
