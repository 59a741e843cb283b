import Comparison
import Evaluation
import Foundation
import Inference
import Reporting
import SyntheticCorpus
import TestSupport
import Testing
import Text

/// What a comparison on the embedded corpus says because its grammar is known, and `zoo pairs`.
@Suite struct RulerTests {
  @Test func aComparisonIncludesTheGrammar() throws {
    try withTemporaryFolder { folder in
      let settings = [
        "tokenizer={ type: 'byte-bpe', vocabulary: 700 }", "context=40", "recipe.evaluationWindows=2",
      ].flatMap { ["--set", $0] }
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/bert", "--steps", "3", "--batch", "2", "--probes", "--out", "c"]
          + settings,
        in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let json = try Data(contentsOf: folder.appendingPathComponent("c/report.json"))
      let report = try JSONDecoder().decode(ReportData.self, from: json)
      let ruler = try #require(report.ruler)

      // However short the training, the same text is scored.
      #expect(report.likelihood?.windows == 64 && ruler.truth?.windows == 64 && ruler.truth?.places == 64 * 8)
      let cloze = try #require(report.evaluations?.first { $0.evaluation == "cloze" })
      #expect(cloze.figures.map(\.count) == [4, 4] && cloze.figures.joined().allSatisfy { $0.count == 300 })
      let tables = try #require(cloze.section?.tables)
      #expect(tables[0].rows.map { $0[1] } == [.count(100), .count(100), .count(100), .count(300)])
      // The place, two columns of the best possible; the encoder was not trained for the left side alone.
      #expect(tables[1].columns.count == 1 + 2 + 3)
      #expect(
        report.evaluations?.map(\.evaluation) == [
          "cloze", "hidden-words", "verb-forms", "minimal-pairs", "samples", "writing", "fills", "heads",
          "probes",
        ])
      // The first question of the first table has no ceiling, and both were asked it at every evaluation.
      let first = try #require(report.glance?.rows.first)
      #expect(first.question.contains("divergence") && first.values.compactMap { $0?.value }.count == 2)
      #expect(report.curves.count { $0.metric.rawValue == "divergence.bothSides" } == 2)
      // A model of three steps guesses.
      #expect(first.values.allSatisfy { (0.5...4).contains($0?.value ?? 0) })
      let excess = try #require(ruler.excess)
      #expect(excess.rows.map(\.arm) == [0, 1] && excess.rows.map(\.isTrainedForIt) == [true, false])
      // A model of three steps is far from the grammar, and the parts add up to the whole.
      for (row, score) in zip(excess.rows, report.likelihood?.scores ?? []) {
        #expect(row.perByte.value > 1)
        // The last word of a window may continue in its bytes, not in its tokens: nearly nothing.
        #expect(abs(row.perByte.value - (score.excess?.value ?? 0)) < 0.02)
        #expect(abs(row.perByte.value + excess.floor - score.bitsPerByte.value) < 1e-9)
      }
      let frequency = try #require(excess.properties.last)
      let tokens = frequency.groups.reduce(0) { $0 + $1.count }
      #expect(tokens == excess.windows * excess.tokens)
      let bits = frequency.groups.reduce(0) { $0 + Double($1.count) * $1.excess[0].value }
      let bytes = Double(report.likelihood?.bytes ?? 0)
      #expect(abs(bits - excess.rows[0].perByte.value * bytes) < 1e-6 * bits)

      let truth = try #require(ruler.truth)
      #expect(
        truth.rows.map(\.arm) == [0, 1, 1] && truth.rows.map(\.side) == [.leftOnly, .leftOnly, .bothSides])
      #expect(truth.rows[0].floor == truth.rows[1].floor && truth.rows[2].floor < truth.rows[0].floor)
      #expect(truth.rows.allSatisfy { $0.divergence.value > 1 && $0.bins.count == 10 })
      #expect(truth.rows.allSatisfy { ($0.divergence.interval?.low ?? -1) >= 0 })

      let pairs = try #require(report.evaluations?.first { $0.evaluation == "minimal-pairs" })
      #expect(pairs.settings["count"] == "40")
      guard case .table(let table)? = pairs.section?.blocks.first else {
        Issue.record("no table of pairs")
        return
      }
      // Three columns name the row; the decoder has one measure, the encoder three.
      #expect(table.columns.count == 3 + 1 + 3)
      #expect(table.rows.count == GrammarPair.Paradigm.allCases.count + 1)
      #expect(table.rows.dropLast().allSatisfy { $0[2] == .count(40) })
      #expect(table.rows.last?[2] == .count(40 * GrammarPair.Paradigm.allCases.count))
      for row in table.rows {
        for cell in row.dropFirst(3) {
          guard case .measured(let measured, _) = cell else {
            Issue.record("no measured share")
            continue
          }
          #expect(measured.interval != nil)
        }
      }
      try ProbeCommandTests.check(report, in: folder)
    }
  }

  @Test func anotherTextHasNoRuler() throws {
    try withTemporaryFolder { folder in
      let book = (0..<400).map { "line \($0) of a book that says \($0 % 17) things\n" }.joined()
      try Data(book.utf8).write(to: folder.appendingPathComponent("book.txt"))
      let outcome = try ZooProcess.run(
        [
          "compare", "tiny/gpt", "tiny/bert", "--data", "book.txt", "--steps", "2", "--batch", "2", "--out",
          "c",
        ],
        in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let json = try Data(contentsOf: folder.appendingPathComponent("c/report.json"))
      #expect(try JSONDecoder().decode(ReportData.self, from: json).ruler == nil)
    }
  }

  @Test func pairsAreWrittenAndFaultsAreNamed() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(["pairs", "--count", "3", "--out", "p.jsonl"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("42 pairs: p.jsonl") && outcome.output.contains("were dropped"))
      let pairs = try MinimalPair.read([folder.appendingPathComponent("p.jsonl").path])
      #expect(pairs.count == 42 && Set(pairs.map(\.paradigm)).count == 14)
      let nowhere = try ZooProcess.run(["pairs", "--count", "1", "--out", "none/p.jsonl"], in: folder)
      #expect(
        nowhere.status == 1 && nowhere.errors.contains("none/p.jsonl") && nowhere.errors.contains("--out"))
      let nothing = try ZooProcess.run(["pairs", "--count", "3"], in: folder)
      #expect(nothing.status == 2 && nothing.errors.contains("--out"))
    }
  }
}
