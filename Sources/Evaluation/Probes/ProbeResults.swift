import Inference
import Statistics

/// What linear probes decode from the hidden states of every layer.
public struct ProbeResults: Codable, Sendable {
  /// Sentences that probes were fitted on, that layers were chosen on, and that everything is measured on.
  public var fitted: Int
  /// See ``fitted``.
  public var chosen: Int
  /// See ``fitted``.
  public var tested: Int
  /// The factor of half the squared weights in every fit.
  public var penalty: Double
  /// The largest entry of the gradient that a fit may end with.
  public var gradientBound: Double
  /// Fits in all.
  public var fits: Int
  /// Those whose gradient stayed above the bound.
  public var unfinished: Int
  /// What was asked.
  public var tasks: [Task]
  /// One row a model, side, task and layer.
  public var rows: [Row]
  /// Models that saw the same, each against the first of them.
  public var comparisons: [Comparison]

  /// A task, and what it takes no vector to get right.
  public struct Task: Codable, Sendable {
    /// What is read off.
    public var task: ProbeTask
    /// Questions that are measured.
    public var count: Int
    /// The fraction of the label that is most frequent among the sentences that are fitted on.
    public var mostFrequent: Double
    /// The share right of a table that knows, for every word, its most frequent label there.
    public var wordAlone: Double
  }

  /// Probes of one layer.
  public struct Row: Codable, Sendable {
    /// Index into the arms of the comparison.
    public var arm: Int
    /// What the model saw: the sentence up to the word, or the whole of it.
    public var side: ChoiceContext
    /// What is read off.
    public var task: ProbeTask
    /// 0 is the embedding.
    public var layer: Int
    /// Share of right labels.
    public var accuracy: Measured
    /// The same for labels that follow from the word alone.
    public var control: Measured
    /// Accuracy minus control.
    public var selectivity: Measured
    /// The accuracy on vectors of the same model before training.
    public var untrained: Measured
  }

  /// A model beside the first one that saw the same, each at its own best layer.
  public struct Comparison: Codable, Sendable {
    /// Index into the arms of the comparison.
    public var arm: Int
    /// The first model.
    public var against: Int
    /// What both saw.
    public var side: ChoiceContext
    /// What is read off.
    public var task: ProbeTask
    /// The layer of `arm` that was best on the sentences for choosing.
    public var layer: Int
    /// That of the first model.
    public var layerAgainst: Int
    /// Accuracy of `arm` minus that of the first, question by question, with sentences as units.
    public var difference: Measured
  }
}
