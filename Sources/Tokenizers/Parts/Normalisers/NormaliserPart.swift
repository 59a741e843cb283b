/// Changes a text before it is cut into words: the entry `normalizer` of a file.
protocol NormaliserPart: Sendable {
  func normalise(_ text: inout AlignedText)
}

/// Some, one after the other.
struct NormaliserSequence: NormaliserPart {
  let parts: [any NormaliserPart]

  func normalise(_ text: inout AlignedText) {
    for part in parts { part.normalise(&text) }
  }
}

/// Reads the entry `normalizer`.
enum NormaliserParts {
  static let names = [
    "BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "Precompiled", "Prepend",
    "Replace", "Sequence", "Strip", "StripAccents",
  ]

  /// - Returns: nil, with a problem, for what cannot be read.
  static func read(_ reader: PartReader) -> (any NormaliserPart)? {
    guard let type = reader.type(names + ["Bert"]) else { return nil }
    switch type {
    case "BertNormalizer", "Bert":
      reader.checkKeys(["clean_text", "handle_chinese_chars", "strip_accents", "lowercase"])
      let lowercase = reader.flag("lowercase")
      return BertNormalizer(
        cleansText: reader.flag("clean_text"), separatesIdeographs: reader.flag("handle_chinese_chars"),
        stripsAccents: reader.flag("strip_accents", default: lowercase), lowers: lowercase)
    case "ByteLevel":
      reader.checkKeys([])
      return ByteLevelNormalizer()
    case "Lowercase":
      reader.checkKeys([])
      return Lowercase()
    case "NFC", "NFD", "NFKC", "NFKD":
      reader.checkKeys([])
      return NormalForm(composes: type.hasSuffix("C"), isCompatible: type.contains("K"))
    case "Nmt":
      reader.checkKeys([])
      return Nmt()
    case "Precompiled":
      reader.checkKeys(["precompiled_charsmap"])
      return Precompiled(reader)
    case "Prepend":
      reader.checkKeys(["prepend"])
      return Prepend(text: Array(reader.text("prepend").utf8))
    case "Replace":
      reader.checkKeys(["pattern", "content"])
      guard let pattern = TextPattern(reader, "pattern") else { return nil }
      return Replace(pattern: pattern, content: Array(reader.text("content").utf8))
    case "Strip":
      reader.checkKeys(["strip_left", "strip_right"])
      return Strip(left: reader.flag("strip_left"), right: reader.flag("strip_right"))
    case "StripAccents":
      reader.checkKeys([])
      return StripAccents()
    default:
      reader.checkKeys(["normalizers"])
      return NormaliserSequence(parts: reader.parts("normalizers").compactMap(read))
    }
  }
}
