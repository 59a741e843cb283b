import Foundation
import Inference
import Reporting
import Settings
import Statistics
import Testing

@testable import Evaluation

/// What a report says of minimal pairs.
@Suite struct MinimalPairsTests {
  private typealias Result = MinimalPairsEvaluation.Result

  private static func result(_ measures: [PairScoring.Measure], _ share: Double) -> Result {
    func row(_ paradigm: String, _ count: Int, _ example: Result.Example?) -> Result.Row {
      Result.Row(
        paradigm: paradigm, count: count, example: example,
        right: measures.map { Result.Choice(measure: $0, share: Measured(share)) })
    }
    return Result(
      dropped: 3,
      rows: [
        row("verb_after_subject", 40, Result.Example(good: "the dogs see.", bad: "the dogs sees.")),
        row("all", 40, nil),
      ])
  }

  private static let evaluation = MinimalPairsEvaluation(count: 40, seed: 1, file: nil)

  private static func results(_ models: [Result]) -> EvaluationResults<Result> {
    EvaluationResults(
      ComponentDeclaration(family: "evaluation", name: "minimal-pairs", summary: "", keys: []),
      models.enumerated().map { index, result in
        .init(index: index, name: ["gpt", "bert"][index], seesFuture: index == 1, result: result)
      })
  }

  /// A column a model and measure; the wrong word stands behind the right one.
  @Test func theTableHasAColumnForEachMeasure() throws {
    let models = [Self.result([.likelihood], 0.75), Self.result([.likelihood, .pseudo], 0.5)]
    let section = try #require(Self.evaluation.section(Self.results(models)))
    guard case .table(let table)? = section.blocks.first else {
      Issue.record("no table")
      return
    }
    #expect(
      table.columns.map(\.heading) == [
        .text("What differs"), .text("For example"), .text("Pairs"), .model(0, note: "likelihood"),
        .model(1, note: "likelihood"), .model(1, note: "pseudo-log-likelihood"),
      ])
    #expect(
      table.rows[0] == [
        .text("verb after subject"),
        .words([.plain("the"), .plain("dogs"), .choice(right: "see.", wrong: "sees.")]), .count(40),
        .number(0.75, .percent(decimals: 1)), .number(0.5, .percent(decimals: 1)),
        .number(0.5, .percent(decimals: 1)),
      ])
    for part in ["40 pairs", "gpt in 75.0 %", "bert in 50.0 %"] {
      #expect(section.conclusion.contains(part), "\(section.conclusion)")
    }
    #expect(section.explanation.contains("(3 drawn"))
    #expect(Self.evaluation.section(Self.results([])) == nil)
  }

  /// All pairs by every measure come first.
  @Test func figuresBeginWithAllPairs() {
    let figures = Self.evaluation.figures(of: Self.result([.likelihood, .pseudo], 0.5))
    #expect(
      figures.map(\.name) == [
        "minimal pairs, likelihood", "minimal pairs, pseudo-log-likelihood", "verb_after_subject, likelihood",
      ])
    #expect(figures.allSatisfy { $0.moreIsBetter == true && $0.unit == "share" })
  }

  /// A result of another version of the evaluation is not read as one of this.
  @Test func resultsOfOtherVersionsAreNotRead() throws {
    let json = String(decoding: try JSONEncoder().encode(Self.result([.likelihood], 0.5)), as: UTF8.self)
    #expect(Self.evaluation.canRead(StoredResult(json: json, figures: [])))
    #expect(!Self.evaluation.canRead(StoredResult(json: "[]", figures: [])))
  }
}
