import Comparison
import Evaluation
import Foundation
import TestSupport
import Testing

/// `zoo probe`, and `zoo compare --probes`.
@Suite struct ProbeCommandTests {
  /// What the report of a comparison of tiny/gpt and tiny/bert in the folder `c` says because it was asked with
  /// `--probes`, and that `zoo probe` says the same of its runs.
  static func check(_ report: ReportData, in folder: URL) throws {
    let probes = try #require(report.evaluations?.first { $0.evaluation == "probes" })
    #expect(probes.figures.map(\.count) == [6, 12] && probes.methods.contains("Probes:"))
    let rows = try #require(probes.section?.tables.last?.rows)
    #expect(rows.count == 3 * 6 * 3)
    #expect(report.allConclusions.contains { $0.statement.contains("subject's number") })
    // Written down, so that a comparison that was stopped has them, too.
    let record = try String(
      contentsOf: folder.appendingPathComponent("c/experiment.json"), encoding: .utf8)
    #expect(record.contains("\"probes\": true"))

    let runs = ["probe", "c/gpt", "c/bert", "--sentences", "60", "--out", "p"]
    let probe = try ZooProcess.run(runs, in: folder)
    #expect(probe.status == 0, "\(probe.errors)")
    #expect(
      probe.output.contains("nesting depth at the word") && probe.output.contains("whole sentence"))
    #expect(probe.output.contains("probes fitted on 30 sentences"))
    let written = try JSONDecoder().decode(
      ProbeResults.self, from: try Data(contentsOf: folder.appendingPathComponent("p/probes.json")))
    #expect(written.fitted == 30 && written.rows.count == rows.count)
    let table = try String(contentsOf: folder.appendingPathComponent("p/probes.csv"), encoding: .utf8)
    #expect(table.split(separator: "\n").count == 1 + written.rows.count)
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
      let tune = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/bert", "--fine-tune", "word-class"] + train[2...7], in: folder)
      #expect(tune.status == 2 && tune.errors.contains("leave out --fine-tune"), "\(tune.errors)")
    }
  }
}
