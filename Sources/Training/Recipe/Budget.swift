import Wording

/// The budget of a run.
public enum Budget: Sendable, Equatable, CustomStringConvertible {
  /// Optimiser steps.
  case steps(Int)
  /// Content tokens seen.
  case tokens(Int)
  /// Minutes on this machine: turned into steps by a short calibration.
  case minutes(Double)
  /// Predictions trained on.
  case supervisedTokens(Int)
  /// Floating-point operations of matrix products in training steps, as they are executed.
  case flops(Double)
  /// Bytes of text read, as many a token as in the training text on average.
  case bytes(Int)

  /// The settings of a recipe that name a budget; a run has at most one of them.
  public static let settings = ["steps", "tokens", "minutes", "supervisedTokens", "flops", "bytes"]

  public var description: String {
    switch self {
    case .steps(let steps): Format.counted(steps, "step")
    case .tokens(let tokens): Format.counted(tokens, "token")
    case .minutes(let minutes): "\(Format.plain(minutes)) " + (minutes == 1 ? "minute" : "minutes")
    case .supervisedTokens(let tokens): Format.counted(tokens, "supervised token")
    case .flops(let flops): (flops < 1e15 ? "\(Int(flops))" : "\(flops)") + " FLOPs"
    case .bytes(let bytes): Format.counted(bytes, "byte") + " of text"
    }
  }

  /// The number of whole steps that fit into the budget, at least one. Nil for minutes, which only a
  /// measurement turns into steps.
  ///
  /// - Parameters:
  ///   - yield: the yield of one step; called only where it is needed.
  ///   - bytesPerToken: content bytes of a token of the training text, on average.
  /// - Throws: what `yield` throws.
  public func steps(_ yield: @autoclosure () throws -> StepYield, bytesPerToken: Double) rethrows -> Int? {
    func fitting(_ whole: Double, _ step: Double) -> Int {
      // A quotient beyond what a number of steps may be would not fit into an integer either.
      max(1, Int(min(whole / step, 1e15)))
    }
    switch self {
    case .steps(let steps): return steps
    case .tokens(let tokens): return try max(1, tokens / yield().tokens)
    case .minutes: return nil
    case .supervisedTokens(let tokens): return try max(1, tokens / yield().supervised)
    case .flops(let flops): return try fitting(flops, Double(yield().flops))
    case .bytes(let bytes): return try fitting(Double(bytes), Double(yield().tokens) * bytesPerToken)
    }
  }
}
