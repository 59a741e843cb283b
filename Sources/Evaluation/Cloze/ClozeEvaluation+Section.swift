import Inference
import Reporting
import Statistics

extension ClozeEvaluation {
  private typealias Model = EvaluationResults<Result>.Model

  /// What is in view, in a few words.
  private static func words(_ side: ChoiceContext) -> String {
    side == .leftOnly ? "left side" : "whole sentence"
  }

  /// Examples and the probability of the right word first, then accuracy and divergence for each side.
  package func section(_ results: EvaluationResults<Result>) -> Section? {
    guard let all = results.models.lazy.compactMap(\.result.rows.last).first else { return nil }
    return Section(
      id: "cloze", short: "Cloze", title: "Cloze: one of two words, by evidence elsewhere in the sentence",
      conclusion: conclusion(results),
      explanation:
        "In each of \(Number.grouped(all.count)) sentences that are not in the training text, one word is hidden, and the "
        + "model chooses between it and one other word, of the other number or of another class. Each pair of words "
        + "appears in two sentences, between the same two neighbours, and each is correct in one of them. Word frequency and "
        + "direct neighbours therefore give no information, and the evidence is elsewhere: by the grammar's exact "
        + "probabilities on the left (before the word only), on the right, or on both sides (either is sufficient). "
        + "There are two tasks. Left side: the model sees only what precedes the word (for an encoder, everything after "
        + "it is masked up to the end of a window, so that not even the length is known). Whole sentence: a decoder ranks "
        + "by the likelihood of the sentence, an encoder by the probability of the masked tokens. Results of the two "
        + "tasks are not comparable. The divergence is that from the grammar's exact probabilities of the two words, in "
        + "bits: 0 for the best possible model, 1 or more for guessing where the sentence decides. Intervals are over "
        + "sentences and describe these trained models only.",
      blocks: [examples(results), probabilities(results)].compactMap { $0 }
        + [ChoiceContext.leftOnly, .bothSides].flatMap { accuracy(results, $0) } + divergences(results))
  }

  private func conclusion(_ results: EvaluationResults<Result>) -> String {
    let right = results.models.flatMap { model in
      [ChoiceContext.leftOnly, .bothSides].compactMap { side -> String? in
        guard model.isTrained(for: side) else { return nil }
        return model.result.rows.last?.answers[side].map {
          "\(model.name) \(Number.percent($0.right.value)) "
            + (side == .leftOnly ? "given the left side" : "given both sides")
        }
      }
    }
    return right.isEmpty
      ? "No model was trained for what is asked." : "Accuracy (chance 50 %): \(right.inWords)."
  }

  /// The rows of the first model that has any; those of the others have the same places.
  private func rows(_ results: EvaluationResults<Result>) -> [Result.Row] {
    results.models.lazy.map(\.result.rows).first { !$0.isEmpty } ?? []
  }

  private func answer(_ model: Model, _ row: Result.Row, _ side: ChoiceContext) -> Result.Answer? {
    model.result.rows.first { $0.place == row.place }?.answers[side]
  }

  /// Where the evidence of a row is; the class of the word in the oldest reports.
  private func evidence(_ row: Result.Row) -> Block.Cell {
    switch row.place {
    case "left", "right": .text("on the \(row.place)")
    case "both": .text("on both sides")
    default: .text(row.place)
    }
  }

  /// What is asked, by where the evidence is.
  private func examples(_ results: EvaluationResults<Result>) -> Block {
    .table(
      Block.Table(
        "Items by where the evidence is",
        columns: [.text("Evidence"), .number("Items"), .text("For example")],
        rows: rows(results).map { row in
          [
            evidence(row), .count(row.count),
            row.example.map { example in
              .words([
                .plain(example.left),
                .choice(right: example.correct, wrong: example.others.joined(separator: ", ")),
                .plain(String(example.right.drop { $0.isWhitespace })),
              ])
            } ?? .empty,
          ]
        }))
  }

  /// What the right words are given, of the models that were trained for what is asked; nil where that is not known.
  private func probabilities(_ results: EvaluationResults<Result>) -> Block? {
    let columns = [ChoiceContext.leftOnly, .bothSides].flatMap { side in
      results.models.filter {
        $0.isTrained(for: side) && $0.result.rows.last?.answers[side]?.probability != nil
      }
      .map { (model: $0, side: side) }
    }
    guard !columns.isEmpty else { return nil }
    let percent = Block.NumberStyle.percent(decimals: 1)
    return .table(
      Block.Table(
        "Probability given to the right one of two words; chance is 50 %",
        columns: [.text("Evidence")]
          + ChoiceContext.allCases.map { .number("Best possible, \(Self.words($0))") }
          + columns.map {
            Block.Table.Column(.model($0.model.index, note: Self.words($0.side)), isNumber: true)
          },
        rows: rows(results).map { row -> [Block.Cell] in
          [evidence(row)]
            + ChoiceContext.allCases.map { side in
              row.best[side]?.probability.map { .number($0, percent) } ?? .empty
            }
            + columns.map { column in
              answer(column.model, row, column.side)?.probability.map { .measured($0, percent) } ?? .empty
            }
        }))
  }

