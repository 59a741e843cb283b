import Testing

@testable import Tokenizers

/// Expressions, with the words that Oniguruma cuts by them.
@Suite struct ExpressionTests {
  /// The matches and what is between them, in order.
  private static func words(_ expression: String, _ text: String) throws -> [String] {
    let expression = try Expression(expression)
    var (words, place) = ([String](), 0)
    let bytes = Array(text.utf8)
    func add(_ range: Range<Int>) {
      if !range.isEmpty { words.append(String(decoding: bytes[range], as: UTF8.self)) }
    }
    bytes.withUnsafeBufferPointer { buffer in
      expression.forEachMatch(in: buffer) { match in
        add(place..<match.lowerBound)
        add(match)
        place = match.upperBound
      }
    }
    add(place..<bytes.count)
    return words
  }

  @Test(arguments: [
    // A plus behind an interval is not possessive: it repeats the whole.
    (#"\p{N}{1,3}+"#, "1234567", ["1234567"]),
    (#"\p{N}{1,3}"#, "1234567", ["123", "456", "7"]),
    ("(?i:'s)", "it'S'ſ", ["it", "'S", "'ſ"]),
    ("a+?b|a++b|[a-c&]+", "aab ac&", ["aab", " ", "ac&"]),
    (#" ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, "!?   \n a ", ["!?", "   \n", " ", "a", " "]),
    ("(?>a|ab)c|b", "abc ac", ["a", "b", "c ", "ac"]),
    ("(?=b)", "abab", ["a", "ba", "b"]),
    ("x*", "axxb", ["a", "xx", "b"]),
    (#"[\]\-a]+"#, "a]-b", ["a]-", "b"]),
    ("^a|b$", "a\nab b\nb", ["a", "\n", "a", "b ", "b", "\n", "b"]),
    (#"\bcat\b"#, "cat concat cat", ["cat", " concat ", "cat"]),
    (#"\x{e9}|\u00e8"#, "éèe", ["é", "è", "e"]),
    (#"[^\W\d_]+"#, "a1_é²", ["a", "1_", "é", "²"]),
    ("a{,2}b", "aaab", ["a", "aab"]),
    ("(?i)É", "éÉ", ["é", "É"]),
    ("a++a|b", "aab", ["aa", "b"]),
  ])
  func cutsAsOnigurumaDoes(expression: String, text: String, expected: [String]) throws {
    #expect(try Self.words(expression, text) == expected)
  }

  @Test(arguments: [
    "(a", "a)", "[a", "*a", "a**b(", #"\p{Foo}"#, #"\q"#, "(?<n>a)", "(a*)*", "[b-a]", "a{3,2}", "[a&&b]",
    "(?<=a)b",
    #"\"#,
  ])
  func whatIsNotKnownIsRefused(expression: String) {
    #expect(throws: ExpressionFault.self) { try Expression(expression) }
  }

  /// GPT-2's scanner against its expression, on what the golden files hold and on random scalars.
  @Test func theScannerOfGPT2EqualsItsExpression() throws {
    let expression = try Expression(
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#)
    var texts = try GoldenTokenizer.names.flatMap { try GoldenTokenizer.read($0).cases.map(\.text) }
    var state = UInt64(3)
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    let letters: [String] = [
      " ", " ", "\n", "\t", "\u{A0}", "\u{3000}", "'", "s", "ll", "re", "d", "x", "é", "漢", "7", "½", "!",
      "—", "👍", "\u{301}",
      "\u{85}",
    ]
    for _ in 0..<3000 { texts.append((0..<1 + next(12)).map { _ in letters[next(letters.count)] }.joined()) }
    for text in texts {
      var (matches, words) = ([Range<Int>](), [Range<Int>]())
      Array(text.utf8).withUnsafeBufferPointer { bytes in
        expression.forEachMatch(in: bytes) { matches.append($0) }
        GPT2Words.cut(bytes, 0..<bytes.count, into: &words)
      }
      #expect(words == matches, "\(text.debugDescription)")
    }
  }
}

/// Byte pairs of words of every length, against the plain method.
@Suite struct MergingTests {
  @Test func longWordsMergeAsThePlainMethodDoes() {
    // Letters 0 to 3; every merge makes a new symbol.
    var merges: [(left: Int32, right: Int32, merged: Int32)] = []
    var state = UInt64(5)
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var known: Set<[Int32]> = []
    while merges.count < 60 {
      let pair = [Int32(next(4 + merges.count)), Int32(next(4 + merges.count))]
      if known.insert(pair).inserted { merges.append((pair[0], pair[1], Int32(4 + merges.count))) }
    }
    let table = MergeTable(merges)
    for length in [1, 2, 3, 10, 39, 40, 41, 42, 80, 333] {
      for _ in 0..<20 {
        let word = (0..<length).map { _ in Int32(next(4)) }
        var plain = word
        while let best = plain.indices.dropLast().compactMap({ place in
          merges.firstIndex { $0.left == plain[place] && $0.right == plain[place + 1] }.map {
            (rank: $0, place: place)
          }
        }).min(by: { $0 < $1 }) {
          plain.replaceSubrange(best.place...best.place + 1, with: [merges[best.rank].merged])
        }
        var symbols = word.map { BPESymbol(id: $0, length: 1) }
        table.mergeAll(&symbols)
        #expect(symbols.map(\.id) == plain)
        #expect(symbols.reduce(0) { $0 + Int($1.length) } == length)
      }
    }
  }
}
