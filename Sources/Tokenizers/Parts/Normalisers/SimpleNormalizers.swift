/// Unicode's normal forms: NFC, NFD, NFKC and NFKD.
struct NormalForm: NormaliserPart {
  let composes: Bool
  let isCompatible: Bool

  func normalise(_ text: inout AlignedText) {
    guard !text.bytes.withUnsafeBufferPointer({ isASCII($0) }) else { return }
    let forms = isCompatible ? CanonicalForms.compatible : CanonicalForms.canonical
    var rewriter = TextRewriter(text)
    for (value, change) in forms.normalised(scalars(of: text.bytes), composes: composes) {
      rewriter.append(value, change: change)
    }
    text = rewriter.finish()
  }
}

/// Small letters, scalar by scalar: what follows never matters, so that a final sigma is none.
struct Lowercase: NormaliserPart {
  func normalise(_ text: inout AlignedText) {
    if text.bytes.withUnsafeBufferPointer({ isASCII($0) }) {
      for place in text.bytes.indices where text.bytes[place] &- 65 < 26 { text.bytes[place] |= 0x20 }
      return
    }
    text.mapScalars { value, emit in
      if value < 0x80 {
        emit(value &- 65 < 26 ? value | 0x20 : value)
      } else if let scalar = Unicode.Scalar(value) {
        for lower in scalar.properties.lowercaseMapping.unicodeScalars { emit(lower.value) }
      }
    }
  }
}

/// Removes marks of every kind.
struct StripAccents: NormaliserPart {
  func normalise(_ text: inout AlignedText) {
    guard !text.bytes.withUnsafeBufferPointer({ isASCII($0) }) else { return }
    text.filter { !CategoryTable.unicode9.contains($0, .marks) }
  }
}

/// Removes white space at the ends of a text.
struct Strip: NormaliserPart {
  let left: Bool
  let right: Bool

  func normalise(_ text: inout AlignedText) { text.strip(left: left, right: right) }
}

/// Puts a text before every text that is not empty.
struct Prepend: NormaliserPart {
  let text: [UInt8]

  func normalise(_ text: inout AlignedText) { text.prepend(self.text) }
}

/// Replaces what a pattern finds.
struct Replace: NormaliserPart {
  let pattern: TextPattern
  let content: [UInt8]

  func normalise(_ text: inout AlignedText) {
    var parts: [Range<Int>] = []
    guard !text.bytes.isEmpty else { return }
    text.bytes.withUnsafeBufferPointer { bytes in pattern.forEachMatch(in: bytes) { parts.append($0) } }
    text.replace(parts, by: content)
  }
}

/// The cleaning of SentencePiece's rule `nmt`: control characters go, unusual white space becomes a space.
struct Nmt: NormaliserPart {
  func normalise(_ text: inout AlignedText) {
    text.filter { value in
      switch value {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: false
      default: true
      }
    }
    text.mapScalars { value, emit in
      switch value {
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: emit(0x20)
      default: emit(value)
      }
    }
  }
}

/// Writes every byte as the character that stands for it.
struct ByteLevelNormalizer: NormaliserPart {
  func normalise(_ text: inout AlignedText) {
    text = ByteCharacters.written(text, [0..<text.bytes.count]).text
  }
}
