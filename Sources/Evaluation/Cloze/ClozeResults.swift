import Inference
import Statistics

/// Choices of a hidden word among candidates, by where the evidence stands.
public struct ClozeResults: Codable, Sendable {
  /// Most candidates of an item.
  public var candidates: Int
  /// Sentences that also are in the training text: none, but in reports from before these items.
  public var trained: Int
  /// One row for each place of the evidence, and all items at the end.
  public var rows: [Row]
  /// What the models were asked.
  public var columns: [Column]
  /// Models that were asked the same, each against the first of them.
  public var differences: [Difference]

  /// Creates the results from their parts.
  package init(candidates: Int, trained: Int, rows: [Row], columns: [Column], differences: [Difference]) {
    self.candidates = candidates
    self.trained = trained
    self.rows = rows
    self.columns = columns
    self.differences = differences
  }

  /// One model asked with one side or both.
  public struct Column: Codable, Sendable {
    /// Index into the arms of the comparison.
    public var arm: Int
    /// What was given.
    public var side: ChoiceContext
    /// Whether the model was trained for what it is asked.
    public var isTrainedForIt: Bool

    /// A column.
    package init(arm: Int, side: ChoiceContext, isTrainedForIt: Bool) {
      self.arm = arm
      self.side = side
      self.isTrainedForIt = isTrainedForIt
    }
  }

  /// The items whose evidence is in one place.
  public struct Row: Codable, Sendable {
    /// Where the evidence stands: `left`, `right`, `both`; `all` for all items. (Reports from before this was recorded
    /// items have the class of the hidden word.)
    public var wordClass: String
    /// Items.
    public var count: Int
    /// The share right by chance.
    public var chance: Double
    /// An item; nil for all of them.
    public var example: Example?
    /// The grammar's own choices with the left side alone.
    public var bestLeftOnly: Best
    /// With both sides.
    public var bestBothSides: Best
    /// Shares of right choices, column by column.
    public var right: [Measured]
    /// The probability given to the right word, column by column; nil in reports from before this was recorded.
    public var probabilities: [Measured]?
    /// KL(exact ‖ model) in bits, column by column; nil in reports from before this was recorded.
    public var divergences: [Measured]?

    /// The grammar's own choices with one side or both.
    public func best(_ side: ChoiceContext) -> Best { side == .leftOnly ? bestLeftOnly : bestBothSides }
  }

  /// What choosing the candidate that the grammar finds most probable is worth.
  public struct Best: Codable, Sendable {
    /// The fraction of these items that it gets right.
    public var right: Measured
    /// What it gets right in the long run, over all words that could stand there.
    public var expected: Double
    /// The mean exact probability of the words that are in these sentences; nil in reports from before this was
    /// recorded.
    public var probability: Double?
  }

  /// An item.
  public struct Example: Codable, Sendable {
    /// The sentence up to the word.
    public var left: String
    /// The word.
    public var correct: String
    /// The rest.
    public var right: String
    /// The other candidates.
    public var others: [String]
  }

  /// A model beside the first one that was asked the same.
  public struct Difference: Codable, Sendable {
    /// Index into the arms of the comparison.
    public var arm: Int
    /// The first model.
    public var against: Int
    /// What both were given.
    public var side: ChoiceContext
    /// The share right of `arm` minus that of the first, with items as units.
    public var difference: Measured

    /// A difference.
    package init(arm: Int, against: Int, side: ChoiceContext, difference: Measured) {
      self.arm = arm
      self.against = against
      self.side = side
      self.difference = difference
    }
  }
}
