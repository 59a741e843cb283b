import Foundation
import Reporting
import Settings
import TestSupport
import Testing
import Training

@testable import Comparison
@testable import Experiments
@testable import Statistics

/// The comparison in one table, and what is said where parts are missing.
@Suite struct GlanceTests {
  private func point(_ step: Int, _ value: Double, targets: Double) -> CurvePoint {
    CurvePoint(step: step, tokens: 0, supervisedTokens: targets, flops: 0, seconds: 0, value: value)
  }

  @Test func theLastEvaluationsShowHowMuchAMeasureJumps() throws {
    let values = [0.1, 0.5, 0.9, 0.7, 0.99, 0.4]
    let points = values.enumerated().map { point($0.offset, $0.element, targets: 0) }
    let settled = try #require(ReportData.Glance.Settled(points))
    #expect(settled == .init(evaluations: 5, median: 0.7, low: 0.4, high: 0.99))
    #expect(ReportData.Glance.Settled(Array(points.prefix(2))) == nil)
    #expect(ReportData.Glance.Settled(Array(points.prefix(4)))?.median == 0.6)
  }

  @Test func curvesOfSeveralSeedsAreMeansWithTheirRange() {
    let curves = [
      [point(0, 0.5, targets: 0), point(10, 0.6, targets: 100)],
      [point(0, 0.7, targets: 0), point(10, 1, targets: 100), point(20, 1, targets: 200)],
    ]
    let mean = ReportBuilder.overSeeds(curves)
    #expect(mean.map(\.step) == [0, 10] && mean.map(\.value) == [0.6, 0.8])
    #expect(mean.map(\.interval) == [Interval(low: 0.5, high: 0.7), Interval(low: 0.6, high: 1)])
    #expect(ReportBuilder.overSeeds([curves[1]]).count == 3 && ReportBuilder.overSeeds([]).isEmpty)
  }

  @Test func equalTargetsAreTheLastEvaluationWithoutMore() {
    let points = [point(0, 0.5, targets: 0), point(10, 0.6, targets: 100), point(20, 0.8, targets: 200)]
    #expect(ReportBuilder.point(at: 199, of: points) == .init(targets: 100, value: 0.6))
    #expect(ReportBuilder.point(at: 200, of: points) == .init(targets: 200, value: 0.8))
    #expect(ReportBuilder.point(at: 50, of: points) == nil)
  }

