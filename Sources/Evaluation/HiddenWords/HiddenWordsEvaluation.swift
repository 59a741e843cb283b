import Inference
import Reporting
import Settings
import Statistics
import Text

/// Which of four words is hidden in a held-out passage, on any text.
package struct HiddenWordsEvaluation: FollowedEvaluation {
  package let count: Int
  package let seed: Int

  package init(count: Int, seed: Int) {
    (self.count, self.seed) = (count, seed)
  }

  /// What one model chose.
  package struct Result: Codable, Sendable, Equatable {
    /// Which words it chooses right, in order, by what is given of the passage.
    package var right: [ChoiceContext: [Bool]]

    package init(right: [ChoiceContext: [Bool]]) { self.right = right }
  }

  /// What guessing gets right.
  static let chance = 1 / Double(HiddenWordItem.candidateCount)

  package func questions(_ text: TextSource, _ readers: [EvaluationSubject.Reader]) throws -> [HiddenWordItem]
  {
    // Of readers that are alike, one decides.
    var seen: Set<String> = []
    let distinct = readers.filter { seen.insert("\($0.tokenizer.fingerprint) \($0.context)").inserted }
    let items = HiddenWordItem.draw(
      count, from: text, readers: distinct.map { ($0.tokenizer, $0.context) }, seed: UInt64(seed))
    guard !items.isEmpty else {
      throw InferenceError(
        "\(text.shownName) has no words that could be hidden in a context of \(readers.map(\.context).min() ?? 0) tokens"
      )
    }
    return items
  }

  package func measure(
    _ model: LoadedModel, _ questions: [HiddenWordItem], isFinal: Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> Result {
    let scoring = HiddenWordScoring(model)
    return Result(
      right: try Dictionary(
        uniqueKeysWithValues: scoring.sides.enumerated().map { index, side in
          progress(index, scoring.sides.count)
          return (side, try scoring.right(questions, side))
        }))
  }

  /// Every passage, of about two sentences, with each of its candidates, given the left side and the whole of it.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    Double(2 * count * HiddenWordItem.candidateCount * min(2 * reader.sentenceTokens, reader.context))
  }

  /// Each side's proportion of right choices.
  package func figures(of result: Result) -> [EvaluationFigure] {
    ChoiceContext.allCases.compactMap { side in
      result.right[side].map { Self.figure(side, right: $0) }
    }
  }

  private static func figure(_ side: ChoiceContext, right: [Bool]) -> EvaluationFigure {
    var figure = EvaluationFigure("hidden words, \(side.words)", right: right)
    figure.context = side
    figure.chance = chance
    if side == .bothSides {
      figure.firstScreen = .init(
        rank: 1,
        question: "choosing a hidden word among \(HiddenWordItem.candidateCount), given the whole passage",
        short: "right hidden word")
    }
    figure.curve = .init(
      metric: "words.\(side.rawValue)",
      title: side == .bothSides ? "Right hidden word, whole passage seen" : nil, dependsOnModels: true)
    return figure
  }

  /// One row per model.
  package func section(_ results: EvaluationResults<Result>) -> Section? {
    guard let count = results.models.lazy.compactMap({ $0.result.right.values.first?.count }).first else {
      return nil
    }
    func share(_ model: EvaluationResults<Result>.Model, _ side: ChoiceContext) -> Measured? {
      model.result.right[side].map { .share(correct: $0.count { $0 }, of: $0.count) }
    }
    let style = Block.NumberStyle.percent(decimals: 1)
    let said = results.models.compactMap { model in
      (share(model, .bothSides) ?? share(model, .leftOnly)).map {
        "\(model.name) \(style.text($0.value))"
      }
    }
    let rows = results.models.map { model -> [Block.Cell] in
      [.model(model.index)]
        + ChoiceContext.allCases.map { side in share(model, side).map { .measured($0, style) } ?? .empty }
    }
    let chance: [Block.Cell] = [.text("Chance"), .number(Self.chance, style), .number(Self.chance, style)]
    return Section(
      id: "hidden-words", short: "Hidden words",
      title: "Hidden words: one of \(HiddenWordItem.candidateCount) words of a passage",
      conclusion:
        "Accuracy (chance \(Number.percent(Self.chance, 0))): \(said.inWords).",
      explanation:
        "In each of \(Number.grouped(count)) passages of held-out text one word is hidden, and the model chooses between "
        + "it and \(HiddenWordItem.candidateCount - 1) other words of the training text, drawn in proportion to their "
        + "frequency, with the same number of tokens. With the whole passage, a decoder ranks by the likelihood of the passage, an encoder by "
        + "the probability of the masked tokens. From the left side alone only decoders are asked. Intervals are 95 % "
        + "Wilson intervals over passages.",
      blocks: [
        .table(
          Block.Table(
            "Accuracy of choosing the hidden word",
            columns: [.text("Model"), .number("Left side only"), .number("Whole passage")],
            rows: rows + [chance]))
      ])
  }

  package func methods(_ results: EvaluationResults<Result>) -> String {
    guard let count = results.models.lazy.compactMap({ $0.result.right.values.first?.count }).first else {
      return ""
    }
    return
      "Hidden words: \(Number.counted(count, "held-out passage")), each with one word to be chosen among "
      + "\(HiddenWordItem.candidateCount) words of the training text with the same number of tokens, drawn in "
      + "proportion to their frequency."
  }
}
