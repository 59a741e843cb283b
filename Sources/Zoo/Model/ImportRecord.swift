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
  /// It follows from the family, so that a record of an earlier version, which does not name it, has it, too.
  public var uncountedToken: Int32? { Self.uncountedTokens[family] }

  /// The tokens that families do not count positions for.
  package static let uncountedTokens: [String: Int32] = ["roberta": 1, "xlm-roberta": 1, "camembert": 1]

  /// A record of an import.
  package init(
    family: String, className: String, folder: String, endTokens: [Int32],
    embedding: EmbeddingRecord? = nil
  ) {
    self.embedding = embedding
    self.family = family
    self.className = className
    self.folder = folder
    self.endTokens = endTokens
  }
}
