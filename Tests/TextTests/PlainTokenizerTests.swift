import TestSupport
import Testing

@testable import Text

/// The fast tokenizers against their definitions, on texts that are made to be hard for them.
@Suite struct PlainTokenizerTests {
  /// Bytes that are drawn from few, so that words repeat and pairs overlap, and often in runs, so that words
  /// are longer than is allowed.
  private static func text(seed: UInt64, most: Int = 400) -> [UInt8] {
    let alphabets: [[UInt8]] = [
      Array("ab ".utf8), Array("aA9. \n".utf8), Array("é漢😀 x\t".utf8), Array(0...255),
      [0, 9, 13, 14, 31, 32, 33, 47, 48, 57, 58, 64, 65, 90, 91, 96, 97, 122, 123, 127, 128, 160, 176, 255],
    ]
    var generator = KeyedGenerator(seed: seed, name: "plain", epoch: 0)
    let alphabet = alphabets[Int(seed) % alphabets.count]
    var text: [UInt8] = []
    let count = generator.next(below: most)
    while text.count < count {
      let run = generator.next(below: 12) == 0 ? generator.next(below: 90) + 1 : 1
      text += [UInt8](repeating: alphabet[generator.next(below: alphabet.count)], count: run)
    }
    return text
  }

  private static func words<Scanner: TextScanner>(
    of text: [UInt8], within part: Range<Int>, _: Scanner.Type
  ) -> [[UInt8]] {
    text.withUnsafeBufferPointer { buffer in
      var scanner = Scanner(buffer, within: part)
      var words: [[UInt8]] = []
      while let word = scanner.next() { words.append(Array(buffer[word])) }
      return words
    }
  }

  private static func trained(on text: [UInt8], vocabulary: Int) throws -> BytePairModel {
    try text.withUnsafeBufferPointer {
      try BytePairModel(trainedOn: $0, tokens: vocabulary - SpecialTokens.count)
    }
  }

  @Test func wordsAreThoseOfTheRule() {
    for seed in 0..<3000 as Range<UInt64> {
      let text = Self.text(seed: seed)
      var generator = KeyedGenerator(seed: seed, name: "part", epoch: 0)
      let start = generator.next(below: text.count + 1)
      let end = start + generator.next(below: text.count + 1 - start)
      for part in [0..<text.count, start..<end] {
        // Nothing outside a part may be looked at.
        let expected = PlainTokenizers.words(of: Array(text[part]))
        #expect(
          Self.words(of: text, within: part, WordScanner.self) == expected, "seed \(seed), part \(part)")
      }
    }
  }

  @Test func everyByteHasItsClass() {
    for first in 0...255 as ClosedRange<UInt8> {
      for second in 0...255 as ClosedRange<UInt8> {
        // Beside others whose highest bits might be carried over.
        let text = [first, second, 0xFF, first, second, second, 0, first, first, 0x7F, second]
        let words = Self.words(of: text, within: 0..<text.count, WordScanner.self)
        #expect(words == PlainTokenizers.words(of: text), "bytes \(first), \(second)")
      }
    }
  }

  @Test func learntMergesAreThoseOfCountingAnew() throws {
    for seed in 0..<300 as Range<UInt64> {
      let text = Self.text(seed: seed)
      let vocabulary = 261 + Int(seed % 40)
      let learnt = try Self.trained(on: text, vocabulary: vocabulary).merges.map {
        SIMD2($0.left + 5, $0.right + 5)
      }
      #expect(learnt == PlainTokenizers.merges(of: text, vocabulary: vocabulary), "seed \(seed)")
    }
  }

  @Test func tokensAreThoseOfOneMergeAfterTheOther() throws {
    for seed in 0..<200 as Range<UInt64> {
      let model = try Self.trained(
        on: Self.text(seed: seed, most: 3000), vocabulary: 261 + Int(seed * seed % 300))
      let tokenizer = try TokenizerPipeline.bytePairs(model)
      let merges = model.merges.map { SIMD2($0.left + 5, $0.right + 5) }
      for text in [Self.text(seed: seed), Self.text(seed: seed + 1), Array(TextSamples.difficult.utf8)] {
        let ids = text.withUnsafeBufferPointer { tokenizer.encode($0) }
        #expect(ids == PlainTokenizers.encode(text, merges: merges), "seed \(seed)")
        #expect(ids.flatMap { tokenizer.bytes(of: $0) } == text, "seed \(seed)")
      }
    }
  }

  @Test func mergesInAnyOrderAreApplied() throws {
    // Not learned from any text: tokens that are never reached, that overlap, and twice the same bytes.
    for seed in 0..<200 as Range<UInt64> {
      var generator = KeyedGenerator(seed: seed, name: "merges", epoch: 0)
      var merges: [SIMD2<Int32>] = []
      for _ in 0..<seed {
        func token() -> Int32 {
          let number = generator.next(below: 3 + merges.count)
          return Int32(number < 3 ? 5 + 97 + number : 261 + number - 3)
        }
        let pair = SIMD2(token(), token())
        if !merges.contains(pair) { merges.append(pair) }
      }
      let tokenizer = try TokenizerPipeline.bytePairs(
        BytePairModel(merges: merges.map { .init(left: $0.x, right: $0.y) }, numberedFrom: 5))
      let text = (0..<300).map { _ in UInt8(97 + generator.next(below: 3)) }
      let ids = text.withUnsafeBufferPointer { tokenizer.encode($0) }
      #expect(ids == PlainTokenizers.encode(text, merges: merges), "seed \(seed)")
    }
  }

  @Test func piecesAreTheLongest() throws {
    for seed in 0..<60 as Range<UInt64> {
      let text = TextSamples.sentences(30, seed: seed) + "漢字 naïve Ünïcödé 😀😀"
      let tokenizer = try #require(
        TextSamples.tokenizer("wordpiece", vocabulary: 70 + Int(seed) * 3, on: text) as? TokenizerPipeline)
      let names = try #require(tokenizer.model as? WordPieceModel).names
      for sample in [text, TextSamples.sentences(20, seed: seed + 1) + "thedogseesthecat naïveté zzz"] {
        let expected = Self.words(of: Array(sample.utf8), within: 0..<sample.utf8.count, PieceScanner.self)
          .flatMap { PlainTokenizers.pieces(of: String(decoding: $0, as: UTF8.self), names: names) }
        #expect(tokenizer.encode(sample) == expected, "seed \(seed)")
      }
    }
  }
}

