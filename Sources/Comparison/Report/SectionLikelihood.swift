import Evaluation
import Foundation
import Reporting
import Statistics

/// What the text costs each model by the chain rule, beside what is no likelihood.
enum SectionLikelihood {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let likelihood = data.likelihood, !likelihood.scores.isEmpty else { return nil }
    return ReportSection(
      id: "likelihood", short: "Likelihood", title: "Likelihood of encoders and decoders",
      lead: """
        By the chain rule an encoder also has a likelihood: it unmasks a window token by token in an order \
        that is fixed in advance, and predicts each token with all later ones masked. Both kinds score the same \
        \(Number.counted(likelihood.windows, "held-out window")) of \(Number.counted(likelihood.tokens, "token")) \
        (\(Number.counted(likelihood.bytes, "byte"))), with known length and with probability for tokens of text \
        only. Only the tokenizer's own segmentation of the text is counted, so the values are \
        upper bounds. Intervals are over windows and describe these trained models only. The excess over the grammar is \
        computed per window, so that windows that are hard for all models do not widen its interval.
        """,
      body: """
        \(table(data, likelihood))\(warning(data, untrained(likelihood)))\
        <div class='panels'>\(chart(data, likelihood))\(pseudo(data, likelihood))</div>
        """)
  }

  /// Arms that were trained for no order.
  private static func untrained(_ likelihood: ReportData.Likelihood) -> [Int] {
    let trained = Set(likelihood.scores.filter(\.isTrainedForIt).map(\.arm))
    return likelihood.scores.map(\.arm).filter { !trained.contains($0) }
  }

  private static func table(_ data: ReportData, _ likelihood: ReportData.Likelihood) -> Markup {
    func cell(_ measured: Measured?) -> Markup {
      measured?.cell { Number.fixed($0, 3) } ?? "–"
    }
    var rows = likelihood.scores.map { score -> [Markup] in
      [
        data.label(score.arm), "\(score.order)", cell(score.excess), cell(score.bitsPerByte),
        "\(Number.flops(score.flops))", score.isTrainedForIt ? "yes" : "no",
      ]
    }
    if let floor = likelihood.floor {
      rows.append(["the grammar itself", "–", "0", "\(Number.fixed(floor, 3))", "–", "–"])
    }
    return ReportTable(
      caption: "Bits per byte by the chain rule (lower is better)",
      columns: [
        "Model", "Order", .number("Above the grammar"), .number("Bits per byte"), .number("Cost of scoring"),
        "Trained for it?",
      ], rows: rows
    ).markup
  }

  /// What must not be concluded of models that were not trained for what they are asked.
  static func warning(_ data: ReportData, _ untrained: [Int]) -> Markup? {
    guard !untrained.isEmpty else { return nil }
    let names = Set(untrained).sorted().map(data.name)
    let (was, isAsked) = names.count == 1 ? ("it was", "is") : ("they were", "are")
    return """
      <p class='note'>No conclusion uses \(names.inWords): \(was) trained with a fixed masking rate and \(isAsked) \
      evaluated here with up to all tokens masked. A model with <code>recipe.objective=any-order</code> is trained \
      for every masking rate.</p>
      """
  }

  private static func chart(_ data: ReportData, _ likelihood: ReportData.Likelihood) -> Markup? {
    guard !likelihood.shares.isEmpty else { return nil }
    let chart = LineChart(
      title: "Bits per token by masking rate",
      description: likelihood.shares.map { share in
        "\(data.name(share.arm)), \(share.order): "
          + zip(share.hidden, share.bits).map { "\(Number.percent($0, 0)) hidden \(Number.short($1))" }
          .joined(separator: ", ")
      }.joined(separator: "; "),
      xLabel: "fraction of the window that is masked", yLabel: "bits per token",
      series: likelihood.shares.map { share in
        LineChart.Series(
          name: "\(data.name(share.arm)), \(share.order)", colour: data.colour(share.arm),
          points: zip(share.hidden, share.bits).map { ($0, $1, nil) },
          isDashed: share.order != "\(UnmaskingOrder.leftToRight)")
      }, xFormat: { Number.percent($0, 0) })
    return """
      <figure class='panel'><figcaption><h3>Cost per token by masking rate</h3>\
      <p class='note'>Solid: left to right; dashed: random order.</p></figcaption>\
      \(chart.render(id: "hidden-share"))</figure>
      """
  }

  private static func pseudo(_ data: ReportData, _ likelihood: ReportData.Likelihood) -> Markup? {
    guard !likelihood.pseudo.isEmpty else { return nil }
    return ReportTable(
      caption:
        "Pseudo-log-likelihood: every token given all others. It is not a likelihood and cannot be compared "
        + "with one",
      columns: ["Model", "Masked", .number("Bits per byte")],
      rows: likelihood.pseudo.map {
        [data.label($0.arm), "\($0.form)", "\(Number.fixed($0.bitsPerByte, 3))"]
      }
    ).markup
  }
}
