import Evaluation
import Foundation
import Inference
import Reporting
import Statistics

/// How far predictions are from the exact distributions, and how well calibrated they are.
enum SectionTruth {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let truth = data.ruler?.truth, !truth.rows.isEmpty else { return nil }
    return ReportSection(
      id: "truth", short: "Best possible", title: "Divergence from the exact probabilities",
      lead: """
        At \(Number.grouped(truth.places)) positions of \(truth.windows) held-out windows, drawn once with a fixed \
        seed, the grammar gives the exact probability of every token: given the left side only, and given all \
        other tokens of the window. The entropy of these distributions is the minimum cross-entropy of \
        any model; the excess of a model is its divergence, which is 0 for the best possible model. Left side \
        and both sides are different tasks. Intervals are over windows and describe these trained models only.
        """,
      body: """
        \(table(data, truth))\
        \(SectionLikelihood.warning(data, truth.rows.filter { !$0.isTrainedForIt }.map(\.arm)))\
        <div class='panels'>\(ChoiceContext.allCases.compactMap { chart(data, truth, $0) })</div>
        """)
  }

  private static func words(_ side: ChoiceContext) -> String {
    side == .leftOnly ? "next token, left side alone" : "one hidden token, both sides"
  }

  private static func table(_ data: ReportData, _ truth: ReportData.Truth) -> Markup {
    ReportTable(
      caption: "Divergence from the exact distributions, in bits per position",
      columns: [
        "Model", "Question", .number("Entropy (floor)"), .number("Cross-entropy"), .number("Divergence"),
        .number("Minus the first model's"), .number("Calibration error"), "Trained for it?",
      ],
      rows: truth.rows.map { row in
        [
          data.label(row.arm), "\(words(row.side))", "\(Number.fixed(row.floor, 3))",
          "\(Number.fixed(row.floor + row.divergence.value, 3))", row.divergence.cell { Number.fixed($0, 3) },
          row.difference?.cell { Number.fixed($0, 3) } ?? "–", "\(Number.percent(row.calibrationError, 2))",
          row.isTrainedForIt ? "yes" : "no",
        ]
      }
    ).markup
  }

  private static func chart(_ data: ReportData, _ truth: ReportData.Truth, _ side: ChoiceContext) -> Markup? {
    let rows = truth.rows.filter { $0.side == side }
    guard !rows.isEmpty else { return nil }
    func points(_ row: ReportData.Truth.Row) -> [(x: Double, y: Double, interval: Interval?)] {
      row.bins.filter { $0.count > 0 }.map { ($0.predicted, $0.known, nil) }
    }
    let ideal = LineChart.Series(
      name: "as predicted", colour: 7, points: [(0, 0, nil), (1, 1, nil)], isFaint: true)
    let chart = LineChart(
      title: "Calibration, \(words(side))",
      description: rows.map { row in
        "\(data.name(row.arm)): "
          + points(row).map { "predicted \(Number.percent($0.x)), exact \(Number.percent($0.y))" }
          .joined(separator: ", ")
      }.joined(separator: "; "),
      xLabel: "predicted probability, mean of a tenth", yLabel: "exact probability",
      series: [ideal]
        + rows.map {
          LineChart.Series(name: data.name($0.arm), colour: data.colour($0.arm), points: points($0))
        },
      yRange: 0...1, xFormat: { Number.percent($0, 0) }, yFormat: { Number.percent($0, 0) })
    let legend = rows.map { row -> Markup in
      "<li>\(ChartMark.swatch(data.colour(row.arm)))\(data.name(row.arm))</li>"
    }
    return """
      <figure class='panel'><figcaption><h3>Calibration: \(words(side))</h3>\
      <ul class='legend'>\(legend)</ul></figcaption>\
      \(chart.render(id: "calibration-\(side.rawValue)"))\
      <p class='note'>All tokens of the vocabulary at all positions, in ten bins of the predicted probability. On the \
      light line a prediction is calibrated; below it the model is overconfident. The calibration error is the \
      fraction of probability in the wrong bin.</p></figure>
      """
  }
}
