import Tensors
import Transformer

extension LoadedModel {
  /// Logits of all tokens, `[positions, vocabulary]`, at flat positions `batch index·time + time index`.
  ///
  /// - Throws: `InferenceError` for a model that does not predict tokens; `ShapeError` for a text that is longer than
  ///   the context; `MemoryError`.
  package func tokenLogits(_ tokens: TokenBatch, at positions: [Int32], _ pass: Pass) throws -> Tensor {
    try expectTokenHead()
    return try model.logits(tokens, at: positions, pass)
  }
}
