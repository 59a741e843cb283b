/// What a model was trained to predict at a position. This does not follow from what it may attend to: an encoder
/// under a causal mask predicts masked tokens from their left side alone.
public enum Prediction: String, Codable, Sendable {
  /// The token that follows.
  case next
  /// The masked token at the position.
  case hidden
}
