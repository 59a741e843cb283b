import Text

/// A text that grows token by token and ends before the first of its stops.
///
/// Each token costs what it adds. Bytes that may be half a character wait for the rest of it, and
/// characters that may begin a stop wait until it is clear that they do not.
struct WrittenText {
  private let tokenizer: any Tokenizer
  /// Texts that end it, none of them empty.
  private let stops: [[UInt8]]
  private let longestStop: Int
  /// Whether it continues from a text, so that its first word needs a space before it.
  private let followsText: Bool
  /// UTF-8 with U+FFFD for what is none.
  private var text: [UInt8] = []
  /// Bytes of a character that is not complete.
  private var pending: [UInt8] = []
  /// Bytes of `text` that have been handed out.
  private var shown = 0
  /// How many tokens were written.
  private(set) var tokens = 0
  /// Whether a stop was reached.
  private(set) var isStopped = false

  /// - Parameter followsText: whether tokens are before it.
  init(_ tokenizer: any Tokenizer, stops: [String], followsText: Bool = false) {
    self.tokenizer = tokenizer
    self.followsText = followsText
    self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
    longestStop = self.stops.map(\.count).max() ?? 0
  }

  /// The text so far.
  var string: String { String(decoding: text, as: UTF8.self) }

  /// Adds a token and returns what is now certain to be part of the text.
  mutating func append(_ token: Int32) -> String {
    pending += bytes(of: token)
    tokens += 1
    let complete = pending.count - Self.incompleteTail(of: pending)
    add(pending.prefix(complete))
    pending.removeFirst(complete)
    return handOut(text.count - (isStopped ? 0 : beginningOfStop()))
  }

  /// Ends the text: what waited is part of it.
  mutating func finish() -> String {
    if !isStopped { add(pending[...]) }
    pending = []
    return handOut(text.count)
  }

  /// Tokenizers that put spaces between words put none before the first of a text.
  private func bytes(of token: Int32) -> [UInt8] {
    // A model may have rows that no token of its tokenizer belongs to.
    guard token < tokenizer.vocabularySize else { return [] }
    let bytes = tokenizer.bytes(of: token)
    let space = UInt8(ascii: " ")
    guard tokens == 0, !followsText, bytes.first == space, tokenizer.decode([token]).utf8.first != space
    else {
      return bytes
    }
    return Array(bytes.dropFirst())
  }

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    let searched = max(0, text.count - longestStop + 1)
    text += String(decoding: bytes, as: UTF8.self).utf8
    guard !stops.isEmpty, searched < text.count else { return }
    for start in searched..<text.count where stops.contains(where: text[start...].starts) {
      text.removeSubrange(start...)
      isStopped = true
      return
    }
  }

  private mutating func handOut(_ end: Int) -> String {
    defer { shown = max(shown, end) }
    return end > shown ? String(decoding: text[shown..<end], as: UTF8.self) : ""
  }

  /// How many bytes at the end of the text may be the beginning of a stop.
  private func beginningOfStop() -> Int {
    stops.map { stop in
      (0..<stop.count).last { $0 <= text.count && text.suffix($0).elementsEqual(stop.prefix($0)) } ?? 0
    }.max() ?? 0
  }

  /// How many bytes at the end belong to a character that needs more of them.
  static func incompleteTail(of bytes: [UInt8]) -> Int {
    for (length, byte) in bytes.reversed().prefix(3).enumerated() where byte & 0xC0 != 0x80 {
      let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length + 1 < needed ? length + 1 : 0
    }
    return 0
  }
}