  /// Right choices of the models that were asked with so much in view.
  private func accuracy(_ results: EvaluationResults<Result>, _ side: ChoiceContext) -> [Block] {
    let asked = results.models.filter { $0.result.rows.last?.answers[side] != nil }
    guard !asked.isEmpty else { return [] }
    let percent = Block.NumberStyle.percent(decimals: 1)
    var accuracy = rows(results).map { row -> [Block.Cell] in
      [
        evidence(row), .count(row.count), .number(row.chance, .percent(decimals: 0)),
        row.best[side].map { .number($0.expected, percent) } ?? .empty,
        row.best[side].map { .measured($0.right, percent) } ?? .empty,
      ] + asked.map { model in answer(model, row, side).map { .measured($0.right, percent) } ?? .empty }
    }
    if let first = asked.first, asked.dropFirst().contains(where: { difference($0, first, side) != nil }) {
      accuracy.append(
        [.text("minus \(first.name), points"), .empty, .empty, .empty, .empty, .empty]
          + asked.dropFirst().map { difference($0, first, side).map { .measured($0, .points) } ?? .empty })
    }
    let table = Block.table(
      Block.Table(
        "Accuracy, given the \(Self.words(side))",
        columns: [
          .text("Evidence"), .number("Items"), .number("By chance"), .number("Best possible"),
          .number("Best possible on these items"),
        ] + asked.map { Block.Table.Column.model($0.index) }, rows: accuracy))
    return [table, results.note(on: side, asked)].compactMap { $0 }
  }

  /// The divergences of the models from the exact probabilities, collapsed; none where they are not known.
  private func divergences(_ results: EvaluationResults<Result>) -> [Block] {
    let tables = [ChoiceContext.leftOnly, .bothSides].compactMap { side -> Block? in
      let asked = results.models.filter { $0.result.rows.last?.answers[side]?.divergence != nil }
      guard !asked.isEmpty else { return nil }
      return .table(
        Block.Table(
          "Divergence from the exact probabilities in bits, given the \(Self.words(side))",
          columns: [.text("Evidence"), .number("Items")] + asked.map { .model($0.index) },
          rows: rows(results).map { row in
            [evidence(row), .count(row.count)]
              + asked.map { model in
                answer(model, row, side)?.divergence.map { .measured($0, .fixed(3)) } ?? .empty
              }
          }))
    }
    return tables.isEmpty ? [] : [.details("Divergence from the exact probabilities", tables)]
  }

  /// The proportion right of a model minus that of another, item by item.
  private func difference(_ model: Model, _ first: Model, _ side: ChoiceContext) -> Measured? {
    guard let own = model.result.right[side], let other = first.result.right[side], own.count == other.count
    else { return nil }
    return PairedShares(own, other).difference
  }

  /// A sentence for each side, and another for the models that were not trained for it.
  package func verdicts(_ results: EvaluationResults<Result>) -> [Verdict] {
    [ChoiceContext.leftOnly, .bothSides].flatMap { side -> [Verdict] in
      let asked = results.models.filter { $0.result.right[side] != nil }
      guard let first = asked.first, let all = first.result.rows.last else { return [] }
      let others = asked.dropFirst()
      func isFair(_ model: Model) -> Bool { results.reasonAgainst(side, [first, model]) == nil }
      return [others.filter(isFair), others.filter { !isFair($0) }].filter { !$0.isEmpty }.map { models in
        let numbers = models.compactMap { model in
          difference(model, first, side).map { difference in
            let range = Number.interval(difference.interval) { Number.fixed($0 * 100, 1) }
            return
              "\(model.name) − \(first.name) = \(Number.fixed(difference.value * 100, 1)) points (\(range))"
          }
        }
        let against = results.reasonAgainst(side, [first] + models)
        let best = all.best[side].map {
          "; the best possible choice is correct in \(Number.percent($0.expected)) on average"
        }
        return Verdict(
          statement: "Cloze: choosing one of two words "
            + (side == .leftOnly ? "from the left side alone." : "with the whole sentence in view."),
          numbers: numbers.joined(separator: ", ") + (best ?? ""), comparable: against == nil,
          because: against
            ?? "the same \(all.count) sentences, candidates and context; \(results.scope)"
        ).about(Self.name(side))
      }
    }
  }

  package func methods(_ results: EvaluationResults<Result>) -> String {
    guard let first = results.models.lazy.map(\.result).first(where: { !$0.rows.isEmpty }),
      let all = first.rows.last
    else { return "" }
    return
      "Cloze: \(all.count) held-out sentences, each with one word to be chosen among \(first.candidates) words, given the "
      + "left side or the whole sentence; several tokens of a word by the chain rule."
  }
}
