/// Turns text into token ids and back.
public protocol Tokenizer: Sendable {
  /// The name in descriptors, such as `"byte-bpe"`.
  var kind: String { get }
  /// How many ids there are, special tokens included.
  var vocabularySize: Int { get }
  /// Its tokens that stand for no text, with the roles that they have.
  var special: SpecialTokens { get }
  /// Which of these are put around texts. By default a start token where the model knows one, and a separator between two.
  var template: any Template { get }
  /// Whether decoding gives back the very bytes that were encoded. For `"characters"` this holds for text
  /// that consists of known characters.
  var isLossless: Bool { get }
  /// The tokens of a text. Special tokens are never added or recognised; the only one that can come out is
  /// the one with the role `unknown`.
  func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32]
  /// Like `encode`, but `"[MASK]"` and the other names of special tokens in the text become those tokens.
  func encodePrompt(_ text: String) -> [Int32]
  /// A prompt as a model continues from it. Where words carry the space before them, white space at its end
  /// belongs to the next word and is left out; to other tokenizers it is text like any other.
  func promptToContinue(_ prompt: String) -> String
  /// The text of tokens, special tokens by name. Bytes that are not UTF-8, as half a character gives, show
  /// as U+FFFD.
  ///
  /// - Precondition: every id is below `vocabularySize`.
  func decode(_ ids: [Int32]) -> String
  /// The content bytes of a token; none for a special token.
  ///
  /// - Precondition: the id is below `vocabularySize`.
  func bytes(of id: Int32) -> [UInt8]
  /// A short visible form of a token, for pictures and tables: a space shows as `␣`, a line end as `⏎`, a
  /// byte that is no character of its own as two hexadecimal digits.
  func label(of id: Int32) -> String
}

extension Tokenizer {
  public var template: any Template { PlainTemplate() }

  /// All ids.
  public var vocabulary: Vocabulary { Vocabulary(size: vocabularySize, special: special) }

  /// The tokens of a text, which holds no special ones.
  public func encode(_ text: String) -> [Int32] {
    var text = text
    return text.withUTF8 { encode($0) }
  }

  public func encodePrompt(_ text: String) -> [Int32] {
    PromptPart.parts(of: text, special).flatMap { part in
      switch part {
      case .text(let bytes): bytes.withUnsafeBufferPointer { encode($0) }
      case .special(let id): [id]
      }
    }
  }

  public func promptToContinue(_ prompt: String) -> String { prompt }

  public func decode(_ ids: [Int32]) -> String {
    var bytes: [UInt8] = []
    for id in ids {
      bytes += special.text(of: id).map { Array($0.utf8) } ?? self.bytes(of: id)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func label(of id: Int32) -> String {
    special.text(of: id) ?? visibleForm(of: bytes(of: id))
  }
}

/// Bytes as something that can be read in a table.
package func visibleForm(of bytes: [UInt8]) -> String {
  bytes.withUnsafeBufferPointer { buffer in
    var form = ""
    var place = 0
    while place < buffer.count {
      guard let (value, length) = decodeScalar(in: buffer, at: place), let scalar = Unicode.Scalar(value)
      else {
        form += hexadecimal(buffer[place..<place + 1], upper: true)
        place += 1
        continue
      }
      switch value {
      case 0x20: form += "␣"
      case 0x0A: form += "⏎"
      case 0x0D: form += "␍"
      case 0x09: form += "⇥"
      case 0..<0x20, 0x7F: form += hexadecimal(buffer[place..<place + 1], upper: true)
      default: form.unicodeScalars.append(scalar)
      }
      place += length
    }
    return form
  }
}

/// A piece of a prompt: text, or a special token that was written by name.
enum PromptPart {
  case text([UInt8])
  case special(Int32)

  /// Cuts a prompt at the written forms of special tokens; of several that begin at one place the longest counts.
  static func parts(of prompt: String, _ special: SpecialTokens) -> [PromptPart] {
    let bytes = Array(prompt.utf8)
    let names = special.tokens.map { (id: $0.id, text: Array($0.text.utf8)) }
      .sorted { $0.text.count > $1.text.count }
    var isFirst = [Bool](repeating: false, count: 256)
    for name in names { isFirst[Int(name.text[0])] = true }
    var parts: [PromptPart] = []
    var (start, place) = (0, 0)
    while place < bytes.count {
      if isFirst[Int(bytes[place])], let found = names.first(where: { bytes[place...].starts(with: $0.text) })
      {
        if start < place { parts.append(.text(Array(bytes[start..<place]))) }
        parts.append(.special(found.id))
        place += found.text.count
        start = place
      } else {
        place += 1
      }
    }
    if start < bytes.count { parts.append(.text(Array(bytes[start...]))) }
    return parts
  }
}
