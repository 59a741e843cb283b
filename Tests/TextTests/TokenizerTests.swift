import TestSupport
import Testing

@testable import Text

/// What every tokenizer promises.
@Suite struct TokenizerTests {
  static let text = TextSamples.sentences(400) + TextSamples.difficult

  @Test(arguments: ["bytes", "byte-bpe"])
  func anyBytesComeBack(kind: String) throws {
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 500, on: Self.text)
    #expect(tokenizer.isLossless)
    for seed in 0..<40 as Range<UInt64> {
      let bytes = TextSamples.bytes(Int(seed * seed), seed: seed)
      let ids = bytes.withUnsafeBufferPointer { tokenizer.encode($0) }
      #expect(ids.flatMap { tokenizer.bytes(of: $0) } == bytes, "seed \(seed)")
    }
  }

  @Test(arguments: ["bytes", "characters", "byte-bpe"])
  func difficultTextComesBack(kind: String) throws {
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 500, on: Self.text)
    let ids = tokenizer.encode(TextSamples.difficult)
    // Compared as bytes: Swift's strings call differently composed characters equal.
    #expect(Array(tokenizer.decode(ids).utf8) == Array(TextSamples.difficult.utf8))
    #expect(ids.flatMap { tokenizer.bytes(of: $0) } == Array(TextSamples.difficult.utf8))
  }

  @Test(arguments: TokenizerTrainer.kinds)
  func idsLieInTheVocabularyAndNoneIsSpecialButUnknown(kind: String) throws {
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 400, on: Self.text)
    #expect(tokenizer.kind == kind)
    let ids = tokenizer.encode(Self.text + "never seen: ж")
    #expect(!ids.isEmpty)
    #expect(ids.allSatisfy { $0 == SpecialTokens.unknown || $0 >= SpecialTokens.count })
    #expect(ids.allSatisfy { $0 < tokenizer.vocabularySize })
    #expect(tokenizer.encode("").isEmpty)
    for id in 0..<Int32(SpecialTokens.count) {
      #expect(tokenizer.bytes(of: id).isEmpty)
      #expect(tokenizer.label(of: id) == SpecialTokens.names[Int(id)])
    }
  }

  @Test(arguments: TokenizerTrainer.kinds)
  func trainingTwiceGivesTheSame(kind: String) throws {
    let first = try TextSamples.tokenizer(kind, vocabulary: 450, on: Self.text)
    let second = try TextSamples.tokenizer(kind, vocabulary: 450, on: Self.text)
    #expect(try TokenizerFile.encode(first) == TokenizerFile.encode(second))
  }

  @Test(arguments: TokenizerTrainer.kinds)
  func namesOfSpecialTokensCountInPromptsOnly(kind: String) throws {
    let tokenizer = try TextSamples.tokenizer(kind, vocabulary: 400, on: Self.text)
    let prompt = "the [MASK] sees[SEP][SEP]the dog"
    let ids = tokenizer.encodePrompt(prompt)
    #expect(ids.filter { SpecialTokens.contains($0) } == [4, 3, 3])
    #expect(!tokenizer.encode(prompt).contains(SpecialTokens.mask))
    #expect(tokenizer.decode(ids).contains("[MASK]"))
    #expect(tokenizer.encodePrompt("the dog") == tokenizer.encode("the dog"))
    #expect(tokenizer.encodePrompt("[MASK]") == [SpecialTokens.mask])
  }

  @Test func theWordBehindAMaskBringsItsOwnSpace() throws {
    let tokenizer = try TextSamples.tokenizer("byte-bpe", vocabulary: 400, on: Self.text)
    let whole = tokenizer.encode("the dog sees")
    let masked = tokenizer.encodePrompt("the [MASK] sees")
    #expect(whole.count == masked.count)
    #expect(zip(whole, masked).filter { $0 != $1 }.map(\.1) == [SpecialTokens.mask])
  }

  @Test func labelsShowWhatCannotBeSeen() {
    let tokenizer = TokenizerPipeline.bytes
    let bytes: [UInt8] = [32, 10, 13, 9, 0, 65, 0xC3, 0xFF]
    #expect(bytes.map { tokenizer.label(of: Int32($0) + 5) } == ["␣", "⏎", "␍", "⇥", "00", "A", "C3", "FF"])
    #expect(visibleForm(of: Array(" é\n".utf8)) == "␣é⏎")
  }

  @Test func wrongWishesAreRefused() {
    func error(_ kind: String, _ vocabulary: Int?, _ text: String) -> TextError? {
      do {
        _ = try TextSamples.tokenizer(kind, vocabulary: vocabulary, on: text)
        return nil
      } catch { return error as? TextError }
    }
    let pairs = error("byte-bpe", 260, "x")
    #expect(pairs?.place == "tokenizer byte-bpe" && facts(pairs?.description ?? "") == "260 261")
    let pieces = error("wordpiece", 63, "x")
    #expect(pieces?.place == "tokenizer wordpiece" && facts(pieces?.description ?? "") == "63 64")
    #expect(error("characters", nil, "")?.place == "tokenizer characters")
    let unknown = error("words", nil, "x")
    #expect(unknown?.place == "tokenizer words")
    #expect(unknown?.suggestion.hasSuffix("bytes, characters, byte-bpe, wordpiece") == true)
    #expect(error("bytes", nil, "") == nil)
  }
}

