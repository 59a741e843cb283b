/// A set of scalars of an expression, such as `[^\s\p{L}]`.
struct ScalarSet: Sendable {
  indirect enum Item: Sendable {
    case range(ClosedRange<UInt32>)
    case categories(CategoryTable.Categories)
    case whiteSpace
    /// `\w`, which means a little less inside brackets.
    case wordParts(inBrackets: Bool)
    case others(than: ScalarSet)
    case set(ScalarSet)
  }

  private let items: [Item]
  private let isNegated: Bool
  private let ignoresCase: Bool
  /// The categories of the members from `lowCount` on, where these follow from their categories.
  private let highCategories: CategoryTable.Categories?

  /// Scalars below have bits in `lowBits`: those of the alphabets of Europe and the Near East.
  static let lowCount = UInt32(0x800)

  init(_ items: [Item], isNegated: Bool = false, ignoresCase: Bool = false) {
    self.items = items
    self.isNegated = isNegated
    self.ignoresCase = ignoresCase
    highCategories = ignoresCase ? nil : Self.highCategories(items, isNegated: isNegated)
  }

  /// A bit for each scalar below `lowCount`.
  var lowBits: [UInt64] {
    (0..<Self.lowCount / 64).map { word in
      (0..<64).reduce(0) { bits, bit in contains(word * 64 + bit) ? bits | 1 << UInt64(bit) : bits }
    }
  }

  private static func highCategories(_ items: [Item], isNegated: Bool) -> CategoryTable.Categories? {
    var found: CategoryTable.Categories = []
    for item in items {
      switch item {
      case .range(let range) where range.upperBound < lowCount: break
      case .range, .wordParts: return nil
      case .categories(let categories): found.formUnion(categories)
      // White space from there on is all separators, and the other way round.
      case .whiteSpace: found.formUnion(.separators)
      case .others(let set):
        guard let categories = set.highCategories else { return nil }
        found.formUnion(.all.subtracting(categories))
      case .set(let set):
        guard let categories = set.highCategories else { return nil }
        found.formUnion(categories)
      }
    }
    return isNegated ? .all.subtracting(found) : found
  }

  func contains(_ value: UInt32) -> Bool {
    if value >= Self.lowCount, let highCategories {
      return CategoryTable.unicode16.contains(value, highCategories)
    }
    return Self.contains(value, items, ignoresCase: ignoresCase) != isNegated
  }

  private static func contains(_ value: UInt32, _ items: [Item], ignoresCase: Bool) -> Bool {
    if items.contains(where: { contains(value, $0) }) { return true }
    guard ignoresCase else { return false }
    return caseVariants(of: value).contains { other in items.contains { contains(other, $0) } }
  }

  private static func contains(_ value: UInt32, _ item: Item) -> Bool {
    switch item {
    case .range(let range): range.contains(value)
    case .categories(let categories): CategoryTable.unicode16.contains(value, categories)
    case .whiteSpace: isWhiteSpace(value)
    case .wordParts(let inBrackets): isExpressionWordPart(value, inBrackets: inBrackets)
    case .others(let set): !set.contains(value)
    case .set(let set): set.contains(value)
    }
  }
}

/// Whether a scalar is part of a word to Oniguruma: joiners are not, and the raised digits and the fractions of Latin 1
/// are, but inside brackets.
func isExpressionWordPart(_ value: UInt32, inBrackets: Bool = false) -> Bool {
  switch value {
  case 0x200C, 0x200D: false
  case 0xB2, 0xB3, 0xB9, 0xBC...0xBE: !inBrackets
  default: isWordPart(value)
  }
}

/// What a scalar is without letter case.
func caseFolded(_ value: UInt32) -> UInt32 {
  if value < 0x80 { return value &- 65 < 26 ? value | 0x20 : value }
  if value == 0x17F { return UInt32(UInt8(ascii: "s")) }
  let lower = Unicode.Scalar(value)?.properties.lowercaseMapping.unicodeScalars
  return lower?.count == 1 ? lower?.first?.value ?? value : value
}

/// The other letter cases of a scalar.
func caseVariants(of value: UInt32) -> [UInt32] {
  guard let scalar = Unicode.Scalar(value) else { return [] }
  var variants = [caseFolded(value)]
  for mapped in [scalar.properties.uppercaseMapping, scalar.properties.titlecaseMapping]
  where mapped.unicodeScalars.count == 1 {
    variants += mapped.unicodeScalars.map(\.value)
  }
  if variants[0] == UInt32(UInt8(ascii: "s")) { variants.append(0x17F) }
  if variants[0] == UInt32(UInt8(ascii: "k")) { variants.append(0x212A) }
  return variants.filter { $0 != value }
}