  /// A model whose whole interval is on the wrong side of chance is worse than it, not undecided.
  @Test func worseThanChanceIsSaidToBeSo() {
    func said(_ low: Double, _ high: Double, _ chance: Double, lowerIsBetter: Bool) -> String? {
      ReportBuilder.besideChance(
        [("a", Interval(low: low, high: high)), ("b", nil)], chance, lowerIsBetter: lowerIsBetter, worth: "w")
    }
    #expect(said(4, 4.2, 1, lowerIsBetter: true) == "a is worse than chance (w).")
    #expect(said(0.9, 1.2, 1, lowerIsBetter: true) == "a is not measurably better than chance (w).")
    #expect(said(0.8, 1, 1, lowerIsBetter: true) == "a is not measurably better than chance (w).")
    #expect(said(0.8, 0.9, 1, lowerIsBetter: true) == nil)
    #expect(said(0.2, 0.4, 0.5, lowerIsBetter: false) == "a is worse than chance (w).")
    #expect(said(0.4, 0.6, 0.5, lowerIsBetter: false) == "a is not measurably better than chance (w).")
    #expect(said(0.5, 0.6, 0.5, lowerIsBetter: false) == "a is not measurably better than chance (w).")
    #expect(said(0.6, 0.7, 0.5, lowerIsBetter: false) == nil)
    let two: [(name: String, interval: Interval?)] = [
      ("a", Interval(low: 2, high: 3)), ("b", Interval(low: 0, high: 3)),
    ]
    #expect(
      ReportBuilder.besideChance(two, 1, lowerIsBetter: true, worth: "w")
        == "a is worse than chance (w). b is not measurably better than chance (w).")
  }

  /// Several seeds are advised where models are trained; a comparison of trained runs takes none.
  @Test func seedsAreAdvisedWhereTheyAreAccepted() {
    var data = ReportFixture.full(arms: 2)
    data.seeds = nil
    #expect(data.remarkOnOneSeed.contains("--seeds 6"))
    data.certificate.append(
      CertificateRow(what: "steps taken", values: ["4", "4"], equal: true, declared: false, note: ""))
    #expect(!data.remarkOnOneSeed.contains("--seeds"))
  }

  /// Several seeds without a measure that two models share are said to be several.
  @Test func seedsWithoutASharedMeasureAreCounted() {
    var data = ReportFixture.full(arms: 2)
    data.seeds = nil
    for index in data.curves.indices { data.curves[index].seeds = 3 }
    #expect(data.remarkOnOneSeed.contains("3 seeds") && !data.remarkOnOneSeed.contains("--seeds"))
  }

  /// One is one, and none is none.
  @Test func numbersOfConclusionsAreSingularOrPlural() {
    var data = ReportFixture.full(arms: 2)
    func verdict(_ isFair: Bool) -> Verdict {
      Verdict(statement: "s", numbers: "", comparable: isFair, because: "b")
    }
    func said(_ verdicts: Verdict...) -> String? {
      data.verdicts = verdicts
      return Conclusions(data).sentence(of: "verdicts")
    }
    #expect(said(verdict(false)) == "The statement is not a valid comparison, for the reason given.")
    #expect(
      said(verdict(false), verdict(false))
        == "None of the 2 statements is a valid comparison, for the reasons given.")
    #expect(
      said(verdict(true), verdict(false))
        == "1 of 2 statements is a valid comparison; the other is not, for the reason given.")
    data.certificate = [
      CertificateRow(what: "text", values: ["a", "a"], equal: true, declared: false, note: ""),
      CertificateRow(what: "mask", values: ["a", "b"], equal: false, declared: true, note: ""),
    ]
    #expect(Conclusions(data).sentence(of: "certificate")?.contains("1 is a declared difference") == true)
  }

  @Test func thePageBeginsWithTheTableAndWithWhatIsMissing() throws {
    var data = ReportFixture.full(arms: 2)
    data.glance = ReportData.Glance(
      compared: "bert and gpt were trained.",
      rows: [
        .init(
          question: "choosing a hidden word", unit: "share of 200", isShare: true, chance: 0.25,
          values: [Measured(0.5), Measured(0.75)],
          settled: [.init(evaluations: 5, median: 0.4, low: 0.3, high: 0.5), nil],
          atEqualTargets: [.init(targets: 1000, value: 0.5), .init(targets: 990, value: 0.625)],
          conclusions: [
            .init(sentence: "gpt is better than bert by 25.0 points.", isDecided: true, command: "./zoo <x>")
          ])
      ], uses: [])
    data.problems = ["the report lacks a part, heads: \(ReportFixture.nasty)"]
    let page = ReportPage.html(data)
    let missing = try #require(page.range(of: "What is missing"))
    let glance = try #require(page.range(of: "At a glance</h2>"))
    let curves = try #require(page.range(of: "Learning curves</h2>"))
    #expect(missing.lowerBound < glance.lowerBound && glance.lowerBound < curves.lowerBound)
    // A percent sign stays with its number.
    for text in ["50.0~%", "75.0~%", "62.5~%", "from 30.0~% to 50.0~%", "./zoo &lt;x&gt;", "chance 25 %"] {
      #expect(page.contains(text.replacing("~", with: "\u{A0}")), "\(text)")
    }
    #expect(!page.contains(ReportFixture.nasty))
    #expect(PageReader.read(page).problem == nil)
    data.problems = nil
    #expect(!ReportPage.html(data).contains("What is missing"))
    // Reports of before there was a table are still drawn.
    data.glance = nil
    #expect(!ReportPage.html(data).contains("At a glance</h2>"))
  }

  @Test func theDiagramMarksWhatDiffers() {
    func outline(_ mask: String, _ extra: [ReportData.Outline.Part] = []) -> ReportData.Outline {
      ReportData.Outline(
        blocks: 3,
        parts: [
          .init(role: "embedding", choice: "tokens", isInBlock: false),
          .init(role: "may see", choice: mask, isInBlock: true),
        ] + extra)
    }
    let pooler = ReportData.Outline.Part(role: "pooler", choice: "first", isInBlock: false)
    let diagram = ModelDiagram(models: [
      ("a <b>", 0, outline("causal")), ("b", 1, outline("bidirectional", [pooler])),
    ]).render(id: "d").text
    // The mask differs in both models; the pooler is in one of them.
    #expect(diagram.components(separatedBy: "stroke='var(--warn)'").count - 1 == 3)
    #expect(diagram.contains("The models differ in: may see and pooler.") && diagram.contains("a &lt;b&gt;"))
    let same = ModelDiagram(models: [("a", 0, outline("causal")), ("b", 1, outline("causal"))])
    #expect(!same.render(id: "d").text.contains("var(--warn)"))
  }
}
