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
