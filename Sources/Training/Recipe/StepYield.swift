/// The yield of every optimiser step of a run. All steps of a run are alike: objectives are made so that
/// sizes do not change from one to the next.
public struct StepYield: Sendable, Equatable, Codable {
  /// Content tokens read.
  public var tokens: Int
  /// Predictions trained on.
  public var supervised: Int
  /// FLOPs of matrix products, as they are executed.
  public var flops: UInt64

  /// The yield of a step.
  public init(tokens: Int, supervised: Int, flops: UInt64) {
    self.tokens = tokens
    self.supervised = supervised
    self.flops = flops
  }

  /// The yield of a step of several processes, each of which has such a part.
  static func * (share: StepYield, processes: Int) -> StepYield {
    StepYield(
      tokens: share.tokens * processes, supervised: share.supervised * processes,
      flops: share.flops * UInt64(processes))
  }
}
