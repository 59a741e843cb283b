import Inference
import Settings
import Statistics
import SyntheticCorpus
import Text

/// Which of four words is hidden in a held-out passage, on any text.
struct HiddenWordsEvaluation: Evaluation {
  let count: Int
  let seed: Int

  func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
    let model = subject.model
    let items = HiddenWordItem.draw(
      count, from: subject.text, readers: subject.readers.map { ($0.tokenizer, $0.context) },
      seed: UInt64(seed))
    guard !items.isEmpty else {
      throw InferenceError(
        "\(subject.text.name) has no words that could be hidden in a context of \(subject.shortestContext) tokens"
      )
    }
    let scoring = HiddenWordScoring(model)
    return try scoring.sides.map { side in
      let right = try scoring.right(items, side)
      return EvaluationFigure("hidden words, \(side.words)", right: right.count { $0 }, of: right.count)
    }
  }
}

/// Which form of a verb agrees with its subject, in sentences of the embedded corpus' grammar.
struct VerbFormsEvaluation: Evaluation {
  func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
    let model = subject.model
    let items = GeneratedCorpus.make().items.filter { item in
      subject.readers.allSatisfy { reader in
        reader.fits(item.left + " " + item.correct + item.right)
      }
    }
    guard !items.isEmpty else {
      throw InferenceError(
        "no sentence fits the context of \(model.descriptor.name), \(model.descriptor.context) tokens")
    }
    let scoring = ChoiceScoring(model)
    return try ChoiceContext.allCases.map { side in
      let right = try scoring.right(items, side)
      return EvaluationFigure("verb forms, \(side.words)", right: right.count { $0 }, of: right.count)
    }
  }
}

/// Which sentence of a minimal pair is the more probable one.
struct MinimalPairsEvaluation: Evaluation {
  static let count = Key.integer(
    "count", 1...1_000_000, default: 100, help: "maximum number of pairs per kind, or of the file")
  static let file = Key.optionalText(
    "file",
    help:
      "a file of minimal pairs as written by zoo pairs; null: pairs from the grammar of the embedded corpus")

  let count: Int
  let seed: Int
  let file: String?

  func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
    let scoring = try PairScoring(subject.model, progress: subject.progress)
    let pairs = try file.map { try Array(MinimalPair.read([$0]).prefix(count)) } ?? drawn(subject.text)
    let asked = pairs.filter { pair in
      scoring.refusal(of: pair) == nil
        && subject.readers.allSatisfy { $0.fits(pair.good) && $0.fits(pair.bad) }
    }
    guard !asked.isEmpty else {
      throw InferenceError("none of \(pairs.count) pairs fits \(subject.model.descriptor.name)")
    }
    let accuracies = try scoring.accuracies(asked)
    // All pairs by every measure, then each paradigm by the first one.
    let shown =
      scoring.measures.flatMap { measure in accuracies.suffix(1).map { ($0, measure) } }
      + accuracies.dropLast().map { ($0, scoring.measures[0]) }
    return shown.compactMap { accuracy, measure in
      accuracy.right[measure].map {
        EvaluationFigure(
          "\(accuracy.paradigm == "all" ? "minimal pairs" : accuracy.paradigm), \(measure.rawValue)", $0,
          count: accuracy.pairs)
      }
    }
  }

  private func drawn(_ text: TextSource) -> [MinimalPair] {
    GrammarPair.draw(count, seed: UInt64(seed), notIn: text).pairs.map(MinimalPair.init)
  }
}

extension ChoiceContext {
  /// How figures call it.
  fileprivate var words: String {
    switch self {
    case .leftOnly: "left side given"
    case .bothSides: "both sides given"
    }
  }
}

extension EvaluationFigure {
  /// A proportion of right answers with its Wilson interval.
  fileprivate init(_ name: String, right: Int, of count: Int) {
    self.init(name, .share(correct: right, of: count), count: count)
  }
}
