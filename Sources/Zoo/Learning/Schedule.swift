import Settings

/// The learning rate at every step of a run.
public protocol Schedule: Sendable {
  /// The learning rate of step `step`, counted from 0, in a run of `steps` whose highest learning rate is `peak`.
  func learningRate(at step: Int, of steps: Int, peak: Double) -> Double
}

/// Makes a schedule from its settings.
public typealias ScheduleMaker = @Sendable (_ settings: Resolved) throws -> any Schedule

extension Family where Member == ScheduleMaker {
  /// Learning rates over a run.
  public static var schedule: Self { Self("schedule") }
}
