import Foundation
import Text
import Transformer
import Zoo

extension LoadedModel {
  /// The vector of a text: the mean of its tokens' hidden states, `[width]`; for an imported model what its folder says
  /// (its `ImportRecord.embedding`).
  ///
  /// - Throws: `InferenceError` for an empty text or one longer than the context.
  public func embed(_ text: String) throws -> [Float] { try embed([text])[0] }

  /// The same for several texts; those of one length are read together.
  ///
  /// - Returns: one vector a text.
  /// - Throws: as above, if any text is at fault; `MemoryError`.
  public func embed(_ texts: [String]) throws -> [[Float]] {
    for text in texts { if let reason = refusalToEmbed(text) { throw InferenceError(reason) } }
    let sequences = texts.map(tokensToEmbed)
    var vectors = texts.map { _ in [Float]() }
    for batch in lengthBatches(sequences.map(\.count)) {
      let time = sequences[batch[0]].count
      let tokens = tokens(batch.flatMap { sequences[$0] }, batch: batch.count)
      let hidden = try model.hidden(tokens, .inference(context))
      let (values, width) = (hidden.values(), hidden.shape.width)  // [B, T, C]
      for (row, index) in batch.enumerated() {
        let states = values[row * time * width..<(row + 1) * time * width]
        vectors[index] = vector(of: states, width: width)
      }
    }
    return vectors
  }

  /// Why a text has no vector; nil where it has one.
  package func refusalToEmbed(_ text: String) -> String? {
    let ids = tokensToEmbed(text)
    return ids.isEmpty ? "an empty text has no vector" : refusalOfLength(ids)
  }

  /// A text as it is read for its vector. Where the folder of an imported model says how, as sentence-transformers reads
  /// it: without white space around it, and cut at its end to the tokens that are read at most.
  private func tokensToEmbed(_ text: String) -> [Int32] {
    guard let rule = imported?.embedding else { return input(tokenizer.encodePrompt(text)) }
    var text = (rule.prompt + text).trimmingCharacters(in: .whitespacesAndNewlines)
    if rule.isLowercased { text = text.lowercased() }
    let room = min(rule.maxTokens ?? descriptor.context, descriptor.context) - frame.count
    return input(tokenizer.encodePrompt(text).prefix(max(0, room)))
  }

  /// The vector of the hidden states of a text, `[time, width]`.
  private func vector(of states: ArraySlice<Float>, width: Int) -> [Float] {
    let rule = imported?.embedding ?? EmbeddingRecord(poolings: [.mean])
    let vector = rule.poolings.flatMap { $0.vector(of: states, width: width) }
    guard rule.isNormalised else { return vector }
    let norm = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
    return vector.map { $0 / max(norm, 1e-12) }
  }
}

extension EmbeddingRecord.Pooling {
  /// One vector of the states of a text, `[time, width]`.
  fileprivate func vector(of states: ArraySlice<Float>, width: Int) -> [Float] {
    let time = states.count / width
    func state(_ place: Int, _ channel: Int) -> Float { states[states.startIndex + place * width + channel] }
    func sums(_ weight: (Int) -> Float) -> [Float] {
      (0..<width).map { channel in
        (0..<time).reduce(Float(0)) { $0 + weight($1) * state($1, channel) }
      }
    }
    switch self {
    case .first: return (0..<width).map { state(0, $0) }
    case .last: return (0..<width).map { state(time - 1, $0) }
    case .max:
      return (0..<width).map { channel in (0..<time).map { state($0, channel) }.max() ?? 0 }
    case .mean: return sums { _ in 1 }.map { $0 / Float(time) }
    case .meanSquareRoot: return sums { _ in 1 }.map { $0 / Float(time).squareRoot() }
    case .weightedMean:
      return sums { Float($0 + 1) }.map { $0 / Float(time * (time + 1) / 2) }
    }
  }
}
