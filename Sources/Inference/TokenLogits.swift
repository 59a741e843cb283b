import Tensors
import Transformer

extension LoadedModel {
  /// Logits of all tokens, `[positions, vocabulary]`, at flat positions `batch index·time + time index`.
  ///
  /// - Throws: `InferenceError` for a model that does not predict tokens; `ShapeError` for a text that is longer than
  ///   the context; `MemoryError`.
  package func tokenLogits(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor {
    let found = hasHead ? try model.logits(tokens, at: positions, pass) : nil
    guard let found, found.shape.width == model.dimensions.vocabulary else {
      throw InferenceError(
        "\(descriptor.name) does not predict tokens: it "
          + (found == nil ? "has no head" : "says of each token whether it was replaced")
          + "; take a model with a head lm or masked-lm")
    }
    return found
  }
}
