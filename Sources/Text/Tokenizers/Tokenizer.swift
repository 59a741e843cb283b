/// Turns text into token ids and back. Ids below `SpecialTokens.count` are the special tokens.
public protocol Tokenizer: Sendable {
  /// The name in descriptors: `"bytes"`, `"characters"`, `"byte-bpe"` or `"wordpiece"`.
  var kind: String { get }
  /// How many ids there are, special tokens included.
  var vocabularySize: Int { get }
  /// Whether decoding gives back the very bytes that were encoded. For `"characters"` this holds for text
  /// that consists of known characters.
  var isLossless: Bool { get }
  /// The tokens of a text. Special tokens are never added or recognised; the only one that can come out is
  /// `[UNK]`.
  func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32]
  /// Like `encode`, but `"[MASK]"` and the other names of special tokens in the text become those tokens.
  func encodePrompt(_ text: String) -> [Int32]
  /// A prompt as a model goes on from it. Where words carry the space before them, white space at its end
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
  /// The tokens of a text, which holds no special ones.
  public func encode(_ text: String) -> [Int32] {
    var text = text
    return text.withUTF8 { encode($0) }
  }

  public func encodePrompt(_ text: String) -> [Int32] {
    PromptPart.parts(of: text).flatMap { part in
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
      bytes += SpecialTokens.contains(id) ? Array(SpecialTokens.names[Int(id)].utf8) : self.bytes(of: id)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func label(of id: Int32) -> String {
    SpecialTokens.contains(id) ? SpecialTokens.names[Int(id)] : visibleForm(of: bytes(of: id))
  }
}

/// Bytes as something that can be read in a table.
func visibleForm(of bytes: [UInt8]) -> String {
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

  /// Cuts a prompt at the names of special tokens.
  static func parts(of prompt: String) -> [PromptPart] {
    let bytes = Array(prompt.utf8)
    let names = SpecialTokens.names.map { Array($0.utf8) }
    var parts: [PromptPart] = []
    var (start, place) = (0, 0)
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "["),
        let found = names.firstIndex(where: { bytes[place...].starts(with: $0) })
      {
        if start < place { parts.append(.text(Array(bytes[start..<place]))) }
        parts.append(.special(Int32(found)))
        place += names[found].count
        start = place
      } else {
        place += 1
      }
    }
    if start < bytes.count { parts.append(.text(Array(bytes[start...]))) }
    return parts
  }
}
