import Experiments
import Statistics

extension ReportData {
  /// What several seeds say of the architectures: each seed trains every arm again, with the same initial
  /// tensors and the same windows for all.
  public struct Seeds: Codable, Sendable {
    /// How many.
    public var count: Int
    /// What was asked before anything was trained; nil if not declared.
    public var question: String?
    /// The measure that was declared to decide and that these arms do not have; nil: all is well.
    public var missing: PrimaryMeasure?
    /// Whether the first measure was declared to decide, and nothing replaces it; nil in reports from before this
    /// was kept.
    public var isDeclared: Bool?
    /// Whether the arms are steps of one path, each compared with the one before.
    public var isPath: Bool?
    /// Whether seeds were added until the question was decided; nil: their number was fixed in advance.
    public var isSequential: Bool?
    /// The largest number of seeds, where they were added until the question was decided; nil where their number was
    /// fixed, and in reports from before this was recorded.
    public var maxCount: Int?
    /// How p-values are corrected over a family of tests; nil in reports from before this was recorded: by Holm's
    /// method.
    public var correction: Correction?
    /// How many patterns of signs were drawn for the p-values of the first measure; nil: all were counted.
    public var draws: Int?
    /// The same for all other measures.
    public var otherDraws: Int?
    /// Whether seeds were added until the question was decided.
    var addsSeeds: Bool { isSequential ?? false }
    /// The measures; the first is the question, with a family of tests of its own.
    public var measures: [Measure]

    /// A correction of several tests' p-values.
    public enum Correction: String, Codable, Sendable {
      /// Holm's method over separate tests.
      case holm
      /// The largest |t| over signs that are flipped in all comparisons at once, stepping down.
      case jointSignFlips = "joint-sign-flips"
    }

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
      /// Further arms, each against the one that it is to be compared with.
      public var differences: [Difference]
      /// Why some arms are compared with none here; nil where all are.
      public var reason: String?
      /// The value from which on a run counts as having learned what is asked; nil where it is learned gradually, and
      /// in reports from before this was recorded.
      ///
      /// A value that jumps from chance to its ceiling is one of two numbers, more or less: t intervals of a few of
      /// those are far too narrow, so there are none.
      public var learntFrom: Double?
    }

    /// How many of a model's runs learned something.
    public struct Learnt: Codable, Sendable, Equatable {
      /// Runs that did.
      public var count: Int
      /// Runs.
      public var seeds: Int
      /// Clopper and Pearson's 95 % interval of the fraction of runs that would.
      public var interval: Interval
    }

    /// An arm against an earlier one, paired by seed.
    public struct Difference: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// The arm that it is compared with; nil in reports from before this could be another than the first.
      public var against: Int?
      /// The mean of the differences, with its paired t interval.
      public var mean: Measured
      /// The median of the differences, with an interval that holds although seeds were added until it decided;
      /// where their number was fixed only if it has another sign than the mean.
      public var median: Measured?
      /// What the deciding test points to: 1 for a larger value of the arm, −1 for a smaller one, 0 for neither; nil
      /// in reports from before this was recorded: the sign of the mean.
      public var direction: Int?
      /// Whether both arms have the same value with every seed; nil in reports from before this was recorded.
      public var isEqual: Bool?
      /// The difference between the fractions of runs that learned it, with an interval that holds for a few seeds; nil
      /// where it is learned gradually.
      public var learnt: Measured?
      /// The mean's interval if the items, too, were drawn again; nil where the measure is no mean over items.
      public var overItems: Interval?
      /// What the mean's variance comes from; nil as above.
      public var variance: CrossedComparison.Parts?
      /// How often random signs would reach as far; by the anytime-valid test
      /// where seeds were added; nil where a value is not finite.
      public var probability: Double?
      /// The same, corrected over the family of tests.
      public var corrected: Double?
    }
  }
}
