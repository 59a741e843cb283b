/// How a model makes one vector of a text, as sentence-transformers describes it beside an imported model.
public struct EmbeddingRecord: Codable, Sendable, Equatable {
  /// What becomes of the vectors of a text's tokens, those around it included.
  public enum Pooling: String, Codable, CaseIterable, Sendable {
    /// The first one's.
    case first
    /// The largest value in each place.
    case max
    /// Their mean.
    case mean
    /// Their sum by the root of their number.
    case meanSquareRoot
    /// Their mean, each weighted by its place, counted from 1.
    case weightedMean
    /// The last one's.
    case last
  }

  /// One or several; the vectors of several stand one after the other.
  public var poolings: [Pooling]
  /// Whether the vector is divided by its Euclidean norm.
  public var isNormalised: Bool
  /// The most tokens that are read, those around the text included; what is longer is cut at its end. Nil: the context.
  public var maxTokens: Int?
  /// Whether the text is written in small letters first.
  public var isLowercased: Bool
  /// What is put before every text; empty for nothing.
  public var prompt: String

  /// A way to make one vector.
  public init(
    poolings: [Pooling], isNormalised: Bool = false, maxTokens: Int? = nil, isLowercased: Bool = false,
    prompt: String = ""
  ) {
    (self.poolings, self.isNormalised, self.maxTokens) = (poolings, isNormalised, maxTokens)
    (self.isLowercased, self.prompt) = (isLowercased, prompt)
  }
}
