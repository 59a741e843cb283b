import Text

/// An evaluation that is also made while a model trains, at each evaluation of its training run.
///
/// Its questions are made once, and asked many times. Figures with an ``EvaluationFigure/curve`` are logged with the
/// run's metrics and drawn as learning curves.
public protocol FollowedEvaluation: Evaluation {
  /// What the models are asked, and what is known of the right answers.
  associatedtype Questions: Sendable

  /// The questions, which all models can read.
  ///
  /// - Parameters:
  ///   - text: the text that is measured on.
  ///   - readers: the models that are asked the same.
  /// - Throws: `InferenceError` where there are none.
  func questions(_ text: TextSource, _ readers: [EvaluationSubject.Reader]) throws -> Questions

  /// Asks a model.
  ///
  /// - Parameters:
  ///   - model: the model as it is now.
  ///   - questions: the questions.
  ///   - isFinal: whether its training is over; until then, questions that cost much may be left out.
  ///   - progress: told how much of the work is done.
  /// - Throws: as ``Evaluation/measure(_:)``.
  func measure(
    _ model: LoadedModel, _ questions: Questions, isFinal: Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> Result
}

extension FollowedEvaluation {
  /// Makes the questions and asks the model.
  public func measure(_ subject: EvaluationSubject) throws -> Result {
    try measure(
      subject.model, try questions(subject.text, subject.readers), isFinal: true, progress: subject.progress)
  }
}

/// An evaluation with its questions, which are the same for all models.
package struct PreparedEvaluation: Sendable {
  private let ask: @Sendable (_ model: LoadedModel, _ isFinal: Bool) throws -> StoredResult

  /// Makes the questions.
  ///
  /// - Throws: as ``FollowedEvaluation/questions(_:_:)``.
  package init<Followed: FollowedEvaluation>(
    _ evaluation: Followed, _ text: TextSource, _ readers: [EvaluationSubject.Reader]
  ) throws {
    let questions = try evaluation.questions(text, readers)
    ask = { model, isFinal in
      try evaluation.encoded(
        try evaluation.measure(model, questions, isFinal: isFinal, progress: { _, _ in }))
    }
  }

  /// What a model answers.
  ///
  /// - Throws: as ``Evaluation/measure(_:)``.
  package func result(_ model: LoadedModel, isFinal: Bool) throws -> StoredResult {
    try ask(model, isFinal)
  }
}
