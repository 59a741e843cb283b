/// Options of fine-tuning, equal for all compared models.
public struct FineTuningOptions: Sendable, Codable, Equatable {
  /// Passes over the training texts.
  public var epochs = 8
  /// Texts in a step.
  public var batch = 32
  /// Fraction of the steps in which the learning rate rises; afterwards it falls linearly to 0.
  public var warmupShare = 0.1
  /// Weight decay of matrices.
  public var decay = 0.01
  /// Maximum gradient norm.
  public var clip = 1.0
  /// Whether only the head is trained and the model stays unchanged.
  public var isFrozen = false
  /// The classification head.
  public var head = HeadForm.linear

  /// The defaults: BERT's published recipe with linear decay, Devlin et al. 2019.
  public init() {}

  /// Reads options; those of earlier versions say nothing of the head, which was linear.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    epochs = try values.decode(Int.self, forKey: .epochs)
    batch = try values.decode(Int.self, forKey: .batch)
    warmupShare = try values.decode(Double.self, forKey: .warmupShare)
    decay = try values.decode(Double.self, forKey: .decay)
    clip = try values.decode(Double.self, forKey: .clip)
    isFrozen = try values.decode(Bool.self, forKey: .isFrozen)
    head = try values.decodeIfPresent(HeadForm.self, forKey: .head) ?? .linear
  }
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
