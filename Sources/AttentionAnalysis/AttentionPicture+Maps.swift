import Inference

extension AttentionPicture {
  /// The picture of what a model showed.
  public init(arm: Int, state: State, sentence: Int = 0, maps: AttentionMaps) {
    let area = maps.tokens.count * maps.tokens.count
    self.init(
      arm: arm, state: state, sentence: sentence, tokens: maps.tokens, second: maps.second,
      probabilities: maps.layers.map { layer in
        (0..<layer.count / area).map { Array(layer[$0 * area..<($0 + 1) * area]) }
      })
  }
}
