import Foundation

/// What somebody who watches a run is told.
public struct RunEvents {
  /// After every step.
  public var step: (StepReport, TrainerState) -> Void = { _, _ in }
  /// After every evaluation.
  public var evaluated: (EvaluationReport, TrainerState) -> Void = { _, _ in }
  /// After every checkpoint.
  public var saved: (URL) -> Void = { _ in }
  /// Something went wrong that training survives, such as a checkpoint that found no room.
  public var warning: (String) -> Void = { _ in }
  /// Further measures taken with every evaluation; they go into the metrics beside the loss.
  public var measure: (Trainer) throws -> [String: Double] = { _ in [:] }
  /// Asked when the last checkpoint found no room anywhere: whether to try once more, such as after a pause in which
  /// somebody can make room. The model is kept in memory until then.
  public var triesAgain: () -> Bool = { false }
  /// Asked before every step: whether to save and stop.
  public var shouldStop: () -> Bool = { false }
  /// Asked before every operation of a step or an evaluation: whether to give it up, save what was there before it, and
  /// stop. What is given up is done again when the run is resumed, with the same bits. Nil: it is finished first.
  public var shouldInterrupt: (() -> Bool)?

  /// Nobody watches.
  public init() {}
}