/// The tables that all of this stands on.
@Suite struct TokenizerTableTests {
  @Test func wordsAreNumberedAsTheyFirstAppear() {
    for seed in 0..<40 as Range<UInt64> {
      var generator = KeyedGenerator(seed: seed, name: "words", epoch: 0)
      // Zeros beside nothing, and words that differ in few bytes, near the end of the text too.
      let text = (0..<600).map { _ in UInt8(generator.next(below: 20) == 0 ? 1 : 0) }
      text.withUnsafeBufferPointer { buffer in
        var table = WordTable()
        var known: [[UInt8]: Int] = [:]
        for _ in 0..<4000 {
          let start = generator.next(below: text.count)
          let word = start..<min(text.count, start + 1 + generator.next(below: seed % 2 == 0 ? 12 : 90))
          #expect(table.known(word, in: buffer) == known[Array(text[word])])
          let expected = known[Array(text[word]), default: known.count]
          known[Array(text[word])] = expected
          #expect(table.number(of: word, in: buffer) == expected)
        }
        #expect(table.words.count == known.count)
        #expect(table.words.enumerated().allSatisfy { known[Array($1)] == $0 })
      }
    }
  }

  @Test func pairsKeepTheirNumbers() {
    var generator = KeyedGenerator(seed: 1, name: "pairs", epoch: 0)
    var numbers = PairNumbers()
    var known: [[Int32]: Int32] = [:]
    for _ in 0..<20_000 {
      let pair = [Int32(generator.next(below: 90)), Int32(generator.next(below: 90))]
      #expect(numbers.number(pair[0], pair[1]) == known[pair])
      let expected = known[pair, default: Int32(known.count)]
      known[pair] = expected
      #expect(numbers.number(pair[0], pair[1], orNew: Int32(known.count - 1)) == expected)
    }
  }

  @Test func wordsAreCountedAcrossPortions() {
    let text = Array((TextSamples.sentences(60_000) + TextSamples.difficult).utf8)
    text.withUnsafeBufferPointer { buffer in
      #expect(TextPortions.cut(buffer).count > 1)
      var expected: [[UInt8]: Int] = [:]
      var scanner = WordScanner(buffer, within: 0..<buffer.count)
      while let word = scanner.next() { expected[Array(buffer[word]), default: 0] += 1 }
      let (words, counts) = WordTable.count(buffer, WordScanner.self)
      #expect(Dictionary(zip(words.map { Array($0) }, counts), uniquingKeysWith: +) == expected)
      #expect(words.count == expected.count)
    }
  }

  @Test func moreWordsThanAreRememberedAreSpelledAlike() throws {
    let tokenizer = try TextSamples.tokenizer("byte-bpe", vocabulary: 400, on: TextSamples.sentences(200))
    let letters = Array("abdeghlnorst".utf8)
    // 12^5 words, in an order in which early ones come back.
    let words = (0..<300_000).map { index -> [UInt8] in
      var number = index % 3 == 0 ? index % 1000 : index * 7
      return [32]
        + (0..<5).map { _ in
          defer { number /= letters.count }
          return letters[number % letters.count]
        }
    }
    let whole = Array(words.joined()).withUnsafeBufferPointer { tokenizer.encode($0) }
    #expect(whole == words.flatMap { word in word.withUnsafeBufferPointer { tokenizer.encode($0) } })
  }
}
