import Reporting
import Statistics

/// What every attention head of every model does: the atlas of heads.
public struct HeadResults: Codable, Sendable {
  /// Sentences that measures are means over.
  public var sentences: Int
  /// Agreement items among them.
  public var items: Int
  /// Held-out windows that importance is measured on.
  public var windows: Int
  /// One entry a model.
  public var models: [Model]
  /// Encoder heads matched to decoder heads, one entry a pair of models.
  public var matches: [Match]
}

extension HeadResults {
  /// The heads of one model, before and after training.
  public struct Model: Codable, Sendable {
    /// Index into the arms of the comparison.
    public var arm: Int
    /// Unit of the importance: that of the model's loss.
    public var unit: String
    /// The states in the order of training: what was measured of a model's heads in each.
    public var states: [State]
    /// Rollout up to each layer, a layer of one head each; nil where no sentence is shown.
    public var rollout: AttentionPicture?
    /// Why checkpoints on the way are missing: those that could not be read.
    public var unread: [String]?
  }

  /// What the heads of a model do after some training.
  public struct State: Codable, Sendable {
    /// Steps taken: 0 before training.
    public var step: Int
    /// The heads, layer by layer.
    public var heads: [Head]
    /// Every head on one sentence; nil where it would be too large.
    public var picture: AttentionPicture?
  }

  /// One head.
  public struct Head: Codable, Sendable {
    /// Where it is, counted from 0.
    public var place: ModelAttention.Place
    /// Its name by rule.
    public var role: HeadRole
    /// What it does.
    public var measures: HeadMeasures
    /// What a uniform head in its place would do.
    public var uniform: HeadMeasures
    /// What the loss rises by without it, over windows; nil where it was not measured.
    public var importance: Measured?
  }

  /// The heads of an encoder beside those of a decoder that look most like them.
  public struct Match: Codable, Sendable {
    /// Index of the encoder into the arms of the comparison.
    public var encoder: Int
    /// Index of the decoder.
    public var decoder: Int
    /// Sentences that both read.
    public var sentences: Int
    /// Mean similarity of the pairs, from 0 to 1.
    public var similarity: Double
    /// The same for every shuffle of the decoder's sentences: the null distribution.
    public var shuffled: [Double]
    /// The same with the heads of the decoder before training.
    public var untrained: Double?
    /// One entry an encoder head that has a partner.
    public var pairs: [Pair]

    /// An encoder head and its decoder head.
    public struct Pair: Codable, Sendable {
      /// The encoder's head.
      public var encoder: ModelAttention.Place
      /// The decoder's head.
      public var decoder: ModelAttention.Place
      /// How alike they are, from 0 to 1.
      public var similarity: Double
      /// How alike the encoder's head and its partner are on other sentences, on average.
      public var shuffled: Double?
      /// Share of the shuffles in which they are less alike.
      public var quantile: Double?
      /// How alike the encoder's head and its partner among untrained heads are.
      public var untrained: Double?
      /// Share of the encoder head's probability that lies in the decoder's half.
      public var encoderKept: Double
      /// Share of the decoder head's probability that lies on text rather than on a start token.
      public var decoderKept: Double
    }
  }
}

extension HeadResults.Model {
  /// What captions say of a state. Where a model's only state is the one before any step here,
  /// it was imported or fine-tuned.
  package func title(of state: HeadResults.State) -> String {
    state.step > 0
      ? "after \(Number.counted(state.step, "step"))" : states.count > 1 ? "untrained" : "not trained here"
  }
}
