extension ReportData {
  /// What a reader needs to repeat the comparison beyond what the other sections show.
  public struct Methods: Codable, Sendable {
    /// Bytes to train on.
    public var trainBytes: Int
    /// Bytes that are held out.
    public var heldOutBytes: Int
    /// Whether the text is made by the embedded grammar.
    public var isGenerated: Bool
    /// Whether windows begin where lines do.
    public var startsAtLines: Bool
    /// Threads of every run.
    public var threads: Int
    /// The version of the program.
    public var version: String
    /// What defines every model, by arm, as a descriptor file holds it.
    public var descriptors: [String]
    /// What defines every training, by arm, as a recipe file holds it; of the first seed.
    public var recipes: [String]
  }
}
