import Testing

@testable import Tokenizers

/// What is fast because it knows something of scalars, against the plain method.
@Suite struct UnicodeTests {
  /// Scalars of both kinds: letters of many scripts, and those that join, combine, or change.
  private static let scalars: [UInt32] =
    Array(0..<0x600) + [
      0x600, 0x903, 0x915, 0x94D, 0xD4E, 0xE33, 0x1100, 0x1112, 0x1161, 0x11A8, 0x11AB, 0x11C9, 0x1ECD,
      0x1ED9,
      0x200B, 0x200C, 0x200D, 0x2028, 0x20DD, 0x212B, 0x2460, 0x302E, 0x3099, 0x304B, 0x30AB, 0x4E00, 0xAC00,
      0xAC01, 0xD55C, 0xF900, 0xFB01, 0xFE0F, 0xFEFF, 0xFF76, 0xFF9E, 0xFFFD, 0x1D400, 0x1D165, 0x1F1E9,
      0x1F1EA, 0x1F3FD, 0x1F44D, 0x1F468, 0x10400, 0x1E900, 0x2F800,
    ]

  /// Random texts of a few of them.
  private static func texts(_ count: Int, of scalars: [UInt32] = scalars) -> [String] {
    var state = UInt64(11)
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let rare = Array(scalars.suffix(max(1, scalars.count / 12)))
    return (0..<count).map { _ in
      var text = String.UnicodeScalarView()
      for _ in 0..<1 + next(12) {
        let among = next(2) == 0 ? rare : scalars
        if let scalar = Unicode.Scalar(among[next(among.count)]) { text.append(scalar) }
      }
      return String(text)
    }
  }

  @Test func graphemesAreThoseOfTheSystem() {
    for text in Self.texts(20_000) {
      let wanted = text.map { Array($0.utf8) }
      let bytes = Array(text.utf8)
      var found: [[UInt8]] = []
      bytes.withUnsafeBufferPointer { buffer in
        GraphemeEdges.forEach(in: buffer) { range, only in
          found.append(Array(buffer[range]))
          #expect(only == nil || scalar(in: buffer, at: range.lowerBound) == (only!, range.count))
        }
      }
      #expect(found == wanted, "\(text.debugDescription)")
    }
  }

  @Test func smallLettersAreThoseOfTheSystem() {
    for value in UInt32(0x80)..<0x20000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      var text = Array(String(scalar).utf8).withUnsafeBufferPointer {
        AlignedText($0, 0..<$0.count, keepsSpans: true)
      }
      Lowercase().normalise(&text)
      let wanted = Array(scalar.properties.lowercaseMapping.utf8)
      guard text.bytes != wanted || text.spans?.count != wanted.count else { continue }
      Issue.record("U+\(String(value, radix: 16))")
    }
  }

  @Test(arguments: [false, true], [false, true])
  func textsThatStayAreTheirOwnForm(isCompatible: Bool, composes: Bool) {
    let forms = isCompatible ? CanonicalForms.compatible : CanonicalForms.canonical
    func form(_ values: [UInt32]) -> [UInt32] { forms.normalised(values, composes: composes).map(\.value) }
    var staying: [UInt32] = []
    for value in UInt32(0)..<0x20000
    where Unicode.Scalar(value) != nil && forms.stays(value, composes: composes) {
      if form([value]) != [value] { Issue.record("U+\(String(value, radix: 16))") }
      if value < 0x1200 || value % 97 == 0 { staying.append(value) }
    }
    #expect(staying.count > 1000)
    for text in Self.texts(5000, of: staying) {
      let values = text.unicodeScalars.map(\.value)
      #expect(form(values) == values)
    }
  }

  @Test(arguments: [false, true])
  func bertInOnePassIsBertStepByStep(lowers: Bool) {
    let part = BertNormalizer(
      cleansText: true, separatesIdeographs: true, stripsAccents: true, lowers: lowers)
    for text in Self.texts(10_000) {
      let bytes = Array(text.utf8)
      var (fast, plain) = bytes.withUnsafeBufferPointer { buffer in
        let text = AlignedText(buffer, 0..<buffer.count, keepsSpans: true)
        return (text, text)
      }
      part.normalise(&fast)
      part.normaliseInSteps(&plain)
      #expect(fast.bytes == plain.bytes && fast.spans == plain.spans, "\(text.debugDescription)")
    }
  }

  @Test(arguments: [
    #"\p{L}"#, #"[^\s\p{L}\p{N}]"#, #"[^\r\n\p{L}\p{N}]"#, #"\S"#, #"[\P{L}\p{Lu}]"#, #"[^\S\p{M}]"#,
  ])
  func setsHoldWhatTheirCategoriesSay(expression: String) throws {
    guard case .set(let set) = try ExpressionReader.read(expression) else {
      Issue.record("\(expression) is no set")
      return
    }
    let (bits, table) = (set.lowBits, CategoryTable.unicode16)
    func wanted(_ value: UInt32) -> Bool {
      let (letter, space) = (table.contains(value, .letters), isWhiteSpace(value))
      switch expression {
      case #"\p{L}"#: return letter
      case #"\S"#: return !space
      case #"[\P{L}\p{Lu}]"#: return !letter || table.contains(value, .init(.uppercaseLetter))
      case #"[^\S\p{M}]"#: return space && !table.contains(value, .marks)
      case #"[^\s\p{L}\p{N}]"#: return !space && !letter && !table.contains(value, .numbers)
      default: return value != 10 && value != 13 && !letter && !table.contains(value, .numbers)
      }
    }
    for value in UInt32(0)..<0x20000 {
      let isLow = value < ScalarSet.lowCount
      let found = isLow ? bits[Int(value / 64)] >> UInt64(value % 64) & 1 == 1 : set.contains(value)
      if found != wanted(value) || found != set.contains(value) {
        Issue.record("U+\(String(value, radix: 16))")
        return
      }
    }
  }
}
