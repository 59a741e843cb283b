/// How models are fine-tuned: the same for all that are compared.
public struct FineTuningOptions: Sendable, Codable, Equatable {
  /// How often every text is seen.
  public var epochs = 8
  /// Texts in a step.
  public var batch = 32
  /// Share of the steps in which the learning rate rises; from there it falls to 0 in a straight line.
  public var warmupShare = 0.1
  /// Weight decay of matrices.
  public var decay = 0.01
  /// Largest gradient norm.
  public var clip = 1.0
  /// Whether the model stays as it is and only the head learns.
  public var isFrozen = false

  /// The usual options: those of BERT's published recipe with a linear fall, Devlin et al. 2019.
  public init() {}
}

/// A point of the grid that every model is fine-tuned at.
public struct FineTuningPoint: Sendable, Codable, Hashable {
  /// The highest learning rate.
  public let learningRate: Double
  /// Which vectors the head reads.
  public let pooling: Pooling
  /// The seed of the head's initial values, the order of the texts, and dropout.
  public let seed: UInt64

  /// A point.
  public init(learningRate: Double, pooling: Pooling, seed: UInt64) {
    self.learningRate = learningRate
    self.pooling = pooling
    self.seed = seed
  }
}
