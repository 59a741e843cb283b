extension ReportData {
  /// What several seeds say of the architectures: each seed trains every arm anew, with the same initial
  /// tensors and the same windows for all.
  public struct Seeds: Codable, Sendable {
    /// How many.
    public var count: Int
    /// The measures; the first is the question, with a family of tests of its own.
    public var measures: [Measure]

    /// One measure of every arm and seed.
    public struct Measure: Codable, Sendable {
      /// What was measured.
      public var name: String
      /// Its unit.
      public var unit: String
      /// Whether more is better.
      public var moreIsBetter: Bool
      /// The value by arm and seed, `[arms][seeds]`.
      public var values: [[Double]]
      /// Each further arm against the first.
      public var differences: [Difference]
    }

    /// An arm against the first one, paired by seed.
    public struct Difference: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// The mean of the differences to the first arm, with its paired t interval.
      public var mean: Measured
      /// How often signs by a coin would reach as far.
      public var signFlip: Double?
      /// The same, corrected over the family of tests.
      public var corrected: Double?
    }
  }
}
