/// Turns tokens into text, as a list of texts that are joined at the end: the entry `decoder` of a file.
protocol DecoderPart: Sendable {
  func decode(_ tokens: [[UInt8]]) -> [[UInt8]]
}

/// Reads the entry `decoder`.
enum DecoderParts {
  static let names = [
    "BPEDecoder", "ByteFallback", "ByteLevel", "CTC", "Fuse", "Metaspace", "Replace", "Sequence", "Strip",
    "WordPiece",
  ]

  /// The parts in order, those of sequences one by one.
  static func read(_ reader: PartReader) -> [any DecoderPart] {
    guard let type = reader.type(names) else { return [] }
    switch type {
    case "BPEDecoder":
      reader.checkKeys(["suffix"])
      return [BPEDecoder(suffix: Array(reader.text("suffix").utf8))]
    case "ByteFallback":
      reader.checkKeys([])
      return [ByteFallback()]
    case "ByteLevel":
      reader.checkKeys(["add_prefix_space", "trim_offsets", "use_regex"])
      return [ByteLevelDecoder()]
    case "CTC":
      reader.problems.add(reader.path, "is a decoder of speech models, which this program has not")
      return []
    case "Fuse":
      reader.checkKeys([])
      return [Fuse()]
    case "Metaspace": return Metaspace(reader).map { [$0] } ?? []
    case "Replace":
      reader.checkKeys(["pattern", "content"])
      guard let pattern = TextPattern(reader, "pattern") else { return [] }
      return [ReplaceDecoder(pattern: pattern, content: Array(reader.text("content").utf8))]
    case "Strip":
      reader.checkKeys(["content", "start", "stop"])
      let content = reader.text("content").unicodeScalars
      guard content.count == 1, let first = content.first else {
        reader.problems.add(reader.path + ".content", found: reader.value["content"], "is not one character")
        return []
      }
      return [
        StripDecoder(
          content: first.value, start: reader.integer("start", 0...1_000_000),
          stop: reader.integer("stop", 0...1_000_000))
      ]
    case "WordPiece":
      reader.checkKeys(["prefix", "cleanup"])
      return [WordPieceDecoder(prefix: Array(reader.text("prefix").utf8), cleans: reader.flag("cleanup"))]
    default:
      reader.checkKeys(["decoders"])
      return reader.parts("decoders").flatMap(read)
    }
  }
}

/// The byte of a token such as `<0x0A>`.
func fallbackByte(_ token: [UInt8]) -> UInt8? {
  guard token.count == 6, token.starts(with: "<0x".utf8), token[5] == UInt8(ascii: ">") else { return nil }
  return UInt8(String(decoding: token[3..<5], as: UTF8.self), radix: 16)
}

/// A text with every occurrence of another replaced.
func replacing(_ wanted: some Collection<UInt8>, by content: some Collection<UInt8>, in text: [UInt8])
  -> [UInt8]
{
  guard !wanted.isEmpty, text.count >= wanted.count else { return text }
  var (result, place) = ([UInt8](), 0)
  while place < text.count {
    if text[place...].starts(with: wanted) {
      result += content
      place += wanted.count
    } else {
      result.append(text[place])
      place += 1
    }
  }
  return result
}
