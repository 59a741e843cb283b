import Settings
import Text

/// Something that a trained model is asked, with settings of its own, and what is measured of its answers.
///
/// An evaluation is registered in the family `evaluation`, under a name, with its settings:
///
///     try registry.add("length", to: .evaluation, summary: "…", keys: [count]) { settings in Length(settings[count]) }
///
/// and is then listed, and measured by `zoo eval RUN --with length`.
public protocol Evaluation: Sendable {
  /// Measures a model.
  ///
  /// - Returns: what was found, the most important figure first.
  /// - Throws: `InferenceError` with the reason where the model cannot be asked this; `MemoryError`.
  func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure]
}

/// What an evaluation measures on.
public struct EvaluationSubject {
  /// The model.
  public let model: LoadedModel
  /// The text whose held-out part is measured on: the model's own, or another one.
  public let text: TextSource
  /// Is told how much of the work is done.
  public let progress: (_ done: Int, _ total: Int) -> Void

  /// A model and a text.
  public init(
    model: LoadedModel, text: TextSource,
    progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    self.model = model
    self.text = text
    self.progress = progress
  }
}

/// A number that an evaluation found.
public struct EvaluationFigure: Codable, Sendable, Equatable {
  /// What was measured, such as `bits per byte`.
  public var name: String
  /// The number; a share lies between 0 and 1.
  public var value: Double
  /// What it is counted in; `share` for a share of right answers, empty for a plain number.
  public var unit: String
  /// The lower end of its 95 % interval; nil where none is known.
  public var low: Double?
  /// The upper end.
  public var high: Double?
  /// Questions, tokens or texts that it was measured on.
  public var count: Int

  /// A number.
  public init(
    _ name: String, _ value: Double, unit: String = "", low: Double? = nil, high: Double? = nil, count: Int
  ) {
    self.name = name
    self.value = value
    self.unit = unit
    self.low = low
    self.high = high
    self.count = count
  }
}

/// Makes an evaluation from its settings.
public typealias EvaluationMaker = @Sendable (_ settings: Resolved) throws -> any Evaluation

extension Family where Member == EvaluationMaker {
  /// What trained models are asked.
  public static var evaluation: Self { Self("evaluation") }
}
