import Inference
import Statistics
import SyntheticCorpus
import Text

/// Which of two words is hidden in a sentence of the embedded corpus' grammar, by where the evidence is.
package struct ClozeEvaluation: FollowedEvaluation {
  package init() {}

  /// The items, and what the grammar says of them.
  package struct Questions: Sendable {
    let items: [EvidenceItem]
    let report: ClozeReport
  }

  /// What one model chose.
  package struct Result: Codable, Sendable, Equatable {
    /// The number of candidates of an item.
    package var candidates: Int
    /// One row for each place of the evidence, and all items at the end.
    package var rows: [Row]
    /// Which items it answers right, in order, by what is given of the sentence; empty in results that were read from
    /// an older report.
    package var right: [ChoiceContext: [Bool]]
    /// KL(exact ‖ model) of each item in bits, by what is given; empty as above.
    package var divergences: [ChoiceContext: [Double]]

    package init(
      candidates: Int, rows: [Row], right: [ChoiceContext: [Bool]] = [:],
      divergences: [ChoiceContext: [Double]] = [:]
    ) {
      self.candidates = candidates
      self.rows = rows
      self.right = right
      self.divergences = divergences
    }

    /// The items whose evidence is in one place.
    package struct Row: Codable, Sendable, Equatable {
      /// Where the evidence is: `left`, `right`, `both`; `all` for all items.
      package var place: String
      /// How many items.
      package var count: Int
      /// What guessing gets right.
      package var chance: Double
      /// An item; nil for all of them.
      package var example: Example?
      /// What the grammar's own choices are worth, by what is given.
      package var best: [ChoiceContext: Best]
      /// What the model said, by what is given.
      package var answers: [ChoiceContext: Answer]

      package init(
        place: String, count: Int, chance: Double, example: Example?, best: [ChoiceContext: Best],
        answers: [ChoiceContext: Answer]
      ) {
        self.place = place
        self.count = count
        self.chance = chance
        self.example = example
        self.best = best
        self.answers = answers
      }
    }

    /// What a model said of some items.
    package struct Answer: Codable, Sendable, Equatable {
      /// The proportion of right choices.
      package var right: Measured
      /// The mean probability given to the right word; nil where an older report does not say.
      package var probability: Measured?
      /// The mean KL(exact ‖ model) in bits; nil as above.
      package var divergence: Measured?

      package init(right: Measured, probability: Measured?, divergence: Measured?) {
        self.right = right
        self.probability = probability
        self.divergence = divergence
      }
    }

    /// What choosing the candidate that the grammar finds most probable is worth.
    package struct Best: Codable, Sendable, Equatable {
      /// The proportion of these items that it gets right.
      package var right: Measured
      /// What it gets right in the long run, over all words that could be there.
      package var expected: Double
      /// The mean exact probability of the words that are in these sentences; nil where an older report does not say.
      package var probability: Double?

      package init(right: Measured, expected: Double, probability: Double?) {
        self.right = right
        self.expected = expected
        self.probability = probability
      }
    }

    /// An item.
    package struct Example: Codable, Sendable, Equatable {
      /// The sentence up to the word.
      package var left: String
      /// The word.
      package var correct: String
      /// The rest.
      package var right: String
      /// The other candidates.
      package var others: [String]

      package init(left: String, correct: String, right: String, others: [String]) {
        self.left = left
        self.correct = correct
        self.right = right
        self.others = others
      }
    }
  }

  package var readsText: Bool { false }

  package func questions(_ text: TextSource, _ readers: [EvaluationSubject.Reader]) throws -> Questions {
    let items = EvidenceItem.frozen { item in
      readers.allSatisfy { ClozeScoring.fits(item, $0.tokenizer, context: $0.context) }
    }
    guard !items.isEmpty else {
      throw InferenceError("no sentence fits a context of \(readers.map(\.context).min() ?? 0) tokens")
    }
    return Questions(items: items, report: ClozeReport(items, GeneratedCorpus.make().automaton))
  }

  /// While an encoder trains it is not asked from the left side alone, for which it reads a whole window an item.
  package func measure(
    _ model: LoadedModel, _ questions: Questions, isFinal: Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> Result {
    let scoring = ClozeScoring(model)
    let sides = scoring.sides.filter { $0 == .bothSides || model.predicts == .next || isFinal }
    let answers = try sides.enumerated().map { index, side in
      progress(index, sides.count)
      return ClozeReport.Answers(side, try scoring.probabilities(questions.items, side))
    }
    func bySide<Value>(_ value: (ClozeReport.Answers) -> Value) -> [ChoiceContext: Value] {
      Dictionary(uniqueKeysWithValues: answers.map { ($0.side, value($0)) })
    }
    return Result(
      candidates: questions.items.map(\.candidates.count).max() ?? 0,
      rows: isFinal ? questions.report.rows(answers) : [],
      right: bySide { questions.items.right($0.probabilities) },
      divergences: bySide(questions.report.divergences))
  }

  /// Every sentence with each of its two candidates, given the left side and the whole of it.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    Double(4 * 3 * EvidenceItem.countOfSide * reader.sentenceTokens)
  }

  /// The proportion of right choices and the divergence from the exact ones, both sides first.
  package func figures(of result: Result) -> [EvaluationFigure] {
    [ChoiceContext.bothSides, .leftOnly].flatMap { side -> [EvaluationFigure] in
      guard let right = result.right[side], let divergences = result.divergences[side] else { return [] }
      return [
        Self.accuracy(side, right, candidates: result.candidates), Self.divergence(side, divergences),
      ]
    }
  }

  /// The name of the figure of right choices of one side.
  static func name(_ side: ChoiceContext) -> String { "cloze, \(side.words)" }

  private static func accuracy(_ side: ChoiceContext, _ right: [Bool], candidates: Int) -> EvaluationFigure {
    var figure = EvaluationFigure(name(side), right: right)
    figure.context = side
    figure.chance = 1 / Double(max(1, candidates))
    figure.defaultRank = side == .bothSides ? 3 : 4
    return figure
  }

  /// It has neither a ceiling nor a jump.
  private static func divergence(_ side: ChoiceContext, _ bits: [Double]) -> EvaluationFigure {
    var figure = EvaluationFigure(
      "cloze divergence, \(side.words)", meanOf: bits, unit: "bits per choice", moreIsBetter: false)
    // No divergence is below 0.
    figure.low = figure.low.map { max(0, $0) }
    figure.context = side
    figure.chance = 1
    if side == .bothSides {
      figure.firstScreen = .init(
        rank: 0,
        question:
          "choosing one of two words by evidence elsewhere in the sentence, as divergence from the exact probabilities",
        short: "divergence from the exact probabilities")
    }
    figure.curve = .init(
      metric: "divergence.\(side.rawValue)",
      title: side == .bothSides ? "Divergence from the exact choice, given the whole sentence" : nil,
      dependsOnModels: true)
    return figure
  }
}
