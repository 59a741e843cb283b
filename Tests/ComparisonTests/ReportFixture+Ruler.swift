import AttentionAnalysis
import Inference

@testable import Comparison
@testable import Evaluation
@testable import Statistics

extension ReportFixture {
  /// Excess, divergences and pairs of invented models.
  static func ruler(arms: Int) -> ReportData.Ruler {
    let measured = Measured(0.1, interval: .init(low: 0.05, high: 0.2))
    func group(_ label: String) -> ExcessResults.Group {
      .init(
        label: label, count: 1200, floor: 1.5, excess: (0..<arms).map { _ in measured },
        difference: arms == 2 ? measured : nil)
    }
    func row(_ arm: Int, _ side: ChoiceContext) -> DivergenceResults.Row {
      .init(
        arm: arm, side: side, floor: 1.9, divergence: measured, difference: arm == 0 ? nil : measured,
        calibrationError: 0.02,
        bins: (0..<10).map {
          .init(count: 10, predicted: Double($0) / 10 + 0.05, known: Double($0) / 10 + 0.04)
        },
        isTrainedForIt: arm != 1)
    }
    let names = ["verb_after_subject", "verb_kind", "all"]
    return ReportData.Ruler(
      excess: .init(
        windows: 32, tokens: 64, floor: 0.48,
        rows: (0..<arms).map {
          .init(arm: $0, perByte: measured, difference: $0 == 0 ? nil : measured, isTrainedForIt: $0 != 1)
        },
        properties: [
          .init(name: "kind of word", groups: [group("noun"), group("verb")]),
          .init(name: "clause", groups: [group("main clause")]),
        ]),
      truth: .init(
        windows: 64, places: 512,
        rows: (0..<arms).map { row($0, .leftOnly) } + [row(0, .bothSides)]),
      pairs: .init(
        count: 80, dropped: 3,
        columns: (0..<arms).map { .init(arm: $0, measure: .likelihood) }
          + [.init(arm: 0, measure: .pseudo), .init(arm: 0, measure: .pseudoWithinWords)],
        rows: names.map { name in
          .init(
            paradigm: name, field: name == "all" ? "" : "agreement", count: 40,
            example: name == "all" ? nil : .init(good: "the <dogs> see.", bad: "the <dogs> sees."),
            right: (0..<arms + 2).map { _ in .share(correct: 38, of: 40) })
        }))
  }
}

extension ReportData {
  /// The report with what a known grammar adds, as reports were before likelihoods, verb forms, pairs and heads were
  /// evaluations.
  func with(_ likelihood: LikelihoodResults, _ ruler: Ruler, _ verbs: Verbs, _ heads: HeadResults)
    -> ReportData
  {
    var report = self
    report.likelihood = likelihood
    report.ruler = ruler
    report.verbs = verbs
    report.heads = heads
    return report
  }
}
