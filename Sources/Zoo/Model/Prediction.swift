/// What a model was trained to say at a place of a text. Not the same question as what it may see: an encoder
/// under a causal mask predicts hidden tokens from their left side alone.
public enum Prediction: String, Codable, Sendable {
  /// The token that follows.
  case next
  /// The masked token at the position.
  case hidden
}
