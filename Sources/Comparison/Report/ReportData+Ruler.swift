import Evaluation
import Statistics

extension ReportData {
  /// What can be measured because the probabilities of the text are known exactly.
  public struct Ruler: Codable, Sendable {
    /// What is above the grammar, by construction.
    public var excess: ExcessResults?
    /// The distance to the best possible distributions.
    public var truth: Truth?
    /// Choices between sentences of the grammar and others.
    public var pairs: Pairs?
    /// Choices of a hidden word among several.
    public var cloze: ClozeResults?
  }

  /// How far the models' distributions are from the best possible ones.
  public struct Truth: Codable, Sendable {
    /// Windows from which places were drawn.
    public var windows: Int
    /// Places in all.
    public var places: Int
    /// One row a model and question.
    public var rows: [Row]

    /// One model asked one question.
    public struct Row: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// What was given.
      public var side: ChoiceContext
      /// The mean entropy of the exact distributions, in bits: the floor of the cross-entropy.
      public var floor: Double
      /// KL(truth ‖ model) in bits.
      public var divergence: Measured
      /// The same minus that of the first row with this question, window by window; nil in the first.
      public var difference: Measured?
      /// The fraction of probability that lies in the wrong bin.
      public var calibrationError: Double
      /// Ten bins of predicted probability.
      public var bins: [Bin]
      /// Whether the model was trained for what it is asked.
      public var isTrainedForIt: Bool
    }

    /// Predictions of nearly one probability.
    public struct Bin: Codable, Sendable {
      /// Predictions.
      public var count: Int
      /// The mean predicted probability.
      public var predicted: Double
      /// The mean of the exact ones.
      public var known: Double
    }
  }

  /// Minimal pairs that were made from the grammar.
  public struct Pairs: Codable, Sendable {
    /// Pairs in all.
    public var count: Int
    /// Sentences that were drawn and not used, because they are in the training text.
    public var dropped: Int
    /// The columns.
    public var columns: [Column]
    /// One row a paradigm, and all of them at the end.
    public var rows: [Row]

    /// One model with one measure.
    public struct Column: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      public var arm: Int
      /// How it chooses.
      public var measure: PairScoring.Measure
    }

    /// One paradigm.
    public struct Row: Codable, Sendable {
      /// Its name.
      public var paradigm: String
      /// `agreement` or `selection`; empty for all of them.
      public var field: String
      /// Pairs.
      public var count: Int
      /// A pair; nil for all of them.
      public var example: Example?
      /// Shares of right choices, column by column.
      public var right: [Measured]
    }

    /// A pair.
    public struct Example: Codable, Sendable {
      /// The right sentence.
      public var good: String
      /// The wrong one.
      public var bad: String
    }
  }
}
