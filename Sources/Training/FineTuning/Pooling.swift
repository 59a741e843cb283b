/// The hidden state of a span that a classification head reads.
public enum Pooling: String, CaseIterable, Codable, Sendable {
  /// That of the first token. In a decoder it has read nothing but itself (and what is before the span).
  case first
  /// That of the last token: the one that has read the whole span in a decoder.
  case last
  /// The mean of all.
  case mean
  /// What the model's pooler makes of the first position of the sequence, such as `[CLS]`, in a model that has one.
  case pooler
  /// That of the first position of the sequence, such as `[CLS]`.
  case start

  /// Those that every model has.
  public static let general: [Pooling] = [.first, .last, .mean]

  /// The flat positions that are read for a span, which is not empty, in sequences of `time` tokens.
  func range(in span: Range<Int>, time: Int) -> Range<Int> {
    switch self {
    case .pooler, .start: span.lowerBound / time * time..<span.lowerBound / time * time + 1
    case .first: span.lowerBound..<span.lowerBound + 1
    case .last: span.upperBound - 1..<span.upperBound
    case .mean: span
    }
  }
}
