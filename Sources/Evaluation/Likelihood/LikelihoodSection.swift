import Inference
import Reporting
import Statistics

/// What held-out text costs each model by the chain rule, beside what is no likelihood, and where the bits lie that it
/// needs beyond the grammar.
package struct LikelihoodSection {
  private let likelihood: LikelihoodResults
  private let excess: ExcessResults?
  private let name: (Int) -> String

  /// Likelihoods of models with these names.
  package init(
    _ likelihood: LikelihoodResults, _ excess: ExcessResults?, name: @escaping (_ arm: Int) -> String
  ) {
    (self.likelihood, self.excess, self.name) = (likelihood, excess, name)
  }

  /// The section; nil where no model has a likelihood.
  package var section: Section? {
    guard !likelihood.scores.isEmpty else { return nil }
    return Section(
      id: "likelihood", short: "Likelihood", title: "Likelihood of encoders and decoders",
      conclusion: conclusion, explanation: explanation,
      blocks: [.table(table), Self.note(untrained.map(name))].compactMap { $0 } + panels + shares
        + (excess.map { ExcessTables($0, name: name).blocks } ?? []))
  }

  private var conclusion: String {
    let fair = likelihood.scores.filter(\.isTrainedForIt)
    guard !fair.isEmpty else { return "No model was trained to give whole texts a probability." }
    let said = fair.map { "\(name($0.arm)) \(Number.fixed($0.bitsPerByte.value, 4)), \($0.order)" }
    return "Bits per byte: \(said.inWords)."
  }

  private var explanation: String {
    "By the chain rule an encoder also has a likelihood: it unmasks a window token by token in an order that is fixed in "
      + "advance, and predicts each token with all later ones masked. Both kinds score the same "
      + "\(likelihood.extent), with known length and with probability for tokens of text only. "
      + "Only the tokenizer's own segmentation of the text is counted, so the values are upper bounds. Intervals are "
      + "over windows and describe these trained models only. The excess over the grammar is computed per window, so "
      + "that windows that are hard for all models do not widen its interval."
  }

  /// Models that were trained for no order.
  private var untrained: [Int] {
    let trained = Set(likelihood.scores.filter(\.isTrainedForIt).map(\.arm))
    return likelihood.scores.map(\.arm).filter { !trained.contains($0) }
  }

  /// What must not be concluded of models that were not trained for what they are asked; nil where all were.
  static func note(_ untrained: [String]) -> Block? {
    var names: [String] = []
    for name in untrained where !names.contains(name) { names.append(name) }
    guard !names.isEmpty else { return nil }
    let (was, isAsked) = names.count == 1 ? ("it was", "is") : ("they were", "are")
    return .note(
      "No conclusion uses \(names.inWords): \(was) trained with a fixed masking rate and \(isAsked) evaluated here with up "
        + "to all tokens masked. A model with recipe.objective=any-order is trained for every masking rate.")
  }

  private var table: Block.Table {
    let style = Block.NumberStyle.fixed(3)
    var rows = likelihood.scores.map { score -> [Block.Cell] in
      [
        .model(score.arm), .text(score.order), score.excess.map { .measured($0, style) } ?? .empty,
        .measured(score.bitsPerByte, style), .text(Number.flops(score.flops)),
        .text(score.isTrainedForIt ? "yes" : "no"),
      ]
    }
    if let floor = likelihood.floor {
      rows.append(
        [.text("the grammar itself"), .empty, .text("0"), .number(floor, style), .empty, .empty])
    }
    return Block.Table(
      "Bits per byte by the chain rule (lower is better)",
      columns: [
        .text("Model"), .text("Order"), .number("Above the grammar"), .number("Bits per byte"),
        .number("Cost of scoring"), .text("Trained for it?"),
      ], rows: rows)
  }

  /// The chart of shares and the pseudo-log-likelihoods beside each other; none where all models are decoders.
  private var panels: [Block] {
    let all = [chart, pseudo].compactMap { $0 }
    return all.isEmpty ? [] : [.panels(all)]
  }

  private var chart: Block.Panel? {
    guard !likelihood.shares.isEmpty else { return nil }
    return Block.Panel(
      title: "Cost per token by masking rate", remark: "Solid: left to right; dashed: random order.",
      [
        .lines(
          Block.Lines(
            "Bits per token by masking rate", xLabel: "fraction of the window that is masked",
            xStyle: .percent(decimals: 0), yLabel: "bits per token",
            series: likelihood.shares.map { share in
              .init(
                model: share.arm, note: share.order,
                isDashed: share.order != "\(UnmaskingOrder.leftToRight)",
                zip(share.hidden, share.bits).map { .init($0, Measured($1)) })
            }, style: .fixed(2)))
      ])
  }

  private var pseudo: Block.Panel? {
    guard !likelihood.pseudo.isEmpty else { return nil }
    return Block.Panel([
      .table(
        Block.Table(
          "Pseudo-log-likelihood: every token given all others. It is not a likelihood and cannot be compared with one",
          columns: [.text("Model"), .text("Masked"), .number("Bits per byte")],
          rows: likelihood.pseudo.map {
            [.model($0.arm), .text($0.form), .number($0.bitsPerByte, .fixed(3))]
          }))
    ])
  }

  /// The points of the chart as a table, collapsed; none without a chart.
  private var shares: [Block] {
    guard !likelihood.shares.isEmpty else { return [] }
    let rows = likelihood.shares.flatMap { share in
      zip(share.hidden, share.bits).map { hidden, bits -> [Block.Cell] in
        [
          .model(share.arm), .text(share.order), .number(hidden, .percent(decimals: 0)),
          .number(bits, .fixed(3)),
        ]
      }
    }
    let table = Block.Table(
      "Bits per token by masking rate",
      columns: [.text("Model"), .text("Order"), .number("Masked"), .number("Bits per token")], rows: rows)
    return [.details("Cost per token by masking rate as a table", [.table(table)])]
  }
}
