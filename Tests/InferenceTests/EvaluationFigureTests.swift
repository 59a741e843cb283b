import Foundation
import Reporting
import Settings
import Statistics
import Testing

@testable import Inference

/// What figures and results say beside numbers.
@Suite struct EvaluationFigureTests {
  /// Results that were stored before figures said where they are shown are read.
  @Test func figuresOfOlderResultsAreRead() throws {
    let old = #"{"name":"bits per byte","value":1.5,"unit":"bits","count":10,"moreIsBetter":false}"#
    let figure = try JSONDecoder().decode(EvaluationFigure.self, from: Data(old.utf8))
    #expect(
      figure == EvaluationFigure("bits per byte", 1.5, unit: "bits", count: 10, moreIsBetter: false))
    #expect(figure.sample == nil && figure.curve == nil && figure.defaultRank == nil)
  }

  @Test func whatIsWrittenIsRead() throws {
    var figure = EvaluationFigure("right", right: [true, false, true, true])
    #expect(figure.value == 0.75 && figure.count == 4 && figure.isShare && figure.moreIsBetter == true)
    #expect(figure.sample?.items == [1, 0, 1, 1])
    figure.context = .leftOnly
    figure.curve = .init(metric: "a.b", title: nil, dependsOnModels: true)
    figure.firstScreen = .init(rank: 1, question: "q", short: "s")
    figure.defaultRank = 2
    let data = try JSONEncoder().encode(figure)
    #expect(try JSONDecoder().decode(EvaluationFigure.self, from: data) == figure)
    let plain = figure.plain
    #expect(plain.sample == nil && plain.curve == nil && plain.firstScreen == nil && plain.defaultRank == nil)
    #expect(plain.context == .leftOnly && plain.measured == figure.measured)
  }

  @Test func aMeanHasItsInterval() {
    let figure = EvaluationFigure("m", meanOf: [1, 2, 3], unit: "bits", moreIsBetter: false)
    // t of 2 degrees of freedom times 1/√3.
    #expect(figure.value == 2 && abs((figure.high ?? 0) - (2 + 4.302652729911 / 3.0.squareRoot())) < 1e-6)
    #expect(figure.sample?.items == [1, 2, 3] && !figure.isShare)
  }

  private func results(_ trained: [Bool], seeds: Int = 1) -> EvaluationResults<Int> {
    EvaluationResults(
      ComponentDeclaration(family: "evaluation", name: "x", summary: "", keys: []),
      trained.enumerated().map { index, isTrained in
        .init(
          index: index, name: ["a", "b", "c"][index], seesFuture: true, isTrainedFromLeft: isTrained,
          result: index)
      }, seeds: seeds)
  }

  /// Only answers from the left side alone are no ground for a comparison, and only of models that were not trained so.
  @Test func modelsThatWereNotTrainedForTheLeftSideAreNamed() {
    let one = results([true, false])
    #expect(one.reasonAgainst(.bothSides) == nil && one.reasonAgainst(nil) == nil)
    #expect(one.reasonAgainst(.leftOnly)?.hasPrefix("b was trained with a fixed masking rate") == true)
    #expect(one.reasonAgainst(.leftOnly, [one.models[0]]) == nil)
    #expect(results([false, false]).reasonAgainst(.leftOnly)?.hasPrefix("a and b were trained") == true)
    #expect(one.scope.hasPrefix("one seed") && results([true], seeds: 3).scope.hasPrefix("the first seed"))
    let mapped = results([true, false], seeds: 3).map { "\($0)" }
    #expect(mapped.models.map(\.result) == ["0", "1"] && mapped.seeds == 3)
    #expect(mapped.models.map(\.isTrainedFromLeft) == [true, false])
  }
}
