/// The hidden state of a span that a classification head reads.
public enum Pooling: String, CaseIterable, Codable, Sendable {
  /// That of the first token. In a decoder it has read nothing but itself (and what is before the span).
  case first
  /// That of the last token: the one that has read the whole span in a decoder.
  case last
  /// The mean of all.
  case mean

  /// The tokens of a span that are read, `span` not empty.
  func range(in span: Range<Int>) -> Range<Int> {
    switch self {
    case .first: span.lowerBound..<span.lowerBound + 1
    case .last: span.upperBound - 1..<span.upperBound
    case .mean: span
    }
  }
}
