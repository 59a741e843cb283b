import Inference
import Reporting
import Statistics

extension MinimalPairsEvaluation {
  /// One column per model and measure, one row per paradigm.
  public func section(_ results: EvaluationResults<Result>) -> Section? {
    guard let first = results.models.first?.result, let all = first.rows.last else { return nil }
    let columns = results.models.flatMap { model in
      (model.result.rows.last?.right ?? []).map { (model: model, measure: $0.measure) }
    }
    let drawn =
      file == nil
      ? "\(Number.grouped(all.count)) pairs of sentences made from the grammar: one that it can make, and the same with "
        + "one word that makes it impossible. None of the sentences is in the training text "
        + "(\(Number.counted(first.dropped, "drawn sentence")) \(first.dropped == 1 ? "was in it and was" : "were in it and were") dropped)."
      : "\(Number.grouped(all.count)) pairs of a right and a wrong sentence."
    return Section(
      id: "pairs", short: "Minimal pairs", title: "Minimal pairs: which of two sentences is right?",
      conclusion: conclusion(results),
      explanation: drawn
        + " A model is right when it gives the right sentence the higher score, by the measure in the heading of the "
        + "column; ties count half, chance is 50 %. Intervals are 95 % Wilson intervals over pairs: they are about "
        + "these trained models.",
      blocks: [
        .table(
          Block.Table(
            "Accuracy by paradigm",
            columns: [.text("What differs"), .text("For example"), .number("Pairs")]
              + columns.map { .init(.model($0.model.index, note: $0.measure.words), isNumber: true) },
            rows: first.rows.map { row in
              let heading: [Block.Cell] = [
                .text(row.paradigm.replacing("_", with: " ")),
                row.example.map { .words(Self.words($0)) } ?? .empty, .count(row.count),
              ]
              return heading
                + columns.map { column -> Block.Cell in
                  let own = column.model.result.rows.first { $0.paradigm == row.paradigm }
                  let choice = own?.right.first { $0.measure == column.measure }
                  return choice.map { .measured($0.share, .percent(decimals: 1)) } ?? .empty
                }
            }))
      ])
  }

  /// What all pairs together say of every model, by the first measure that it was trained for.
  private func conclusion(_ results: EvaluationResults<Result>) -> String {
    let said = results.models.compactMap { model -> String? in
      let choices = model.result.rows.last?.right ?? []
      // An encoder that was trained at one masking rate has no likelihood worth the name.
      let choice =
        choices.first { $0.measure != .likelihood || model.isTrained(for: .leftOnly) } ?? choices.first
      return choice.map { choice in
        let range = Number.interval(choice.share.interval) { Number.fixed($0 * 100, 1) }
        return "\(model.name) in \(Number.percent(choice.share.value)) (\(range), by \(choice.measure.words))"
      }
    }
    let count = results.models.first?.result.rows.last?.count ?? 0
    return
      "The right sentence of \(Number.grouped(count)) pairs is the more probable one for \(said.inWords)."
  }

  public func methods(_ results: EvaluationResults<Result>) -> String {
    file == nil
      ? "Minimal pairs: pairs of a right and a wrong sentence of the grammar, neither in the training part; decoders by "
        + "likelihood, encoders by pseudo-log-likelihood, too."
      : "Minimal pairs: decoders by likelihood, encoders by pseudo-log-likelihood, too."
  }

  /// The right sentence with the wrong word behind the right one.
  static func words(_ pair: Result.Example) -> [Block.Word] {
    let (good, bad) = (pair.good.split(separator: " "), pair.bad.split(separator: " "))
    guard good.count == bad.count else { return [.plain(pair.good)] }
    return zip(good, bad).map { right, wrong in
      right == wrong ? .plain(String(right)) : .choice(right: String(right), wrong: String(wrong))
    }
  }
}

extension PairScoring.Measure {
  /// The measure in the heading of a column.
  fileprivate var words: String {
    switch self {
    case .likelihood: "likelihood"
    case .pseudo: "pseudo-log-likelihood"
    case .pseudoWithinWords: "pseudo-log-likelihood, rest of the word masked"
    }
  }
}
