import Foundation
import TestSupport
import Testing

@testable import SyntheticCorpus
@testable import Text

@Suite("Automaton of tokens, against a list of all texts")
struct TokenAutomatonTests {
  /// All texts of three sentences of the small grammar, each with its tokens, line by line.
  private static func texts(_ tokenizer: any Tokenizer) -> [(tokens: [Int32], probability: Double)] {
    let sentences = enumerate(smallGrammar()).sorted { $0.key < $1.key }
      .map { (tokens: tokenizer.encode($0.key), probability: $0.value) }
    return (0..<2).reduce(sentences) { texts, _ in
      texts.flatMap { text in
        sentences.map { (tokens: text.tokens + $0.tokens, probability: text.probability * $0.probability) }
      }
    }
  }

  /// Tokenizers that cut " seems" into one, three, four and six pieces.
  private static func tokenizers() throws -> [any Tokenizer] {
    let text = Array(enumerate(smallGrammar()).keys.sorted().joined().utf8)
    return try text.withUnsafeBufferPointer { text in
      try [264, 270, 290].map { try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: $0, from: text) }
        + ["bytes", "characters"].map { try TokenizerTrainer.make(kind: $0, from: text) }
    }
  }

  private static let windowLength = 7

  @Test("the next token has the probability of all texts that go on so")
  func next() throws {
    var cut: Set<Int> = []
    for tokenizer in try Self.tokenizers() {
      cut.insert(tokenizer.encode(" seems").count)
      let automaton = try #require(
        TokenAutomaton(GrammarCompiler.compile(smallGrammar()), tokenizer: tokenizer))
      let texts = Self.texts(tokenizer)
      #expect(texts.allSatisfy { $0.tokens.count > Self.windowLength })
      var expected: [[Int32]: [Int32: Double]] = [:]
      for text in texts {
        for length in 0..<Self.windowLength {
          expected[Array(text.tokens[..<length]), default: [:]][text.tokens[length], default: 0] +=
            text.probability
        }
      }
      #expect(expected.count > 15)
      for (left, next) in expected {
        let total = next.values.reduce(0, +)
        let found = automaton.distribution(after: left)
        #expect(found.count == next.count, "\(tokenizer.kind) \(tokenizer.decode(left))")
        #expect(abs(found.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
        for (token, probability) in found {
          #expect(abs(probability - (next[token] ?? 0) / total) < 1e-12, "\(tokenizer.decode(left))")
          // The same as a term of the chain rule.
          let bits = automaton.bits(left + [token])
          #expect(abs(exp2(-bits[left.count]) - probability) < 1e-12)
        }
        #expect(abs(exp2(-automaton.bits(left).reduce(0, +)) - total) < 1e-12)
      }
      #expect(automaton.bits([SpecialTokens.mask]) == [.infinity])
      #expect(automaton.distribution(after: [SpecialTokens.mask]).isEmpty)
    }
    #expect(cut.isSuperset(of: [1, 3, 6]))
  }

  @Test("a token between others has the probability of all texts with these others")
  func between() throws {
    var several = 0
    for tokenizer in try Self.tokenizers() {
      let automaton = try #require(
        TokenAutomaton(GrammarCompiler.compile(smallGrammar()), tokenizer: tokenizer))
      var windows: [[Int32]: Double] = [:]
      for text in Self.texts(tokenizer) {
        windows[Array(text.tokens[..<Self.windowLength]), default: 0] += text.probability
      }
      var expected: [[Int32]: [Int32: Double]] = [:]
      for (window, probability) in windows {
        for place in window.indices {
          var open = window
          open[place] = SpecialTokens.mask
          expected[open, default: [:]][window[place], default: 0] += probability
        }
      }
      for (open, fills) in expected {
        let place = try #require(open.firstIndex(of: SpecialTokens.mask))
        let total = fills.values.reduce(0, +)
        let found = automaton.distribution(at: place, of: open)
        #expect(found.count == fills.count)
        if found.count > 1 { several += 1 }
        for (token, probability) in found {
          #expect(abs(probability - (fills[token] ?? 0) / total) < 1e-12, "\(tokenizer.decode(open))")
        }
      }
      #expect(automaton.distribution(at: 1, of: [SpecialTokens.mask, 0, 0]).isEmpty)
    }
    // Not because the others always leave only one.
    #expect(several > 5)
  }

  @Test("whole lines of the corpus cost what their bytes cost; a word that may go on costs more")
  func corpus() throws {
    let corpus = GeneratedCorpus.make(seed: 4, trainBytes: 200_000, heldOutBytes: 20_000)
    let lines = corpus.source.withHeldOut { String(decoding: $0, as: UTF8.self) }.split(separator: "\n")
      .map { String($0) + "\n" }
    for vocabulary in [290, 1024] {
      let tokenizer = try corpus.source.withTrain {
        try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: vocabulary, from: $0)
      }
      let automaton = try #require(corpus.tokenAutomaton(of: tokenizer))
      for line in lines {
        let bits = automaton.bits(tokenizer.encode(line)).reduce(0, +)
        #expect(abs(bits - corpus.automaton.bits(line.utf8)) < 1e-9, "\(line)")
      }
      let whole = tokenizer.encode(lines.joined())
      #expect(abs(automaton.bits(whole).reduce(0, +) - corpus.automaton.bits(lines.joined().utf8)) < 1e-6)
    }
    // "the dog" may continue as "the dogs"; as bytes that costs nothing.
    let tokenizer = TokenizerPipeline.bytes
    let bytes = try #require(TokenAutomaton(corpus.automaton, tokenizer: tokenizer))
    let words = try corpus.source.withTrain {
      try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: 1024, from: $0)
    }
    let tokens = try #require(TokenAutomaton(corpus.automaton, tokenizer: words))
    let open = corpus.automaton.bits("the dog".utf8)
    #expect(abs(bytes.bits(tokenizer.encode("the dog")).reduce(0, +) - open) < 1e-12)
    #expect(tokens.bits(words.encode("the dog")).reduce(0, +) > open + 0.5)
  }

  @Test("automata are kept by tokenizer, and made anew when more were asked for than are kept")
  func kept() throws {
    let corpus = GeneratedCorpus.make(seed: 4, trainBytes: 200_000, heldOutBytes: 2000)
    let text = Array("the dog sees the cat.\n".utf8)
    let tokenizers: [any Tokenizer] =
      [TokenizerPipeline.bytes]
      + (try [280, 300, 320, 340].map { size in
        try corpus.source.withTrain {
          try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: size, from: $0)
        }
      })
    let bits = try tokenizers.map { tokenizer in
      let direct = try #require(TokenAutomaton(corpus.automaton, tokenizer: tokenizer))
      return direct.bits(text.withUnsafeBufferPointer { tokenizer.encode($0) })
    }
    #expect(Set(bits.map(\.count)).count > 2)
    for round in [[0, 0, 1, 2, 3, 4], [4, 0, 1, 4]] {
      for index in round {
        let automaton = try #require(corpus.tokenAutomaton(of: tokenizers[index]))
        #expect(automaton.bits(text.withUnsafeBufferPointer { tokenizers[index].encode($0) }) == bits[index])
      }
    }
    // A tokenizer without an automaton is known as well.
    let lossy = try text.withUnsafeBufferPointer {
      try TokenizerTrainer.make(kind: "wordpiece", vocabulary: 64, from: $0)
    }
    for _ in 1...2 { #expect(corpus.tokenAutomaton(of: lossy) == nil) }
  }

  @Test("a tokenizer that loses text has none")
  func lossy() throws {
    let text = Array("the cat sees.\n".utf8)
    let tokenizer = try text.withUnsafeBufferPointer {
      try TokenizerTrainer.make(kind: "wordpiece", vocabulary: 64, from: $0)
    }
    #expect(TokenAutomaton(GrammarCompiler.compile(smallGrammar()), tokenizer: tokenizer) == nil)
  }
}
