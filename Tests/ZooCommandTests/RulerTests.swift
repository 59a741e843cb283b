import Comparison
import Foundation
import Inference
import Reporting
import SyntheticCorpus
import TestSupport
import Testing
import Text
import Training

@testable import Evaluation

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
      // What is stored with the runs is what the sections are made of.
      let likelihoods: [EvaluationResults<LikelihoodEvaluation.Result>.Model] = try Self.stored(
        "likelihood", in: folder)
      let divergences: [EvaluationResults<DivergenceEvaluation.Result>.Model] = try Self.stored(
        "divergence", in: folder)
      let likelihood = try #require(LikelihoodResults(likelihoods))
      let truth = try #require(DivergenceResults(divergences))

      // However short the training, the same text is scored.
      #expect(likelihood.windows == 64 && truth.windows == 64 && truth.places == 64 * 8)
      #expect(report.evaluations?.prefix(2).map { $0.section?.id } == ["truth", "likelihood"])
      // The encoder was not trained for a likelihood, and it is said what would be.
      let row = try #require(report.glance?.rows.last)
      #expect(
        row.values.map { $0 == nil } == [false, true] && row.values[0] == likelihood.scores[0].bitsPerByte)
      // What the evaluation says of it and what the first screen says are one item.
      let said = report.allConclusions.filter { $0.numbers.contains("bits per byte") }
      #expect(said.map(\.question) == [row.question] && said[0].isLeading && !said[0].isComparable)
      #expect(said[0].command?.contains("bert recipe.objective=any-order") == true)
      #expect(said[0].because.contains("not trained to give whole texts"))
      let questions = Set(report.allConclusions.filter(\.isLeading).compactMap(\.question))
      #expect(questions == Set(report.glance?.rows.map(\.question) ?? []))
      let held = try #require(report.heldOut.first { $0.measure.hasPrefix("likelihood") })
      #expect(held.values == likelihood.scores.prefix(2).map(\.bitsPerByte) && !held.comparable)
      let cloze = try #require(report.evaluations?.first { $0.evaluation == "cloze" })
      #expect(cloze.figures.map(\.count) == [4, 4] && cloze.figures.joined().allSatisfy { $0.count == 300 })
      let tables = try #require(cloze.section?.tables)
      #expect(tables[0].rows.map { $0[1] } == [.count(100), .count(100), .count(100), .count(300)])
      // The place, two columns of the best possible; the encoder was not trained for the left side alone.
      #expect(tables[1].columns.count == 1 + 2 + 3)
      #expect(
        report.evaluations?.map(\.evaluation) == [
          "divergence", "likelihood", "cloze", "hidden-words", "verb-forms", "minimal-pairs", "samples",
          "writing", "fills", "heads", "probes",
        ])
      // The first question of the first table has no ceiling, and both were asked it at every evaluation.
      let first = try #require(report.glance?.rows.first)
      #expect(first.question.contains("divergence") && first.values.compactMap { $0?.value }.count == 2)
      #expect(report.curves.count { $0.metric.rawValue == "divergence.bothSides" } == 2)
      // A model of three steps guesses.
      #expect(first.values.allSatisfy { (0.5...4).contains($0?.value ?? 0) })
      let excess = try #require(ExcessResults(likelihoods))
      #expect(excess.rows.map(\.arm) == [0, 1] && excess.rows.map(\.isTrainedForIt) == [true, false])
      // A model of three steps is far from the grammar, and the parts add up to the whole.
      for (row, score) in zip(excess.rows, likelihood.scores) {
        #expect(row.perByte.value > 1)
        // The last word of a window may continue in its bytes, not in its tokens: nearly nothing.
        #expect(abs(row.perByte.value - (score.excess?.value ?? 0)) < 0.02)
        #expect(abs(row.perByte.value + excess.floor - score.bitsPerByte.value) < 1e-9)
      }
      let frequency = try #require(excess.properties.last)
      let tokens = frequency.groups.reduce(0) { $0 + $1.count }
      #expect(tokens == excess.windows * excess.tokens)
      let bits = frequency.groups.reduce(0) { $0 + Double($1.count) * $1.excess[0].value }
      let bytes = Double(likelihood.bytes)
      #expect(abs(bits - excess.rows[0].perByte.value * bytes) < 1e-6 * bits)

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

  /// What the decoder and the encoder of the comparison answered.
  private static func stored<Result: Codable>(_ evaluation: String, in folder: URL) throws
    -> [EvaluationResults<Result>.Model]
  {
    try ["gpt", "bert"].enumerated().map { index, name in
      let store = EvaluationStore(RunFolder(folder.appendingPathComponent("c/\(name)")))
      let one = try #require(store.all().first { $0.question.evaluation == evaluation })
      return .init(
        index: index, name: name, seesFuture: index == 1,
        result: try JSONDecoder().decode(Result.self, from: Data(one.result.utf8)))
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
      let report = try JSONDecoder().decode(ReportData.self, from: json)
      let asked = try #require(report.evaluations)
      #expect(asked.first?.evaluation == "likelihood" && !asked.contains { $0.evaluation == "divergence" })
      #expect(asked.first?.figures[0].map(\.name) == ["bits per byte", "nats per token"])
      // What was not asked for is not missed; what was is refused with the reason.
      #expect(report.problems?.isEmpty != false)
      let eval = try ZooProcess.run(["eval", "c/gpt", "--with", "divergence"], in: folder)
      #expect(eval.status == 1 && eval.errors.contains("grammar is not known"), "\(eval.errors)")
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
