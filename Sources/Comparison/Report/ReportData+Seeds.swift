import Statistics

extension ReportData {
  /// What several seeds say of the architectures: each seed trains every arm anew, with the same initial
  /// tensors and the same windows for all.
  public struct Seeds: Codable, Sendable {
    /// How many.
    public var count: Int
    /// What was asked before anything was trained; nil where nobody wrote it down.
    public var question: String?
    /// The measure that was declared to decide and that these arms do not have; nil: all is well.
    public var missing: PrimaryMeasure?
    /// Whether the arms are steps of one path, each held against the one before.
    public var isPath: Bool?
    /// Whether seeds were added until the question was decided; nil: their number was fixed beforehand.
    public var isSequential: Bool?
    /// Whether seeds were added until the question was decided.
    var addsSeeds: Bool { isSequential ?? false }
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
      /// The value by arm and seed, `[arms][seeds]`; an arm that has no such measure has no values.
      public var values: [[Double]]
      /// Further arms, each against the one that it is to be held against.
      public var differences: [Difference]
      /// Why some arms are held against none here; nil where all are.
      public var reason: String?
    }

    /// An arm against an earlier one, paired by seed.
    public struct Difference: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// The arm that it is held against; nil in reports of before this could be another than the first.
      public var against: Int?
      /// The mean of the differences, with its paired t interval.
      public var mean: Measured
      /// The median of the differences, with an interval that holds although seeds were added until it decided;
      /// nil where their number was fixed.
      public var median: Measured?
      /// The mean's interval if the items, too, were drawn anew; nil where the measure is no mean over items.
      public var overItems: Interval?
      /// What the mean's variance comes from; nil as above.
      public var variance: CrossedComparison.Parts?
      /// How often signs by a coin would reach as far; by the test that may be looked at after every seed
      /// where seeds were added.
      public var probability: Double?
      /// The same, corrected over the family of tests.
      public var corrected: Double?
    }
  }
}
