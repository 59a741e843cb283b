import Statistics

/// One point of a curve, with everything that it can be drawn against.
public struct CurvePoint: Codable, Sendable {
  /// Optimiser steps so far.
  public var step: Int
  /// Content tokens read so far.
  public var tokens: Double
  /// Tokens that were a target so far.
  public var supervisedTokens: Double
  /// Training FLOPs so far.
  public var flops: Double
  /// Seconds of training so far.
  public var seconds: Double
  /// The value; accuracies are shares from 0 to 1.
  public var value: Double
  /// Its 95 % interval.
  public var interval: Interval?

  /// Creates a point.
  public init(
    step: Int, tokens: Double, supervisedTokens: Double, flops: Double, seconds: Double,
    value: Double, interval: Interval? = nil
  ) {
    self.step = step
    self.tokens = tokens
    self.supervisedTokens = supervisedTokens
    self.flops = flops
    self.seconds = seconds
    self.value = value
    self.interval = interval
  }
}
