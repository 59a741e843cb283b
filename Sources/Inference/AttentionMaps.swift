import Foundation
import Tensors
import Text
import Transformer

/// The attention probabilities of every layer and head for one text.
public struct AttentionMaps: Codable, Sendable, Equatable {
  /// The tokens as short visible texts.
  public let tokens: [String]
  /// The maximum number of heads in a layer.
  public let heads: Int
  /// One list per layer, `[heads, query, key]` row by row.
  public let layers: [[Float]]
  /// The path of each layer's attention in the model, such as `blocks.3.attention`.
  public let paths: [String]
}

extension LoadedModel {
  /// The attention probabilities for a text, from the kernel that training runs.
  ///
  /// - Throws: `InferenceError` when the text is empty or longer than the context; `MemoryError`.
  public func attention(_ text: String) throws -> AttentionMaps {
    try attention([input(tokenizer.encodePrompt(text))])[0]
  }

  /// The attention probabilities for several sequences; those of one length are read together.
  ///
  /// - Parameter sequences: tokens as the model reads them, a start token included.
  /// - Returns: one entry a sequence.
  /// - Throws: as above, if any sequence is at fault.
  public func attention(_ sequences: [[Int32]]) throws -> [AttentionMaps] {
    for ids in sequences {
      guard !ids.isEmpty else { throw InferenceError("an empty text has no attention") }
      try expectFits(ids)
    }
    var layers = sequences.map { _ in [[Float]]() }
    var heads = sequences.map { _ in 0 }
    var paths = sequences.map { _ in [String]() }
    // Smaller batches than elsewhere: a token has a row of probabilities for each head.
    for batch in lengthBatches(sequences.map(\.count), maxTokens: 1024) {
      let time = sequences[batch[0]].count
      let pass = Pass.inference(context) { path, probabilities in
        let values = probabilities.values()  // [B, H, T, T]
        let count = values.count / batch.count
        for (row, index) in batch.enumerated() {
          layers[index].append(Array(values[row * count..<(row + 1) * count]))
          heads[index] = max(heads[index], count / (time * time))
          paths[index].append(path)
        }
      }
      let ids = batch.flatMap { sequences[$0] }
      _ = try model.hidden(tokens(ids, batch: batch.count), pass)
    }
    return sequences.indices.map {
      AttentionMaps(
        tokens: sequences[$0].map(tokenizer.label), heads: heads[$0], layers: layers[$0], paths: paths[$0])
    }
  }
}

extension LoadedModel {
  /// Refuses a model without attention that could be shown.
  ///
  /// - Throws: `InferenceError` when none of its layers calls `Pass.attention`.
  package func expectAttention() throws {
    guard try attention([input([0])])[0].layers.isEmpty else { return }
    throw InferenceError(
      "\(descriptor.name) has no attention weights: its architecture (\(descriptor.architecture)) has no "
        + "softmax attention")
  }
}

func exponential(_ x: Float) -> Float { Foundation.exp(x) }
