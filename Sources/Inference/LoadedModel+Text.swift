import Foundation

// Loops over the vocabulary for one place of a text. They stand here because evaluations are not optimised
// (docs/building.md).
extension LoadedModel {
  /// −log softmax of a token's logit, in nats.
  ///
  /// - Parameters:
  ///   - token: the token.
  ///   - logits: `[vocabulary]`.
  ///   - amongAll: whether the sum is over all ids, or over the tokens that stand for text.
  package func negativeLogProbability(of token: Int32, _ logits: [Float], amongAll: Bool) -> Double {
    let real = amongAll ? [0..<logits.count] : tokenizer.vocabulary.ordinaryRanges(below: logits.count)
    let highest = real.lazy.compactMap { logits[$0].max() }.max() ?? 0
    let sum = real.reduce(0.0) { sum, range in logits[range].reduce(sum) { $0 + exp(Double($1 - highest)) } }
    return Double(highest) + log(sum) - Double(logits[Int(token)])
  }

  /// Log probabilities as probabilities, shared among the tokens that stand for text.
  ///
  /// - Parameter row: `[vocabulary]` or longer, log probabilities.
  /// - Returns: `[vocabulary]`; special tokens have 0, the others add up to 1.
  package func textProbabilities(_ row: [Float]) -> [Double] {
    var probabilities = [Double](repeating: 0, count: tokenizer.vocabularySize)
    for token in tokenizer.vocabulary.ordinaryRanges(below: row.count).joined() {
      probabilities[token] = exp(Double(row[token]))
    }
    let total = probabilities.reduce(0, +)
    return probabilities.map { $0 / total }
  }
}
