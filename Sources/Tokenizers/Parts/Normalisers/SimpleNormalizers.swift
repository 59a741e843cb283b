/// Unicode's normal forms: NFC, NFD, NFKC and NFKD.
struct NormalForm: NormaliserPart {
  let composes: Bool
  let isCompatible: Bool

  func normalise(_ text: inout AlignedText) {
    guard !text.bytes.withUnsafeBufferPointer({ isASCII($0) }) else { return }
    let forms = isCompatible ? CanonicalForms.compatible : CanonicalForms.canonical
    let values = scalars(of: text.bytes)
    if values.allSatisfy({ forms.stays($0, composes: composes) }) { return }
    var rewriter = TextRewriter(text)
    for (value, change) in forms.normalised(values, composes: composes) {
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
    text.rewriteScalars { value, new in SmallLetters.append(value, to: &new) }
  }
}

/// The small letters of scalars.
enum SmallLetters {
  /// What is added to a scalar's number; `Int32.max` where it becomes more than one.
  private static let differences = ScalarPages<Int32> { start in
    (start..<start + 256).map { value in
      guard let properties = Unicode.Scalar(value)?.properties, properties.changesWhenLowercased else {
        return 0
      }
      let lower = properties.lowercaseMapping.unicodeScalars
      return lower.count == 1 ? Int32(lower.first?.value ?? value) - Int32(value) : .max
    }
  }

  /// Appends a scalar as a small letter.
  @inline(__always)
  static func append(_ value: UInt32, to new: inout ReplacedScalars) {
    if value < 0x80 { return new.append(value &- 65 < 26 ? value | 0x20 : value) }
    let difference = differences[value]
    if difference != .max { return new.append(UInt32(Int32(value) + difference)) }
    for lower in Unicode.Scalar(value)?.properties.lowercaseMapping.unicodeScalars ?? "".unicodeScalars {
      new.append(lower.value)
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
    text.rewriteScalars { value, new in
      switch value {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: break
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
        new.append(0x20)
      default: new.append(value)
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
