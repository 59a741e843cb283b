import Foundation
import Inference
import Testing

@testable import Comparison
@testable import Evaluation
@testable import Reporting
@testable import Statistics

/// Reports from before verb forms and cloze were evaluations are still drawn.
@Suite struct OldChoicesTests {
  private static func cloze(arms: Int) -> ReportData.Cloze {
    let columns = ChoiceContext.allCases.flatMap { side in
      (0..<arms).map { arm in
        ReportData.Cloze.Column(arm: arm, side: side, isTrainedForIt: arm != 0 || side == .bothSides)
      }
    }
    func row(_ name: String) -> ReportData.Cloze.Row {
      .init(
        wordClass: name, count: 40, chance: 0.125,
        example: name == "all"
          ? nil : .init(left: "the <dogs>", correct: "see", right: " it.\n", others: ["own", "& wear"]),
        bestLeftOnly: .init(right: .share(correct: 21, of: 40), expected: 0.533, probability: 0.517),
        bestBothSides: .init(right: .share(correct: 31, of: 40), expected: 0.789, probability: 0.771),
        right: columns.indices.map { .share(correct: 20 - $0 % 5, of: 40) },
        probabilities: columns.indices.map { .init(0.625 + Double($0) / 1000) },
        divergences: columns.indices.map { .init(0.25 + Double($0) / 1000) })
    }
    return ReportData.Cloze(candidates: 2, rows: [row("right"), row("all")], columns: columns)
  }

  private static func report(arms: Int = 2) -> ReportData {
    var data = ReportFixture.full(arms: arms)
    data.ruler?.cloze = cloze(arms: arms)
    return data
  }

  @Test(arguments: [1, 2, 8]) func thePageIsWellFormed(arms: Int) {
    let page = PageReader.read(ReportPage.html(Self.report(arms: arms)))
    #expect(page.problem == nil)
    #expect(page.sections.contains("cloze") && page.sections.contains("verbs"))
    #expect(Set(page.ids).count == page.ids.count, "an id stands twice")
  }

  @Test func whatIsShownIsWhatWasMeasured() throws {
    let data = Self.report()
    let page = PageReader.read(ReportPage.html(data))
    for text in [
      "53.3 %", "52.5 %", "own, & wear", "the <dogs>", "on the right", "0.250", "Evidence", "51.7 %",
      "77.1 %",
      "62.7 %", "left side",
    ] { #expect(page.text.contains(text), "\(text)") }
    // The model that was not trained for a hidden right side is named, and has no column of probabilities there.
    #expect(page.text.contains("bert was trained with a fixed masking rate"))
    let evaluations = data.allEvaluations
    let names = ["divergence", "likelihood", "cloze", "verb-forms", "minimal-pairs"]
    #expect(evaluations.prefix(5).map(\.evaluation) == names)
    let probabilities = try #require(evaluations[2].section?.tables.dropFirst().first)
    #expect(probabilities.columns.filter { $0.heading == .model(0, note: "left side") }.isEmpty)
    let verbs = try #require(evaluations[3].section?.tables.first)
    let old = ReportFixture.verbs(arms: 2).scores[0]
    #expect(verbs.rows[0][2] == old.bothSides.map { .measured($0, .percent(decimals: 1)) })
    #expect(evaluations[3].figures[0].map(\.value) == [old.leftOnly?.value, old.bothSides?.value])
  }

  /// Names that curves had are read as those of today, and their charts are those of before.
  @Test func curvesOfOlderReportsAreDrawn() throws {
    var data = Self.report()
    data.curveKinds = nil
    var json = String(decoding: try JSONEncoder().encode(data), as: UTF8.self)
    for (old, new) in ReportData.Metric.renamed {
      json = json.replacingOccurrences(of: "\"\(new)\"", with: "\"\(old)\"")
    }
    #expect(json.contains("\"verbBothSides\""))
    let read = try JSONDecoder().decode(ReportData.self, from: Data(json.utf8))
    #expect(read.curves.map(\.metric) == data.curves.map(\.metric))
    let titles = SectionCurves(data: read).panels.map(\.title)
    #expect(titles.contains("Right verb form, both sides seen"))
    #expect(ReportPage.html(read) == ReportPage.html(data))
  }

  /// Rows of the oldest reports have no probabilities.
  @Test func rowsWithoutProbabilitiesHaveNoTableOfThem() {
    var data = Self.report()
    for row in data.ruler?.cloze?.rows.indices ?? 0..<0 { data.ruler?.cloze?.rows[row].probabilities = nil }
    let captions = data.allEvaluations[2].section?.tables.map(\.caption) ?? []
    #expect(captions.count == 5 && !captions.contains { $0.hasPrefix("Probability") })
  }
}
