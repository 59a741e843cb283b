import Tensors
import Text
import Transformer
import Zoo

/// A text with labels as a model reads it: tokens, and the spans that have labels.
public struct LabelledExample: Sendable, Equatable {
  /// Tokens, a start token first where the model was trained with one.
  public let ids: [Int32]
  /// Which of two texts each token belongs to; nil for one text.
  public let segments: [Int32]?
  /// The tokens that each label belongs to: all content for one or two texts, the tokens of each word for words.
  public let spans: [Range<Int>]
  /// The class of each span.
  public let targets: [Int32]
  /// The class of every label of the text; more than `targets` where the text was cut.
  public let wanted: [Int32]
  /// Whether the text is longer than the model reads.
  public let isCut: Bool
}

/// Encodes labelled texts for one model.
public struct LabelledEncoder {
  /// What needs special tokens, for errors.
  private static let user = "the model to fine-tune"

  private let tokenizer: any Tokenizer
  private let startsWithToken: Bool
  private let context: Int
  private let classes: [String: Int32]

  /// An encoder for a model's tokenizer and context.
  ///
  /// - Parameters:
  ///   - tokenizer: the tokenizer of the model.
  ///   - startsWithToken: true: a text begins with the start token.
  ///   - context: the maximum number of tokens.
  ///   - labels: every label, in the order of the classes.
  public init(_ tokenizer: any Tokenizer, startsWithToken: Bool, context: Int, labels: [String]) {
    self.tokenizer = tokenizer
    self.startsWithToken = startsWithToken
    self.context = context
    classes = Dictionary(uniqueKeysWithValues: zip(labels, 0..<Int32(labels.count)))
  }

  /// A text as tokens. What is longer than the context is cut: a text at its end, of two texts the longer
  /// one, and of words those that do not fit.
  ///
  /// - Throws: `TextError` for a text or a word without tokens, for a label that is none of the classes, and
  ///   for a first word that is longer than the context.
  public func encode(_ text: LabelledText, _ form: LabelledTexts.Form) throws -> LabelledExample {
    let parts = try text.parts.map { part in
      let ids = tokenizer.encode(part)
      if ids.isEmpty { throw fault(text, "\"\(part)\" has no tokens", "leave it out") }
      return ids
    }
    let wanted = try text.labels.map { label in
      guard let number = classes[label] else {
        throw fault(text, "no class is called \"\(label)\"", "correct it")
      }
      return number
    }
    switch form {
    case .classification: return try whole(cut(parts, room: room), wanted, isCut: parts[0].count > room)
    case .pairs:
      let kept = cut(parts, room: room - frame.between.count)
      return try whole(kept, wanted, isCut: kept != parts)
    case .tagging: return try words(parts, wanted, text)
    }
  }

  /// Tokens of content that the model reads.
  private var room: Int { context - frame.before.count - frame.after.count }
  private var frame: TemplateFrame { tokenizer.template.frame(startsWithToken: startsWithToken) }

  /// The special tokens of a part of the frame.
  private func tokens(_ roles: [SpecialRole]) throws -> [Int32] {
    try roles.map { try tokenizer.special.id($0, for: Self.user) }
  }

  /// Shortens the longest part token by token until all fit.
  ///
  /// - Source: Devlin et al., "BERT", 2019 (its code for pairs).
  private func cut(_ parts: [[Int32]], room: Int) -> [[Int32]] {
    var lengths = parts.map(\.count)
    while lengths.reduce(0, +) > max(parts.count, room) {
      let longest = lengths.indices.max { (lengths[$0], -$0) < (lengths[$1], -$1) } ?? 0
      lengths[longest] -= 1
    }
    return zip(parts, lengths).map { Array($0.prefix($1)) }
  }

  /// One span over everything; a separator is between two texts.
  private func whole(_ parts: [[Int32]], _ wanted: [Int32], isCut: Bool) throws -> LabelledExample {
    let framed = try tokenizer.framed(parts, startsWithToken: startsWithToken, for: Self.user)
    let span = framed.places[0].lowerBound..<framed.places[parts.count - 1].upperBound
    return LabelledExample(
      ids: framed.ids, segments: framed.segments, spans: [span], targets: wanted, wanted: wanted,
      isCut: isCut)
  }

  /// A span a word, as far as whole words fit.
  private func words(_ words: [[Int32]], _ wanted: [Int32], _ text: LabelledText) throws -> LabelledExample {
    let end = try tokens(frame.after)
    var ids = try tokens(frame.before)
    var spans: [Range<Int>] = []
    for word in words {
      guard ids.count + word.count + end.count <= context else { break }
      spans.append(ids.count..<ids.count + word.count)
      ids += word
    }
    guard !spans.isEmpty else {
      throw fault(
        text, "\"\(text.parts[0])\" has \(words[0].count) tokens, the model reads \(room)",
        "leave the text out")
    }
    return LabelledExample(
      ids: ids + end, segments: nil, spans: spans, targets: Array(wanted.prefix(spans.count)), wanted: wanted,
      isCut: spans.count < words.count)
  }

  private func fault(_ text: LabelledText, _ reason: String, _ suggestion: String) -> TextError {
    TextError(
      place: text.place.isEmpty ? "a labelled text" : text.place, reason: reason, suggestion: suggestion)
  }
}

extension TokenBatch {
  /// Examples side by side, the shorter ones padded, and all their spans in rising order.
  ///
  /// What fills a sequence is its own first token: no position sees it, so any id will do.
  static func padded(_ examples: [LabelledExample]) -> (tokens: TokenBatch, spans: [Range<Int>]) {
    let lengths = examples.map(\.ids.count)
    let time = lengths.max() ?? 0
    func filled(_ values: [Int32], _ filler: Int32) -> [Int32] {
      values + [Int32](repeating: filler, count: time - values.count)
    }
    let hasSegments = examples.contains { $0.segments != nil }
    let tokens = TokenBatch(
      ids: examples.flatMap { filled($0.ids, $0.ids.first ?? 0) }, batch: examples.count, time: time,
      segments: hasSegments ? examples.flatMap { filled($0.segments ?? [], 0) } : nil,
      lengths: lengths.allSatisfy { $0 == time } ? nil : lengths)
    let spans = examples.enumerated().flatMap { row, example in
      example.spans.map { $0.lowerBound + row * time..<$0.upperBound + row * time }
    }
    return (tokens, spans)
  }
}
