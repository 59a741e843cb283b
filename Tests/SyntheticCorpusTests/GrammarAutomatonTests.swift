import Foundation
import Testing

@testable import SyntheticCorpus
@testable import Text

@Suite("Automaton of a grammar, against a list of all its sentences")
struct GrammarAutomatonTests {
  let sentences = enumerate(smallGrammar())
  let automaton = GrammarCompiler.compile(smallGrammar())

  private func isClose(_ first: Double, _ second: Double) -> Bool { abs(first - second) < 1e-12 }

  @Test("the list is complete and every sentence has its probability")
  func probabilities() {
    #expect(sentences.count == 19)
    #expect(isClose(sentences.values.reduce(0, +), 1))
    for (sentence, probability) in sentences {
      #expect(isClose(exp2(-automaton.bits(sentence.utf8)), probability), "\(sentence)")
    }
    #expect(isClose(sentences["the cat sees.\n"] ?? 0, 1 / 3.75 * 0.6 * 2 / 3))
  }

  @Test("every prefix has the probability of all sentences that begin with it")
  func prefixes() {
    let prefixes = Set(
      sentences.keys.flatMap { sentence in (0...sentence.count).map { String(sentence.prefix($0)) } })
    #expect(prefixes.count > 100)
    for prefix in prefixes {
      let sum = sentences.filter { $0.key.hasPrefix(prefix) }.reduce(0) { $0 + $1.value }
      #expect(isClose(exp2(-automaton.bits(prefix.utf8)), sum), "\(prefix)")
    }
  }

  @Test("entropy and length are those of the list")
  func entropy() {
    let entropy = sentences.values.reduce(0) { $0 - $1 * log2($1) }
    let length = sentences.reduce(0) { $0 + $1.value * Double($1.key.utf8.count) }
    #expect(isClose(automaton.entropyBitsPerSentence, entropy))
    #expect(isClose(automaton.expectedBytesPerSentence, length))
    #expect(isClose(automaton.entropyBitsPerByte, entropy / length))
  }

  @Test("several sentences, the last cut off, and impossible text")
  func manySentences() {
    let first = "the cats see.\n"
    let second = "they nearly seem old.\n"
    let bits = automaton.bits(first.utf8) + automaton.bits(second.utf8)
    #expect(isClose(automaton.bits((first + second).utf8), bits))
    let whole = first + second + "the cat ne"
    #expect(isClose(automaton.bits(whole.utf8), bits + automaton.bits("the cat ne".utf8)))
    #expect(isClose(automaton.bitsOfBytes(whole.utf8).reduce(0, +), automaton.bits(whole.utf8)))
    #expect(automaton.bits("the cat see.\n".utf8) == .infinity)
    #expect(automaton.bits("the cat see".utf8) < .infinity)
    #expect(automaton.bits(" the".utf8) == .infinity)
    #expect(automaton.bitsOfBytes("thx".utf8).last == .infinity)
  }

  @Test("every state's probabilities sum to 1 and its bytes differ")
  func states() {
    for automaton in [automaton, GeneratedCorpus.shared.automaton] {
      for state in 0..<automaton.stateCount {
        let edges = automaton.transitions.edges(state)
        let isSound = abs(automaton.transitions.probabilities[edges].reduce(0, +) - 1) < 1e-12
        #expect(isSound && Set(automaton.transitions.symbols[edges]).count == edges.count, "state \(state)")
      }
    }
  }

  @Test(
    "a word's distribution is that of the list, with one side and with both",
    arguments: [
      ("the", nil), ("the", " see"), ("the", " see.\n"), ("the cat", nil), ("the cats", " seem old.\n"),
      ("", nil), ("", " cat sees.\n"), ("they near ", nil), ("they see.\nthe", " nearly sees.\nthe cat"),
    ] as [(String, String?)])
  func words(left: String, right: String?) {
    // The part of both sides that lies in the gap's own sentence.
    let head = left.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    let prefix = head.isEmpty || head.hasSuffix(" ") ? head : head + " "
    let tail = right.map { $0.firstIndex(of: "\n").map { end in String(right?[...end] ?? "") } ?? $0 }
    var expected: [String: Double] = [:]
    for (sentence, probability) in sentences where sentence.hasPrefix(prefix) {
      let rest = sentence.dropFirst(prefix.count)
      let word = rest.prefix { $0.isLetter }
      if word.isEmpty || tail.map({ rest.dropFirst(word.count).hasPrefix($0) }) == false { continue }
      expected[String(word), default: 0] += probability
    }
    let total = expected.values.reduce(0, +)
    let found = automaton.wordDistribution(left: left, right: right)
    #expect(total > 0 && found.count == expected.count)
    for (word, probability) in found {
      #expect(isClose(probability, (expected[word] ?? 0) / total), "\(word)")
    }
    #expect(found.map(\.probability) == found.map(\.probability).sorted(by: >))
    #expect(automaton.bestFill(left: left, right: right)?.word == found.first?.word)
  }

  @Test("a byte's distribution is that of the list, with one side and with both")
  func bytes() {
    for (sentence, _) in sentences {
      for place in 0..<(sentence.count - 1) {
        let left = String(sentence.prefix(place))
        for right in [nil, String(sentence.dropFirst(place + 1))] {
          var expected: [UInt8: Double] = [:]
          for (other, probability) in sentences where other.hasPrefix(left) && other.count > place {
            if let right, String(other.dropFirst(place + 1)) != right { continue }
            expected[Array(other.utf8)[place], default: 0] += probability
          }
          let total = expected.values.reduce(0, +)
          let found = automaton.byteDistribution(left: left, right: right)
          #expect(found.count == expected.count)
          for (byte, probability) in found {
            #expect(isClose(probability, (expected[byte] ?? 0) / total), "\(left)_\(right ?? "")")
          }
        }
      }
    }
  }

  @Test("nothing fits where the text is impossible; a long right side is no trouble")
  func edges() {
    #expect(automaton.wordDistribution(left: "cat").isEmpty)
    #expect(automaton.wordDistribution(left: "the", right: " seems.\n").isEmpty)
    #expect(automaton.byteDistribution(left: "xyz").isEmpty)
    let long = String(repeating: "they nearly seem old.\n", count: 2000)
    let found = automaton.wordDistribution(left: "the", right: " sees.\n" + long)
    #expect(found.map(\.word) == ["cat"])
  }
}
