/// The general categories of all scalars as a version of Unicode has them.
///
/// `Unicode.Scalar.Properties` knows the newest version; scalars that are younger than the wanted one are unassigned
/// here. A category that was changed for an old scalar stands in `changed`.
final class CategoryTable: Sendable {
  /// Sets of categories as bits, in the order of `Unicode.GeneralCategory`'s cases below.
  struct Categories: OptionSet, Sendable {
    let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }
    init(_ category: Unicode.GeneralCategory) { rawValue = 1 << UInt32(CategoryTable.code(of: category)) }
    init(_ categories: [Unicode.GeneralCategory]) {
      rawValue = categories.reduce(0) { $0 | Categories($1).rawValue }
    }

    static let letters = Categories([
      .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
    ])
    static let marks = Categories([.nonspacingMark, .spacingMark, .enclosingMark])
    static let numbers = Categories([.decimalNumber, .letterNumber, .otherNumber])
    static let punctuation = Categories([
      .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation,
    ])
    static let symbols = Categories([.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol])
    static let separators = Categories([.spaceSeparator, .lineSeparator, .paragraphSeparator])
    static let all = Categories(rawValue: (1 << 30) - 1)
    static let others = Categories([.control, .format, .surrogate, .privateUse, .unassigned])
  }

  /// Unicode 17, of the pre-tokenizer `Digits`.
  static let unicode17 = CategoryTable(version: (17, 0))
  /// Unicode 16, of the expressions of the `tokenizers` package.
  static let unicode16 = CategoryTable(version: (16, 0), changed: [0x295: .lowercaseLetter])
  /// Unicode 9, of its normal forms.
  static let unicode9 = CategoryTable(
    version: (9, 0), changed: [0x1CF2: .spacingMark, 0x1CF3: .spacingMark, 0x111C9: .otherPunctuation])
  /// Unicode 8, of its BERT parts.
  static let unicode8 = CategoryTable(
    version: (8, 0),
    changed: [
      0x166D: .otherPunctuation, 0x1734: .nonspacingMark, 0x1885: .otherLetter, 0x1886: .otherLetter,
      0xA9BD: .spacingMark, 0x111C9: .otherPunctuation, 0x1171E: .nonspacingMark,
    ])

  private let codes: ScalarPages<UInt8>

  private init(version: Unicode.Version, changed: [UInt32: Unicode.GeneralCategory] = [:]) {
    codes = ScalarPages { start in
      if let uniform = Self.uniformCategory(of: start) {
        return [UInt8](repeating: Self.code(of: uniform), count: 256)
      }
      return (start..<start + 256).map { value in
        Self.code(of: changed[value] ?? Self.category(value, version))
      }
    }
  }

  /// The category of pages that have only one, and nothing that a version changed: most of all scalars.
  private static func uniformCategory(of start: UInt32) -> Unicode.GeneralCategory? {
    switch start {
    case 0x3400..<0x4D00, 0x4E00..<0x9F00, 0xAC00..<0xD700, 0x20000..<0x2A600, 0x2A800..<0x2B700: .otherLetter
    case 0xD800..<0xE000: .surrogate
    case 0xE000..<0xF900, 0xF0000..<0xFFF00, 0x100000..<0x10FF00: .privateUse
    case 0x34000..<0xE0000, 0xE0200..<0xF0000: .unassigned
    default: nil
    }
  }

  private static func category(_ value: UInt32, _ version: Unicode.Version) -> Unicode.GeneralCategory {
    guard let scalar = Unicode.Scalar(value) else { return .surrogate }
    let properties = scalar.properties
    guard let age = properties.age else {
      return properties.generalCategory == .privateUse ? .privateUse : .unassigned
    }
    return age <= version ? properties.generalCategory : .unassigned
  }

  /// Whether the category of a scalar is one of a set.
  @inline(__always)
  func contains(_ value: UInt32, _ categories: Categories) -> Bool {
    1 &<< UInt32(codes[value]) & categories.rawValue != 0
  }

  private static func code(of category: Unicode.GeneralCategory) -> UInt8 {
    switch category {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    case .unassigned: 29
    @unknown default: 29
    }
  }
}

/// Whether a scalar is white space: the property White_Space, which has been the same since Unicode 6.3.
@inline(__always)
func isWhiteSpace(_ value: UInt32) -> Bool {
  if value < 0x80 { return value == 0x20 || value &- 9 < 5 }
  switch value {
  case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: return true
  default: return false
  }
}
