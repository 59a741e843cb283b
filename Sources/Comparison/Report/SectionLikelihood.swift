import Evaluation
import Foundation
import Reporting
import Statistics

/// What the text costs each model by the chain rule, beside what is no likelihood.
enum SectionLikelihood {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let likelihood = data.likelihood, !likelihood.scores.isEmpty else { return nil }
    return ReportSection(
      id: "likelihood", short: "Likelihood", title: "One ruler for both kinds",
      lead: """
        By the chain rule an encoder has a likelihood, too: it unmasks a window token by token in an order \
        that is fixed beforehand, each predicted with all later ones masked. Both kinds score the same \
        \(Number.counted(likelihood.windows, "held-out window")) of \(Number.counted(likelihood.tokens, "token")) \
        (\(Number.counted(likelihood.bytes, "byte"))), are given the length, and share their probability among \
        tokens of text alone. Only the tokenizer's own way to cut the text is counted, so the figures are \
        upper bounds. Intervals are over windows: they are about these trained models. What a model costs above the \
        grammar is taken window by window, so that windows that are hard for all do not widen it.
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
      <p class='note'>No verdict rests on \(names.inWords): \(was) trained with a fixed share of tokens hidden and \
      \(isAsked) asked here with up to all of them hidden. An arm with <code>recipe.objective=any-order</code> is trained \
      for every share.</p>
      """
  }

  private static func chart(_ data: ReportData, _ likelihood: ReportData.Likelihood) -> Markup? {
    guard !likelihood.shares.isEmpty else { return nil }
    let chart = LineChart(
      title: "Bits a token by hidden share",
      description: likelihood.shares.map { share in
        "\(data.name(share.arm)), \(share.order): "
          + zip(share.hidden, share.bits).map { "\(Number.percent($0, 0)) hidden \(Number.short($1))" }
          .joined(separator: ", ")
      }.joined(separator: "; "),
      xLabel: "share of the window that is hidden", yLabel: "bits a token",
      series: likelihood.shares.map { share in
        LineChart.Series(
          name: "\(data.name(share.arm)), \(share.order)", colour: data.colour(share.arm),
          points: zip(share.hidden, share.bits).map { ($0, $1, nil) },
          isDashed: share.order != "\(UnmaskingOrder.leftToRight)")
      }, xFormat: { Number.percent($0, 0) })
    return """
      <figure class='panel'><figcaption><h3>The more is hidden, the dearer a token</h3>\
      <p class='note'>Solid: left to right; dashed: random order.</p></figcaption>\
      \(chart.render(id: "hidden-share"))</figure>
      """
  }

  private static func pseudo(_ data: ReportData, _ likelihood: ReportData.Likelihood) -> Markup? {
    guard !likelihood.pseudo.isEmpty else { return nil }
    return ReportTable(
      caption:
        "Pseudo-log-likelihood: every token with all others in view. No likelihood, and not to be held "
        + "against one",
      columns: ["Model", "Masked", .number("Bits per byte")],
      rows: likelihood.pseudo.map {
        [data.label($0.arm), "\($0.form)", "\(Number.fixed($0.bitsPerByte, 3))"]
      }
    ).markup
  }
}
