import Reporting
import Settings

/// Something that a trained model is asked, with settings of its own; what is measured of its answers; and what a
/// report says of it.
///
/// An evaluation is registered in the family `evaluation`, under a name, with its settings:
///
///     try registry.add("length", to: .evaluation, summary: "…", keys: [count]) { settings in Length(settings[count]) }
///
/// It is then listed, measured by `zoo eval RUN --with length`, and part of a comparison, its report and its exported
/// tables by `zoo compare bert gpt --with length` or `evaluations: ["length"]` in a suite. ``measure(_:)`` is all that
/// has to be written: figures then are the result, and a table of them is the section.
public protocol Evaluation: Sendable {
  /// What is kept of one model's answers, as JSON in the folder of its run: all that figures and sections are made of.
  associatedtype Result: Codable & Sendable = [EvaluationFigure]

  /// Measures a model.
  ///
  /// - Throws: `InferenceError` with the reason where the model cannot be asked this; `MemoryError`.
  func measure(_ subject: EvaluationSubject) throws -> Result

  /// How many tokens a model reads for it, in passes forward; nil where that is not stated. `EvaluationBudget` in
  /// `Evaluation` says what that may come to.
  func cost(_ reader: EvaluationSubject.Reader) -> Double?

  /// Whether the models of every seed are asked without being told, as what decides a comparison is; others are asked of
  /// the first seed's models.
  var asksEverySeed: Bool { get }

  /// Whether the text has a part in the result: its questions are made from it, or are kept out of it. One that has
  /// questions of its own is the same on every text.
  var readsText: Bool { get }

  /// The numbers of a result, the most important one first. One that says which direction is better can decide a
  /// suite.
  func figures(of result: Result) -> [EvaluationFigure]

  /// What a report shows of the models that were asked; nil where there is nothing to show.
  func section(_ results: EvaluationResults<Result>) -> Section?

  /// What follows, and what must not be concluded.
  func verdicts(_ results: EvaluationResults<Result>) -> [Verdict]

  /// How it was measured, for the methods section of a paper; empty where there is nothing to say.
  func methods(_ results: EvaluationResults<Result>) -> String
}

extension Evaluation where Result == [EvaluationFigure] {
  /// The result itself.
  public func figures(of result: [EvaluationFigure]) -> [EvaluationFigure] { result }
}

extension Evaluation {
  /// Measures a model, and gives the numbers of the result.
  ///
  /// - Throws: as ``measure(_:)``.
  public func measuredFigures(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
    figures(of: try measure(subject))
  }

  /// Not stated.
  public func cost(_ reader: EvaluationSubject.Reader) -> Double? { nil }
  /// No.
  public var asksEverySeed: Bool { false }
  /// Yes.
  public var readsText: Bool { true }
  /// A table of the figures.
  public func section(_ results: EvaluationResults<Result>) -> Section? { results.table(figures(of:)) }
  /// None.
  public func verdicts(_ results: EvaluationResults<Result>) -> [Verdict] { [] }
  /// The summary that it was registered with.
  public func methods(_ results: EvaluationResults<Result>) -> String {
    "\(results.title): \(results.declaration.summary)."
  }
}

/// Makes an evaluation from its settings.
public typealias EvaluationMaker = @Sendable (_ settings: Resolved) throws -> any Evaluation

extension Family where Member == EvaluationMaker {
  /// What trained models are asked.
  public static var evaluation: Self { Self("evaluation") }
}
