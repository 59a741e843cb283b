import Foundation

/// The normal forms NFD, NFC, NFKD and NFKC of Unicode 9, which is what the `tokenizers` package has: the system's
/// forms are younger, and scalars that came later must stay as they are.
///
/// - Source: Unicode Standard Annex 15.
final class CanonicalForms: Sendable {
  static let canonical = CanonicalForms(isCompatible: false)
  static let compatible = CanonicalForms(isCompatible: true)

  /// The full decompositions of scalars that have one, but for Hangul syllables, one after the other.
  private let parts: [UInt32]
  /// Where a scalar's decomposition is in `parts`; empty for one that has none.
  private let decompositions: ScalarPages<Range<UInt32>>
  /// Whether a scalar is the same, and does nothing to its neighbours, when a text is decomposed and when it is composed.
  private let stays: ScalarPages<Stays>

  private struct Stays: OptionSet, Hashable {
    let rawValue: UInt8
    static let decomposed = Stays(rawValue: 1)
    static let composed = Stays(rawValue: 2)
  }

  /// What two scalars become together.
  private let compositions: [UInt64: UInt32]
  private static let version = (major: 9, minor: 0)

  private static let canonicalRanges: [ClosedRange<UInt32>] = [
    0xC0...0x2FFF, 0x3040...0x30FF, 0xF900...0xFB4F, 0x11000...0x11FFF, 0x1D15E...0x1D1FF, 0x2F800...0x2FA1F,
  ]
  private static let compatibleRanges: [ClosedRange<UInt32>] = [
    0xA0...0x33FF, 0xA640...0xAB6F, 0xF900...0xFFFF, 0x10780...0x107BF, 0x11000...0x11FFF, 0x1D15E...0x1D1FF,
    0x1D400...0x1D7FF, 0x1EE00...0x1EEFF, 0x1F100...0x1F2FF, 0x1FBF0...0x1FBFF, 0x2F800...0x2FA1F,
  ]

  private init(isCompatible: Bool) {
    var found: [UInt32: [UInt32]] = [:]
    for range in isCompatible ? Self.compatibleRanges : Self.canonicalRanges {
      for value in range {
        guard let scalar = Self.known(value) else { continue }
        let text = String(scalar) as NSString
        let form =
          isCompatible
          ? text.decomposedStringWithCompatibilityMapping : text.decomposedStringWithCanonicalMapping
        let parts = form.unicodeScalars.map(\.value)
        if parts != [value] { found[value] = parts }
      }
    }
    var parts: [UInt32] = []
    var places: [UInt32: Range<UInt32>] = [:]
    for (value, decomposition) in found {
      places[value] = UInt32(parts.count)..<UInt32(parts.count + decomposition.count)
      parts += decomposition
    }
    self.parts = parts
    decompositions = ScalarPages { start in (start..<start + 256).map { places[$0] ?? 0..<0 } }
    let compositions = isCompatible ? Self.canonical.compositions : Self.makeCompositions(found)
    self.compositions = compositions
    let seconds = Set(compositions.keys.map { UInt32(truncatingIfNeeded: $0) })
    let composed = Set(compositions.values)
    stays = ScalarPages { start in
      (start..<start + 256).map { value in
        if Self.combiningClass(value) != 0 { return [] }
        if value &- 0xAC00 < 11_172 { return .composed }
        let own = found[value]
        var stays: Stays = own == nil ? .decomposed : []
        let joins = seconds.contains(value) || value &- 0x1161 < 21 || value &- 0x11A8 < 27
        // A letter with an accent stays where its parts make it again.
        let isMadeAgain =
          own == nil || composed.contains(value) && (!isCompatible || own == Self.canonicalParts(of: value))
        if isMadeAgain, !joins { stays.insert(.composed) }
        return stays
      }
    }
  }

  private static func canonicalParts(of value: UInt32) -> [UInt32]? {
    canonical.decomposition(of: value).map(Array.init)
  }

  /// Whether a text of such scalars is its own normal form.
  @inline(__always)
  func stays(_ value: UInt32, composes: Bool) -> Bool {
    value < 0xA0 || stays[value].contains(composes ? .composed : .decomposed)
  }

  /// What a scalar is made of; nil for one that is not made of others, and for Hangul syllables.
  @inline(__always)
  func decomposition(of value: UInt32) -> ArraySlice<UInt32>? {
    let range = decompositions[value]
    return range.isEmpty ? nil : parts[Int(range.lowerBound)..<Int(range.upperBound)]
  }

