import Statistics

/// What windows cost the models beyond what they cost the grammar itself, token by token.
public struct ExcessResults: Codable, Sendable {
  /// Windows that were scored.
  public var windows: Int
  /// Tokens of a window.
  public var tokens: Int
  /// The grammar's own −log2 probability of these tokens, in bits per byte.
  public var floor: Double
  /// One row a model.
  public var rows: [Row]
  /// The excess by what tokens are.
  public var properties: [Property]

  /// The excess of one model.
  public struct Row: Codable, Sendable {
    /// Index into the arms of the comparison.
    public var arm: Int
    /// Bits per byte above the grammar.
    public var perByte: Measured
    /// The same minus that of the first row, window by window; nil in the first row.
    public var difference: Measured?
    /// Whether the model was trained for what it is asked.
    public var isTrainedForIt: Bool
  }

  /// A property of tokens.
  public struct Property: Codable, Sendable {
    /// For example `clause`.
    public var name: String
    /// Its values, in order.
    public var groups: [Group]
  }

  /// The tokens with one value of a property.
  public struct Group: Codable, Sendable {
    /// The value.
    public var label: String
    /// How many tokens.
    public var count: Int
    /// The grammar's own bits per token.
    public var floor: Double
    /// Bits per token above it, in the order of ``ExcessResults/rows``.
    public var excess: [Measured]
    /// Those of the second row minus those of the first, window by window; nil unless there are two.
    public var difference: Measured?
  }
}
