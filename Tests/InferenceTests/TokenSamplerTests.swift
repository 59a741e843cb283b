import Foundation
import TestSupport
import Testing
import Text

@testable import Inference
@testable import Zoo

/// From logits to a token, and from tokens to a text.
@Suite struct TokenSamplerTests {
  /// The specification: all candidates in order, and a walk along their cumulated probability.
  static func sorted(_ logits: [Float], _ options: GenerationOptions, vocabulary: Int, share: Double) -> Int32
  {
    let candidates = logits.indices.dropFirst(SpecialTokens.count).filter { $0 < vocabulary }
      .sorted { (logits[$0], $1) > (logits[$1], $0) }
    guard options.temperature > 0 else { return Int32(candidates[0]) }
    var weights = candidates.prefix(options.topK ?? candidates.count).map {
      exp((Double(logits[$0]) - Double(logits[candidates[0]])) / options.temperature)
    }
    if let topP = options.topP {
      let total = weights.reduce(0, +)
      var sum = 0.0
      let kept = weights.firstIndex {
        sum += $0
        return sum >= topP * total
      }
      if let kept { weights.removeSubrange((kept + 1)...) }
    }
    var rest = share * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return Int32(candidates[index]) }
    }
    return Int32(candidates[weights.count - 1])
  }

  @Test(arguments: 0..<60) func choosesWhatTheSortedWalkChooses(seed: Int) {
    var random = RepeatableRandom(seed: seed)
    let vocabulary = random.choose([6, 7, 30, 700])
    var logits = random.floats(vocabulary + random.integer(0...3), scale: random.choose([0.1, 3, 40]))
    // Equal logits are in the order of their ids.
    if random.flag() { logits = logits.map { ($0 * 2).rounded() / 2 } }
    var options = GenerationOptions()
    options.temperature = random.choose([0, 0.3, 1, 2])
    options.topK = random.choose([nil, nil, 1, 5, 40, 10_000])
    options.topP = random.choose([nil, nil, 1e-9, 0.3, 0.9, 1])
    let choose = TokenSampler(options: options, vocabulary: Vocabulary(size: vocabulary))
    var chosen: Set<Int32> = []
    for step in 0..<100 {
      let share = (Double(step) + 0.37) / 100
      let token = choose(logits, share: share)
      chosen.insert(token)
      let expected = Self.sorted(logits, options, vocabulary: vocabulary, share: share)
      #expect(token == expected, "\(options), share \(share)")
    }
    #expect(chosen.allSatisfy { $0 >= SpecialTokens.count && $0 < vocabulary })
  }

  /// The token that ends documents may be chosen, and no other special one.
  @Test func theEndOfADocumentIsChosenWhereThereIsOne() throws {
    let vocabulary = try ForeignTokenizer.layout("gpt-2").vocabulary
    var logits = [Float](repeating: 0, count: 257)
    logits[256] = 50
    let plain = TokenSampler(options: GenerationOptions(), vocabulary: vocabulary)
    let ending = TokenSampler(options: GenerationOptions(), vocabulary: vocabulary, ends: [256])
    for share in [0.001, 0.5, 0.999] {
      #expect(plain(logits, share: share) != 256 && ending(logits, share: share) == 256)
    }
  }

  @Test func oddLogitsAreNoTrap() {
    let choose = TokenSampler(options: GenerationOptions(), vocabulary: 9)
    for odd in [[Float](repeating: .nan, count: 9), [Float](repeating: -.infinity, count: 9)] {
      #expect((5..<9).contains(choose(odd, share: 0.5)))
    }
    #expect(choose([0, 0, 0, 0, 0, -.infinity, 2, -.infinity, -.infinity], share: 0.999) == 6)
  }

  /// A temperature that no single-precision number can be divided by takes the most probable token.
  @Test(arguments: [1e-40, 1e-45, 1e-300]) func aTinyTemperatureIsNone(_ temperature: Double) {
    var options = GenerationOptions()
    options.temperature = temperature
    let choose = TokenSampler(options: options, vocabulary: 12)
    let logits: [Float] = [9, 9, 9, 9, 9, -3, 0.5, 2, 1.999, 2, -40, 1]
    for share in [0.001, 0.37, 0.999] { #expect(choose(logits, share: share) == 7) }
  }

  /// Pieces of a text, one a token and the last at the end.
  private func pieces(_ tokens: [Int32], _ tokenizer: any Tokenizer, stop: String...) -> [String] {
    var text = WrittenText(tokenizer, stops: stop)
    var pieces: [String] = []
    for token in tokens where !text.isStopped { pieces.append(text.append(token)) }
    pieces.append(text.finish())
    #expect(pieces.joined() == text.string)
    return pieces
  }

  @Test func charactersWaitForTheirLastByte() {
    let tokenizer = TokenizerPipeline.bytes
    #expect(
      pieces(tokenizer.encode("aé€😀b"), tokenizer) == ["a", "", "é", "", "", "€", "", "", "", "😀", "b", ""])
    // Broken text is repaired as when it is decoded at once.
    for bytes: [UInt8] in [
      [0xE2, 0x82], [0x61, 0xF0, 0x9F, 0x61], [0x80, 0x80, 0xC3], [0xE0, 0x80, 0x80, 0x41],
      [0xF5, 0x90, 0xC3, 0xA9],
      [0xED, 0xA0, 0x80, 0xF0, 0x9F, 0x98],
    ] {
      let tokens = bytes.withUnsafeBufferPointer { tokenizer.encode($0) }
      #expect(pieces(tokens, tokenizer).joined() == tokenizer.decode(tokens), "\(bytes)")
    }
  }

  @Test func aStopThatBeginsIsHeldBack() {
    let tokenizer = TokenizerPipeline.bytes
    let tokens = tokenizer.encode("aab. aabc!")
    #expect(pieces(tokens, tokenizer, stop: "abc") == ["", "a", "", "ab.", " ", "", "a", "", "", ""])
    #expect(pieces(tokens, tokenizer, stop: "abd").joined() == "aab. aabc!")
    #expect(pieces(tokens, tokenizer, stop: "c!x").joined() == "aab. aabc!")
    #expect(pieces(tokens, tokenizer, stop: "").joined() == "aab. aabc!")
    #expect(pieces(tokenizer.encode("xé-"), tokenizer, stop: "é").joined() == "x")
    // The first of several ends the text, whichever it is.
    #expect(pieces(tokens, tokenizer, stop: "c!", "b. a", "zzzzzzzzzz").joined() == "aa")
    #expect(pieces(tokens, tokenizer, stop: "zz", "", "c").joined() == "aab. aab")
  }

  @Test func wordsAreSeparatedAsWhenTheyAreDecoded() throws {
    let tokenizer = try TokenizerPipeline.wordPieces(WordPieceModel(names: ["a", "b", "##a", "##b", "ab"]))
    let tokens: [Int32] = [9, 7, 6, 8, 5]
    #expect(pieces(tokens, tokenizer).joined() == tokenizer.decode(tokens))
    #expect(tokenizer.decode(tokens) == "aba bb a")
    #expect(pieces([7, 5], tokenizer).joined() == tokenizer.decode([7, 5]))
    // Behind a prompt they read like the rest of the whole.
    let prompt: [Int32] = [5, 6]
    for tokens: [Int32] in [[5, 6], [7, 5], [9, 9, 8]] {
      var text = WrittenText(tokenizer, stops: [], followsText: true)
      let written = tokens.map { text.append($0) }.joined() + text.finish()
      #expect(tokenizer.decode(prompt) + written == tokenizer.decode(prompt + tokens))
    }
  }
}
