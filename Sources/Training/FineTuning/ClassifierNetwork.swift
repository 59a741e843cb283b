import Tensors
import Text
import Transformer

/// A model with a classification head on its pooled hidden states.
struct ClassifierNetwork {
  let model: any LanguageModel
  let head: ClassificationHead
  let pooling: Pooling
  let context: Context

  /// The class with the highest logit, the first of equal ones.
  static func best(_ logits: [Float]) -> Int {
    logits.indices.max { (logits[$0], -$0) < (logits[$1], -$1) } ?? 0
  }

  /// Logits `[classes]` of every span of every example.
  ///
  /// - Throws: `ShapeError` for a text longer than the context; `MemoryError`.
  func logits(_ examples: [LabelledExample]) throws -> [[[Float]]] {
    var found = examples.map { _ in [[Float]]() }
    for batch in lengthBatches(examples.map(\.ids.count)) {
      let (tokens, spans) = TokenBatch.padded(batch.map { examples[$0] })
      var row = try logits(tokens, spans).makeIterator()
      for index in batch { found[index] = examples[index].spans.compactMap { _ in row.next() } }
    }
    return found
  }

  /// Logits `[spans][classes]` of one batch.
  func logits(_ tokens: TokenBatch, _ spans: [Range<Int>]) throws -> [[Float]] {
    let pass = Pass.inference(context)
    return try head.logits(try pooled(tokens, spans, pass), pass).rows()
  }

  /// The vectors that the head reads, `[spans, width]`.
  func pooled(_ tokens: TokenBatch, _ spans: [Range<Int>], _ pass: Pass) throws -> Tensor {
    let hidden = try model.hidden(tokens, pass)  // [B, T, C]
    let rows = spans.map { pooling.range(in: $0, time: tokens.time) }
    let read = try pass.mean(hidden, overRows: rows, name: "classifier")
    guard pooling == .pooler, let pooler = model.pooler else { return read }
    return try pooler(read, pass)
  }
}
