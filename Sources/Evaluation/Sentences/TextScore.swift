/// How probable a text is by one measure, token by token.
public struct TextScore: Encodable, Sendable, Equatable {
  /// The log probability of the text, in nats; of tokens that have one.
  public let sum: Double
  /// The same for each token that has one.
  public let perToken: Double
  /// The same for each word, which is what stands between white space.
  public let perWord: Double
  /// The same for each byte of UTF-8.
  public let perByte: Double
  /// The surprisal of each token, in nats; nil for a first token that nothing is before.
  public let surprisals: [Double?]

  /// - Parameter nats: the negative log probability of each token of the text; NaN for one that has none.
  init(_ nats: [Double], _ text: SentenceTokens, lacksFirst: Bool) {
    let counted = nats.dropFirst(lacksFirst && text.scored.lowerBound == 0 ? 1 : 0)
    let sum = -counted.reduce(0, +)
    func per(_ count: Int) -> Double { sum / Double(max(1, count)) }
    self.sum = sum
    (perToken, perWord, perByte) = (per(counted.count), per(text.words.count), per(text.bytes))
    surprisals = [Double?](repeating: nil, count: nats.count - counted.count) + counted.map { $0 }
  }
}
