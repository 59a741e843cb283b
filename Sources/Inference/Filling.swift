import Tensors
import Text
import Transformer

/// One prediction for a mask.
public struct FillCandidate: Codable, Sendable, Equatable {
  /// The token's text.
  public let text: String
  /// The token.
  public let id: Int32
  /// Its probability.
  public let probability: Double
}

extension LoadedModel {
  /// The most probable tokens for every `[MASK]` of a text, each predicted independently.
  ///
  /// - Returns: one list a mask, most probable first.
  /// - Throws: `InferenceError` for a decoder, for a text without a mask or longer than the context.
  public func fill(_ text: String, best count: Int = 5) throws -> [[FillCandidate]] {
    try fill([text], best: count)[0]
  }

  /// The same for several texts; those of one length are read together.
  ///
  /// - Returns: one list a text and mask.
  /// - Throws: as above, if any text is at fault; `MemoryError`.
  public func fill(_ texts: [String], best count: Int = 5) throws -> [[[FillCandidate]]] {
    try expectToFill()
    let sequences = texts.map(tokenizer.encodePrompt)
    for ids in sequences { if let reason = refusalToFill(ids) { throw InferenceError(reason) } }
    let mask = try maskToken(for: "filling")
    let places = sequences.map { ids in ids.indices.filter { ids[$0] == mask } }
    var guesses = texts.map { _ in [[FillCandidate]]() }
    // Smaller batches than elsewhere: each mask has a row as wide as the vocabulary.
    for batch in lengthBatches(sequences.map(\.count), maxTokens: 1024) {
      let inputs = batch.map { hiddenInput(sequences[$0]) }
      let time = inputs[0].count
      let all = batch.enumerated().flatMap { row, index in
        places[index].map { row * time + predictionPlace($0) }
      }
      let rows = try logProbabilities(inputs.flatMap { $0 }, batch: batch.count, at: all)
      var row = rows.makeIterator()
      for index in batch {
        guesses[index] = places[index].map { _ in best(count, of: row.next() ?? []) }
      }
    }
    return guesses
  }

  /// Refuses a model that fills no text at all.
  ///
  /// - Throws: `InferenceError` for a decoder, a model without a head, and a tokenizer without a mask token.
  package func expectToFill() throws {
    guard predicts == .hidden else {
      throw InferenceError(
        "\(descriptor.name) was trained to predict the next token, not a hidden one; use generate instead")
    }
    try expectTokenHead()
    if let reason = reasonWithoutMask { throw InferenceError(reason) }
  }

  private var reasonWithoutMask: String? {
    tokenizer.special[.mask] == nil
      ? "the tokenizer of \(descriptor.name) has no mask token, which filling needs; use generate or embed"
      : nil
  }

  /// Why a text cannot be filled; nil where it can.
  package func refusalToFill(_ text: String) -> String? { refusalToFill(tokenizer.encodePrompt(text)) }

  private func refusalToFill(_ ids: [Int32]) -> String? {
    guard let mask = tokenizer.special[.mask], let written = tokenizer.special.text(of: mask) else {
      return reasonWithoutMask
    }
    guard ids.contains(mask) else {
      return "there is no \(written) to fill; write it in place of a missing token"
    }
    return refusalOfLength(predictionOffset > 0 ? ids : input(ids))
  }

  /// The most probable tokens of a row of log probabilities, `[vocabulary]`.
  private func best(_ count: Int, of row: [Float]) -> [FillCandidate] {
    tokenizer.vocabulary.ordinaryRanges(below: row.count).joined()
      .sorted { (row[$0], $1) > (row[$1], $0) }.prefix(count)
      .map {
        FillCandidate(
          text: tokenizer.decode([Int32($0)]), id: Int32($0), probability: Double(exponential(row[$0])))
      }
  }

  /// Whether a text, with names of special tokens in it, is short enough to be read at once.
  public func fits(_ text: String) -> Bool {
    input(tokenizer.encodePrompt(text)).count <= descriptor.context
  }

  func expectFits(_ ids: [Int32]) throws {
    if let reason = refusalOfLength(ids) { throw InferenceError(reason) }
  }

  func refusalOfLength(_ ids: [Int32]) -> String? {
    ids.count <= descriptor.context
      ? nil : "the text has \(ids.count) tokens, \(descriptor.name) reads at most \(descriptor.context)"
  }
}
