import Evaluation
import Inference
import Statistics

extension ReportData {
  /// What can be measured because the probabilities of the text are known exactly.
  public struct Ruler: Codable, Sendable {
    /// What is above the grammar, by construction.
    public var excess: ExcessResults?
    /// The distance to the best possible distributions.
    public var truth: Truth?
    /// Choices between sentences of the grammar and others, in reports from before they were an evaluation.
    var pairs: Pairs?
    /// Choices of a hidden word among several, in reports from before they were an evaluation.
    var cloze: Cloze?
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
}
