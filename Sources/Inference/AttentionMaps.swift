import Foundation
import Tensors
import Text
import Transformer

/// The attention probabilities of every layer and head for one text.
public struct AttentionMaps: Codable, Sendable, Equatable {
  /// The tokens as short visible texts.
  public let tokens: [String]
  /// The place of the first token of the second text, where the model read two; nil: it read one.
  public let second: Int?
  /// The maximum number of heads in a layer.
  public let heads: Int
  /// One list per layer, `[heads, query, key]` row by row.
  public let layers: [[Float]]
  /// The path of each layer's attention in the model, such as `blocks.3.attention`.
  public let paths: [String]
}

extension LoadedModel {
  /// The attention probabilities for a text, or for two that are read together, from the kernel that training runs.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - pair: a second text, in a segment of its own and behind what separates two texts; nil: there is none.
  /// - Throws: `InferenceError` when a text is empty, both are longer than the context, or the model reads one text
  ///   only; `MemoryError`.
  public func attention(_ text: String, pair: String? = nil) throws -> AttentionMaps {
    guard let pair else { return try attention([input(tokenizer.encodePrompt(text))])[0] }
    return try attention([try input(text, pair: pair)])[0]
  }

  /// Two texts as the model reads them together.
  ///
  /// - Throws: `InferenceError` when a text is empty, and for a tokenizer that puts nothing between two.
  public func input(_ first: String, pair second: String) throws -> FramedTexts {
    let texts = [first, second].map(tokenizer.encodePrompt)
    guard texts.allSatisfy({ !$0.isEmpty }) else { throw InferenceError("an empty text has no attention") }
    guard !tokenizer.template.frame(startsWithToken: startsWithToken).between.isEmpty else {
      throw InferenceError(
        "\(descriptor.name) reads one text at a time: its tokenizer puts nothing between two; give one text")
    }
    do { return try tokenizer.framed(texts, startsWithToken: startsWithToken, for: "a pair of texts") } catch
    {
      throw InferenceError("\(descriptor.name): \(error)")
    }
  }

  /// The attention probabilities for several sequences; those of one length are read together.
  ///
  /// - Parameter sequences: tokens as the model reads them, a start token included.
  /// - Returns: one entry a sequence.
  /// - Throws: as above, if any sequence is at fault.
  public func attention(_ sequences: [[Int32]]) throws -> [AttentionMaps] {
    try attention(sequences.map { FramedTexts(ids: $0, segments: nil, places: []) })
  }

  private func attention(_ texts: [FramedTexts]) throws -> [AttentionMaps] {
    for text in texts {
      guard !text.ids.isEmpty else { throw InferenceError("an empty text has no attention") }
      try expectFits(text.ids)
    }
    var layers = texts.map { _ in [[Float]]() }
    var heads = texts.map { _ in 0 }
    var paths = texts.map { _ in [String]() }
    // Smaller batches than elsewhere: a token has a row of probabilities for each head.
    for batch in lengthBatches(texts.map(\.ids.count), maxTokens: 1024) {
      let time = texts[batch[0]].ids.count
      let pass = Pass.inference(context) { path, probabilities in
        let values = probabilities.values()  // [B, H, T, T]
        let count = values.count / batch.count
        for (row, index) in batch.enumerated() {
          layers[index].append(Array(values[row * count..<(row + 1) * count]))
          heads[index] = max(heads[index], count / (time * time))
          paths[index].append(path)
        }
      }
      var tokens = tokens(batch.flatMap { texts[$0].ids }, batch: batch.count)
      if batch.contains(where: { texts[$0].segments != nil }) {
        tokens.segments = batch.flatMap { texts[$0].segments ?? [Int32](repeating: 0, count: time) }
      }
      _ = try model.hidden(tokens, pass)
    }
    return texts.indices.map {
      let places = texts[$0].places
      return AttentionMaps(
        tokens: texts[$0].ids.map(tokenizer.label), second: places.count > 1 ? places[1].lowerBound : nil,
        heads: heads[$0], layers: layers[$0], paths: paths[$0])
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
