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
    var marksKeepOrder = true
    var new = text
    new.rewriteScalars { value, new in rewrite(value, &new, &marksKeepOrder) }
    if marksKeepOrder {
      text = new
    } else {
      normaliseInSteps(&text)
    }
  }

  /// Everything that becomes of one scalar.
  ///
  /// - Parameter marksKeepOrder: becomes false where marks stay that the normal form may put into another order.
  @inline(__always)
  private func rewrite(_ value: UInt32, _ new: inout ReplacedScalars, _ marksKeepOrder: inout Bool) {
    var value = value
    if cleansText {
      if Self.isRemoved(value) { return }
      if isWhiteSpace(value) { value = 0x20 }
    }
    let standsAlone = separatesIdeographs && Self.isIdeograph(value)
    if standsAlone { new.append(0x20) }
    if !stripsAccents || value < 0xC0 {
      appendLowered(value, &new)
    } else if value &- 0xAC00 < 11_172 {
      let index = value - 0xAC00
      new.append(0x1100 + index / 588)
      new.append(0x1161 + index % 588 / 28)
      if index % 28 > 0 { new.append(0x11A7 + index % 28) }
    } else if let parts = CanonicalForms.canonical.decomposition(of: value) {
      for part in parts { appendStripped(part, &new, &marksKeepOrder) }
    } else {
      appendStripped(value, &new, &marksKeepOrder)
    }
    if standsAlone { new.append(0x20) }
  }

  @inline(__always)
  private func appendStripped(_ value: UInt32, _ new: inout ReplacedScalars, _ marksKeepOrder: inout Bool) {
    if Self.isAccent(value) { return }
    if CanonicalForms.combiningClass(value) != 0 { marksKeepOrder = false }
    appendLowered(value, &new)
  }

  @inline(__always)
  private func appendLowered(_ value: UInt32, _ new: inout ReplacedScalars) {
    if lowers { SmallLetters.append(value, to: &new) } else { new.append(value) }
  }

  /// The same step by step, for texts with marks that the normal form may put into another order.
  func normaliseInSteps(_ text: inout AlignedText) {
    let first = BertNormalizer(
      cleansText: cleansText, separatesIdeographs: separatesIdeographs, stripsAccents: false, lowers: false)
    first.normalise(&text)
    NormalForm(composes: false, isCompatible: false).normalise(&text)
    text.filter { !Self.isAccent($0) }
    if lowers { Lowercase().normalise(&text) }
  }

  @inline(__always)
  private static func isAccent(_ value: UInt32) -> Bool {
    CategoryTable.unicode8.contains(value, .init(.nonspacingMark))
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

  @inline(__always)
  private static func isRemoved(_ value: UInt32) -> Bool {
    if value == 0x09 || value == 0x0A || value == 0x0D { return false }
    return value == 0 || value == 0xFFFD || CategoryTable.unicode8.contains(value, controls)
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