/// Byte pair encoding.
@Suite struct BytePairTests {
  @Test func mergesFollowFrequency() throws {
    // "ab" four times, then "abc" three times; "x" keeps the words apart.
    let tokenizer = try TextSamples.tokenizer("byte-bpe", vocabulary: 263, on: "abc1abc1abc1ab1")
    #expect(tokenizer.vocabularySize == 263)
    #expect(tokenizer.bytes(of: 261) == Array("ab".utf8))
    #expect(tokenizer.bytes(of: 262) == Array("abc".utf8))
    #expect(tokenizer.encode("abcab") == [262, 261])
  }

  @Test func equalFrequenciesGoByIds() throws {
    let tokenizer = try TextSamples.tokenizer("byte-bpe", vocabulary: 263, on: "yz1bc1yz1bc1")
    #expect(tokenizer.bytes(of: 261) == Array("bc".utf8))
    #expect(tokenizer.bytes(of: 262) == Array("yz".utf8))
  }

  @Test func runsOfOneLetter() throws {
    let tokenizer = try TextSamples.tokenizer("byte-bpe", vocabulary: 300, on: "aaaaaaa aaaaaaa aaa")
    for length in 0..<200 {
      let text = String(repeating: "a", count: length)
      #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }
    #expect(tokenizer.encode("aaa").count < 3)
  }

  @Test func incrementalCountsEqualCountingAnew() throws {
    let text = TextSamples.sentences(60, seed: 9) + "aaaa aaa banana bananas abababab"
    let tokenizer = try TextSamples.tokenizer("byte-bpe", vocabulary: 330, on: text)
    let learnt = try #require((tokenizer as? TokenizerPipeline)?.model as? BytePairModel).merges.map {
      SIMD2($0.left + 5, $0.right + 5)
    }
    #expect(learnt == PlainTokenizers.merges(of: Array(text.utf8), vocabulary: 330))
    #expect(learnt.count == 330 - 261)
  }

  @Test func wordsCarryTheirSpace() {
    func words(_ text: String) -> [String] {
      let bytes = Array(text.utf8)
      return bytes.withUnsafeBufferPointer { buffer in
        var scanner = WordScanner(buffer, within: 0..<buffer.count)
        var words: [String] = []
        while let word = scanner.next() { words.append(String(decoding: buffer[word], as: UTF8.self)) }
        return words
      }
    }
    #expect(words("The cat's 12 eggs.\n") == ["The", " cat", "'", "s", " 12", " eggs", ".", "\n"])
    #expect(words("a   b\n  c") == ["a", "  ", " b", "\n ", " c"])
    #expect(words("x  ") == ["x", "  "])
    #expect(words(" ?! é漢") == [" ?!", " é漢"])
    // A long run is cut between characters.
    let cut = words(String(repeating: "漢", count: 50))
    #expect(cut.count == 3 && cut.joined() == String(repeating: "漢", count: 50))
    #expect(cut.allSatisfy { $0.utf8.count <= 64 && !$0.contains("\u{FFFD}") })
  }

  @Test func trainingIsQuick() throws {
    let text = TextSamples.sentences(30_000)
    let clock = ContinuousClock()
    let time = try clock.measure { _ = try TextSamples.tokenizer("byte-bpe", vocabulary: 2000, on: text) }
    #expect(time < .seconds(10))
  }
}

/// Characters.
@Suite struct CharacterTests {
  @Test func idsAreInTheOrderOfCodePoints() throws {
    let tokenizer = try TextSamples.tokenizer("characters", on: "cab\u{1F600}é\r\n")
    #expect(
      (5..<Int32(tokenizer.vocabularySize)).map { tokenizer.decode([$0]) } == [
        "\n", "\r", "a", "b", "c", "é", "😀",
      ])
    #expect(tokenizer.encode("abz") == [7, 8, SpecialTokens.unknown])
    #expect(tokenizer.decode(tokenizer.encode("az")) == "a[UNK]")
  }

  @Test func badBytesAreUnknownOneByOne() throws {
    let tokenizer = try TextSamples.tokenizer("characters", on: "ab")
    let ids = [0x61, 0xE6, 0xBC, 0x62].withUnsafeBufferPointer { tokenizer.encode($0) }
    #expect(ids == [5, 1, 1, 6])
  }
}
