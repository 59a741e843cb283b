import Inference
import Reporting
import Statistics

/// How far predictions are from the exact distributions, and how well calibrated they are.
package struct DivergenceSection {
  private let divergence: DivergenceResults
  private let name: (Int) -> String

  /// Divergences of models with these names.
  package init(_ divergence: DivergenceResults, name: @escaping (_ arm: Int) -> String) {
    (self.divergence, self.name) = (divergence, name)
  }

  /// The section; nil where no model was asked.
  package var section: Section? {
    guard !divergence.rows.isEmpty else { return nil }
    let note = LikelihoodSection.note(divergence.rows.filter { !$0.isTrainedForIt }.map { name($0.arm) })
    return Section(
      id: "truth", short: "Divergence", title: "Divergence from the exact probabilities",
      conclusion: conclusion, explanation: explanation,
      blocks: [.table(table), note].compactMap { $0 } + [
        .panels(ChoiceContext.allCases.compactMap(chart)),
        .note(
          "All tokens of the vocabulary at all positions, in ten bins of the predicted probability. On the light line a "
            + "prediction is calibrated; below it the model is overconfident. The calibration error is the fraction of "
            + "probability in the wrong bin."),
        .details("Calibration as a table", [.table(bins)]),
      ])
  }

  private var conclusion: String {
    let fair = divergence.rows.filter(\.isTrainedForIt)
    guard !fair.isEmpty else { return "No model was trained for what is asked." }
    let said = fair.map {
      "\(name($0.arm)) \(Number.fixed($0.divergence.value, 3)) bits "
        + ($0.side == .leftOnly ? "(next token)" : "(masked token)")
    }
    let areOfTwoTasks = Set(fair.map(\.side)).count > 1
    return "KL divergence from the exact distribution: \(said.inWords)"
      + (areOfTwoTasks ? "; these are different tasks." : ".")
  }

  private var explanation: String {
    "At \(Number.grouped(divergence.places)) positions of \(divergence.windows) held-out windows, drawn once with a fixed "
      + "seed, the grammar gives the exact probability of every token: given the left side only, and given all other "
      + "tokens of the window. The entropy of these distributions is the minimum cross-entropy of any model; the excess "
      + "of a model is its divergence, which is 0 for the best possible model. Left side and both sides are different "
      + "tasks. Intervals are over windows and describe these trained models only."
  }

  private static func words(_ side: ChoiceContext) -> String {
    side == .leftOnly ? "next token, left side alone" : "one masked token, both sides"
  }

  private var table: Block.Table {
    let style = Block.NumberStyle.fixed(3)
    return Block.Table(
      "Divergence from the exact distributions, in bits per position",
      columns: [
        .text("Model"), .text("Question"), .number("Entropy (floor)"), .number("Cross-entropy"),
        .number("Divergence"), .number("Minus the first model's"), .number("Calibration error"),
        .text("Trained for it?"),
      ],
      rows: divergence.rows.map { row in
        [
          .model(row.arm), .text(Self.words(row.side)), .number(row.floor, style),
          .number(row.floor + row.divergence.value, style), .measured(row.divergence, style),
          row.difference.map { .measured($0, style) } ?? .empty,
          .number(row.calibrationError, .percent(decimals: 2)), .text(row.isTrainedForIt ? "yes" : "no"),
        ]
      })
  }

  private func chart(_ side: ChoiceContext) -> Block.Panel? {
    let rows = divergence.rows.filter { $0.side == side }
    guard !rows.isEmpty else { return nil }
    let percent = Block.NumberStyle.percent(decimals: 0)
    return Block.Panel(
      title: "Calibration: \(Self.words(side))",
      [
        .lines(
          Block.Lines(
            "Calibration, \(Self.words(side))", xLabel: "predicted probability, mean of a tenth",
            xStyle: percent, yLabel: "exact probability",
            series: rows.map { row in
              .init(
                model: row.arm,
                row.bins.filter { $0.count > 0 }.map { .init($0.predicted, Measured($0.known)) })
            }, yRange: 0...1, diagonal: "as predicted", style: percent))
      ])
  }

  private var bins: Block.Table {
    let percent = Block.NumberStyle.percent(decimals: 1)
    return Block.Table(
      "Calibration in ten bins of the predicted probability",
      columns: [
        .text("Model"), .text("Question"), .number("Predictions"), .number("Mean predicted"),
        .number("Mean exact"),
      ],
      rows: divergence.rows.flatMap { row in
        row.bins.filter { $0.count > 0 }.map { bin in
          [
            .model(row.arm), .text(Self.words(row.side)), .count(bin.count), .number(bin.predicted, percent),
            .number(bin.known, percent),
          ]
        }
      })
  }
}
