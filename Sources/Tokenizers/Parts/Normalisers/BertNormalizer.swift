/// BERT's cleaning: control characters go, white space becomes a space, ideographs stand between spaces, accents go,
/// letters become small. Its Unicode is version 8.
///
/// - Source: Devlin et al., "BERT", 2019, `BasicTokenizer`.
struct BertNormalizer: NormaliserPart {
  let cleansText: Bool
  let separatesIdeographs: Bool
  let stripsAccents: Bool
  let lowers: Bool

  func normalise(_ text: inout AlignedText) {
    if text.spans == nil, text.bytes.withUnsafeBufferPointer({ isASCII($0) }) { return normaliseASCII(&text) }
    if cleansText {
      text.filter { value in
        value != 0 && value != 0xFFFD && !Self.isControl(value)
      }
      text.mapScalars { value, emit in emit(isWhiteSpace(value) ? 0x20 : value) }
    }
    if separatesIdeographs { separateIdeographs(&text) }
    if stripsAccents {
      NormalForm(composes: false, isCompatible: false).normalise(&text)
      text.filter { !CategoryTable.unicode8.contains($0, .init(.nonspacingMark)) }
    }
    if lowers { Lowercase().normalise(&text) }
  }

  private func normaliseASCII(_ text: inout AlignedText) {
    var (from, to) = (0, 0)
    let (cleansText, lowers) = (cleansText, lowers)
    var begins = text.beginsAtStart
    text.bytes.withUnsafeMutableBufferPointer { bytes in
      while from < bytes.count {
        var byte = bytes[from]
        from += 1
        if cleansText {
          if byte < 0x20 {
            guard byte == 0x09 || byte == 0x0A || byte == 0x0D else {
              if to == 0 { begins = false }
              continue
            }
            byte = 0x20
          } else if byte == 0x7F {
            if to == 0 { begins = false }
            continue
          }
        }
        if lowers, byte &- 65 < 26 { byte |= 0x20 }
        bytes[to] = byte
        to += 1
      }
    }
    text.bytes.removeLast(text.bytes.count - to)
    text.beginsAtStart = begins
  }

  private static let controls = CategoryTable.Categories([.control, .format, .surrogate, .privateUse])

  private static func isControl(_ value: UInt32) -> Bool {
    if value == 0x09 || value == 0x0A || value == 0x0D { return false }
    return CategoryTable.unicode8.contains(value, controls)
  }

  private func separateIdeographs(_ text: inout AlignedText) {
    let old = scalars(of: text.bytes)
    guard old.contains(where: Self.isIdeograph) else { return }
    var rewriter = TextRewriter(text)
    for value in old {
      if Self.isIdeograph(value) {
        rewriter.append(0x20, change: 0)
        rewriter.append(value, change: 1)
        rewriter.append(0x20, change: 1)
      } else {
        rewriter.append(value, change: 0)
      }
    }
    text = rewriter.finish()
  }

  private static func isIdeograph(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
