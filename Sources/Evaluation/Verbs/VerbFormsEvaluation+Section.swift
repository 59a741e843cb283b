import Inference
import Reporting
import Statistics

extension VerbFormsEvaluation {
  /// A chart of all items and of each property, and the numbers.
  package func section(_ results: EvaluationResults<Result>) -> Section? {
    guard let count = results.models.lazy.compactMap({ $0.result.right.values.first?.count }).first else {
      return nil
    }
    return Section(
      id: "verbs", short: "Verb forms", title: "Accuracy of verb forms", conclusion: conclusion(results),
      explanation:
        "\(Number.grouped(count)) frozen items, balanced between singular and plural: does the model give the correct "
        + "verb form a higher probability than the wrong one? A tie is wrong. It is asked given the left side of the "
        + "verb only, and given both sides. Whiskers are 95 % Wilson intervals over items.",
      blocks: charts(results) + [.table(table(results))])
  }

  private func conclusion(_ results: EvaluationResults<Result>) -> String {
    let right = results.models.compactMap { model in
      (share(model.result, .bothSides) ?? share(model.result, .leftOnly)).map {
        "\(model.name) \(Number.percent($0.value))"
      }
    }
    return "Right verb forms, chance \(Number.percent(Self.chance, 0)): \(right.inWords)."
  }

  private func share(_ result: Result, _ side: ChoiceContext) -> Measured? {
    result.right[side].map { .share(correct: $0.count { $0 }, of: $0.count) }
  }

  /// The model's two values: hollow from the left alone.
  private func values(_ model: Int, _ right: (ChoiceContext) -> Measured?) -> [Block.Dots.Value] {
    ChoiceContext.allCases.compactMap { side in
      right(side).map { Block.Dots.Value(model: model, $0, isHollow: side == .leftOnly) }
    }
  }

  private func charts(_ results: EvaluationResults<Result>) -> [Block] {
    let all = Block.Dots.Row(
      "all items", results.models.flatMap { model in values(model.index) { share(model.result, $0) } })
    let breakdowns = results.models.first?.result.breakdowns ?? []
    let parts = breakdowns.map { breakdown in
      (
        title: "Right verb form by \(breakdown.property)",
        rows: breakdown.groups.map { group in
          Block.Dots.Row(
            "\(group.label) (n = \(group.count))",
            results.models.flatMap { model in
              let own = model.result.breakdowns.first { $0.property == breakdown.property }?.groups
                .first { $0.label == group.label }
              return values(model.index) { own?.right[$0] }
            })
        }
      )
    }
    let charts = [(title: "Right verb form, all items", rows: [all])] + parts
    let lows = charts.flatMap(\.rows).flatMap(\.values).map { $0.measured.interval?.low ?? $0.measured.value }
    let low = max(0, min(0.4, (lows.filter(\.isFinite).min() ?? 0.4) - 0.02))
    return charts.map { chart in
      .dots(
        Block.Dots(
          chart.title, rows: chart.rows, domain: low...1, style: .percent(decimals: 1),
          reference: Self.chance, referenceLabel: "chance " + Number.percent(Self.chance, 0),
          marks: .init(filled: "both sides", hollow: "left side only")))
    }
  }

  private func table(_ results: EvaluationResults<Result>) -> Block.Table {
    let style = Block.NumberStyle.percent(decimals: 1)
    func cell(_ measured: Measured?) -> Block.Cell { measured.map { .measured($0, style) } ?? .empty }
    let models = results.models.map { model -> [Block.Cell] in
      [.model(model.index)] + ChoiceContext.allCases.map { cell(share(model.result, $0)) }
    }
    let baselines = (results.models.first?.result.baselines ?? []).map { baseline -> [Block.Cell] in
      [.text(baseline.name), .empty, cell(baseline.right)]
    }
    let chance: [Block.Cell] = [.text("Chance"), .number(Self.chance, style), .number(Self.chance, style)]
    return Block.Table(
      "Accuracy of verb forms, with 95 % interval",
      columns: [.text("Model"), .number("Left side only"), .number("Both sides")],
      rows: models + baselines + [chance])
  }

  /// One sentence with both sides given, and one with the left side.
  package func verdicts(_ results: EvaluationResults<Result>) -> [Verdict] {
    [(ChoiceContext.bothSides, "with both sides"), (.leftOnly, "with the left side only")].compactMap {
      side, words in
      let asked = results.models.filter { $0.result.right[side] != nil }
      guard let count = asked.first?.result.right[side]?.count else { return nil }
      let numbers = asked.compactMap { model in
        share(model.result, side).map { share in
          let range = Number.interval(share.interval) { Number.fixed($0 * 100, 1) }
          return "\(model.name) \(Number.percent(share.value))" + (range.isEmpty ? "" : " (\(range))")
        }
      }
      let against = results.reasonAgainst(side, asked)
      return Verdict(
        statement: "Choosing the right verb form \(words).", numbers: numbers.joined(separator: ", "),
        comparable: against == nil,
        because: against ?? "the same \(count) choices with the same context; \(results.scope)"
      ).about(Self.name(side))
    }
  }

  package func methods(_ results: EvaluationResults<Result>) -> String {
    guard let count = results.models.lazy.compactMap({ $0.result.right.values.first?.count }).first else {
      return ""
    }
    return
      "Verb forms: \(Number.counted(count, "sentence")) of the grammar that are not in the training part, each with its "
      + "correct and its wrong form; a model is correct if it gives the correct form the higher probability, given the "
      + "left side or the whole sentence."
  }
}
