import Tensors
import Text
import Transformer

/// One guess at a masked place.
public struct FillCandidate: Codable, Sendable, Equatable {
  /// The token's text.
  public let text: String
  /// The token.
  public let id: Int32
  /// Its probability.
  public let probability: Double
}

extension LoadedModel {
  /// The most probable tokens at every `[MASK]` of a text, each place by itself.
  ///
  /// - Returns: one list a mask, most probable first.
  /// - Throws: `InferenceError` for a decoder, for a text without a mask or longer than the context.
  public func fill(_ text: String, best count: Int = 5) throws -> [[FillCandidate]] {
    guard model.mask.seesFuture else {
      throw InferenceError(
        "\(descriptor.name) reads from left to right and cannot see what follows a mask; use generate for it")
    }
    let ids = tokenizer.encodePrompt(text)
    let places = ids.indices.filter { ids[$0] == SpecialTokens.mask }
    guard !places.isEmpty else {
      throw InferenceError("the text has no [MASK] to fill; write it where a token is missing")
    }
    try expectFits(ids)
    return try logProbabilities(ids, at: places).map { row in
      row.indices.dropFirst(SpecialTokens.count).filter { $0 < tokenizer.vocabularySize }
        .sorted { (row[$0], $1) > (row[$1], $0) }.prefix(count)
        .map {
          FillCandidate(
            text: tokenizer.decode([Int32($0)]), id: Int32($0), probability: Double(exponential(row[$0])))
        }
    }
  }

  /// The mean of the contextual vectors of a text, `[width]`.
  ///
  /// - Throws: `InferenceError` for an empty text or one longer than the context.
  public func embed(_ text: String) throws -> [Float] {
    let ids = input(tokenizer.encodePrompt(text))
    guard !ids.isEmpty else { throw InferenceError("an empty text has no vector") }
    try expectFits(ids)
    let hidden = try model.hidden(TokenBatch(ids: ids, batch: 1, time: ids.count), .inference(context))
    let (values, width) = (hidden.values(), hidden.shape.width)  // [1, T, C]
    return (0..<width).map { channel in
      ids.indices.reduce(Float(0)) { $0 + values[$1 * width + channel] } / Float(ids.count)
    }
  }

  /// Whether a text, with names of special tokens in it, is short enough to be read at once.
  public func fits(_ text: String) -> Bool {
    input(tokenizer.encodePrompt(text)).count <= descriptor.context
  }

  func expectFits(_ ids: [Int32]) throws {
    guard ids.count <= descriptor.context else {
      throw InferenceError(
        "the text has \(ids.count) tokens, \(descriptor.name) reads at most \(descriptor.context)")
    }
  }
}