  private static func known(_ value: UInt32) -> Unicode.Scalar? {
    guard let scalar = Unicode.Scalar(value), let age = scalar.properties.age, age <= version else {
      return nil
    }
    return scalar
  }

  private static func makeCompositions(_ decompositions: [UInt32: [UInt32]]) -> [UInt64: UInt32] {
    var found: [UInt64: UInt32] = [:]
    for (value, parts) in decompositions where parts.count > 1 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let composed = (String(scalar) as NSString).precomposedStringWithCanonicalMapping.unicodeScalars
      guard composed.map(\.value) == [value] else { continue }
      let start = String(String.UnicodeScalarView(parts.dropLast().compactMap(Unicode.Scalar.init)))
      let first = (start as NSString).precomposedStringWithCanonicalMapping.unicodeScalars.map(\.value)
      if first.count == 1 { found[UInt64(first[0]) << 32 | UInt64(parts[parts.count - 1])] = value }
    }
    return found
  }

  private static let combiningClasses = ScalarPages<UInt8> { start in
    // No scalar of the later planes has one.
    guard start < 0x20000 else { return [UInt8](repeating: 0, count: 256) }
    return (start..<start + 256).map { known($0)?.properties.canonicalCombiningClass.rawValue ?? 0 }
  }

  /// The combining class; 0 for scalars that came later.
  @inline(__always)
  static func combiningClass(_ value: UInt32) -> UInt8 { value < 0x300 ? 0 : combiningClasses[value] }

  /// A scalar in a text that is being decomposed.
  private struct Part {
    var value: UInt32
    var change: Int
    var combiningClass: UInt8
  }

  private func decomposed(_ text: [UInt32]) -> [Part] {
    var parts: [Part] = []
    parts.reserveCapacity(text.count)
    /// Combining marks since the last starter are put in order.
    var marks = 0
    func sort() {
      if parts.count - marks > 1 {
        let sorted = parts[marks...].enumerated().sorted {
          ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
        }
        parts.replaceSubrange(marks..., with: sorted.map(\.element))
      }
    }
    func append(_ value: UInt32, _ change: Int) {
      let combiningClass = Self.combiningClass(value)
      if combiningClass == 0 {
        sort()
        parts.append(Part(value: value, change: change, combiningClass: 0))
        marks = parts.count
      } else {
        parts.append(Part(value: value, change: change, combiningClass: combiningClass))
      }
    }
    for value in text {
      if value < 0xA0 {
        append(value, 0)
      } else if value &- 0xAC00 < 11_172 {
        let index = value - 0xAC00
        append(0x1100 + index / 588, 0)
        append(0x1161 + index % 588 / 28, 1)
        if index % 28 > 0 { append(0x11A7 + index % 28, 1) }
      } else if let known = decomposition(of: value) {
        for place in known.indices { append(known[place], place > known.startIndex ? 1 : 0) }
      } else {
        append(value, 0)
      }
    }
    sort()
    return parts
  }

  /// What two scalars become together; nil: they stay apart.
  private func composed(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if first &- 0x1100 < 19, second &- 0x1161 < 21 {
      return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
    }
    if first &- 0xAC00 < 11_172, (first - 0xAC00) % 28 == 0, second &- 0x11A8 < 27 {
      return first + second - 0x11A7
    }
    return compositions[UInt64(first) << 32 | UInt64(second)]
  }

  /// The text in a normal form, each scalar with its change as `TextRewriter` counts them.
  func normalised(_ text: [UInt32], composes: Bool) -> [(value: UInt32, change: Int)] {
    let parts = decomposed(text)
    guard composes else { return parts.map { ($0.value, $0.change) } }
    var result: [(value: UInt32, change: Int)] = []
    result.reserveCapacity(parts.count)
    // The starter that what follows may join, and the class of the last mark that stayed behind it.
    var (starter, lastClass) = (Int?.none, UInt8?.none)
    for part in parts {
      if let place = starter, lastClass.map({ $0 != 0 && $0 < part.combiningClass }) ?? true,
        let joined = composed(result[place].value, part.value)
      {
        // It takes the old scalar's place as well, where that is not counted already.
        result[place] = (joined, result[place].change + part.change - 1)
        continue
      }
      if part.combiningClass == 0 {
        starter = result.count
        lastClass = nil
      } else {
        lastClass = part.combiningClass
      }
      result.append((part.value, part.change))
    }
    return result
  }
}
