import Foundation
import Tensors
import Text
import Transformer

/// Who attends to whom: the probabilities of every layer and head for one text.
public struct AttentionMaps: Codable, Sendable, Equatable {
  /// The tokens as short visible texts.
  public let tokens: [String]
  /// Heads of each layer.
  public let heads: Int
  /// One list a layer, `[heads, query, key]` row by row.
  public let layers: [[Float]]
}

extension LoadedModel {
  /// The attention probabilities for a text, from the kernel that training runs.
  ///
  /// - Throws: `InferenceError` when the text is empty or longer than the context; `MemoryError`.
  public func attention(_ text: String) throws -> AttentionMaps {
    let ids = input(tokenizer.encodePrompt(text))
    guard !ids.isEmpty else { throw InferenceError("an empty text has no attention") }
    try expectFits(ids)
    var layers: [[Float]] = []
    var heads = 0
    let pass = Pass.inference(context) { _, probabilities in
      layers.append(probabilities.values())  // [1, H, T, T]
      heads = probabilities.shape.sizes[1]
    }
    _ = try model.hidden(TokenBatch(ids: ids, batch: 1, time: ids.count), pass)
    return AttentionMaps(tokens: ids.map(tokenizer.label), heads: heads, layers: layers)
  }
}

func exponential(_ x: Float) -> Float { Foundation.exp(x) }
