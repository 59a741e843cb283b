import Statistics

extension ReportData {
  /// How well a model writes: texts drawn from it, measured.
  public struct Writing: Codable, Sendable {
    /// Index into ``ReportData/arms``.
    public var arm: Int
    /// How the texts were drawn.
    public var how: String
    /// Texts.
    public var texts: Int
    /// Complete sentences in them.
    public var sentences: Int
    /// The fraction of these that the grammar accepts; nil where there is no grammar.
    public var wellFormed: Measured?
    /// The fraction of these that are in the training text word for word.
    public var copied: Measured
    /// The fraction of different ones among all runs of one, two, three and four words, `[4]`.
    public var distinct: [Double]
  }
}
