import Text

/// Where a model came from that was trained elsewhere.
public struct ImportRecord: Codable, Sendable, Equatable {
  /// The family, such as `bert`.
  public var family: String
  /// The class that it was imported as, such as `BertForMaskedLM`.
  public var className: String
  /// The name of the folder that it was imported from.
  public var folder: String
  /// The tokens that end a text which is being generated.
  public var endTokens: [Int32]

  /// How it makes one vector of a text; nil where its folder does not say.
  public var embedding: EmbeddingRecord?

  /// The token that its positions are not counted for, wherever it stands; nil where positions count all tokens.
  public var uncountedToken: Int32?

  /// A record of an import.
  package init(
    family: String, className: String, folder: String, endTokens: [Int32],
    embedding: EmbeddingRecord? = nil, uncountedToken: Int32? = nil
  ) {
    self.uncountedToken = uncountedToken
    self.embedding = embedding
    self.family = family
    self.className = className
    self.folder = folder
    self.endTokens = endTokens
  }
}
