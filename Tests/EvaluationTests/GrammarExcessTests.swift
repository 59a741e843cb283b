import Foundation
import SyntheticCorpus
import Testing
import Text

@testable import Evaluation
@testable import Statistics

/// The excess over the grammar, and where it lies.
@Suite struct GrammarExcessTests {
  private static let sentences = [
    "the keys near the old house are rusty.\n", "this dog sleeps.\n",
    "the chefs that the cat follows laugh.\n",
  ]

  /// Three windows of a sentence each, a token a word or a line end.
  private func windows() -> (tokens: [[TokenProperty.Token]], truth: [[Double]], bytes: [Int]) {
    let automaton = GeneratedCorpus.make(trainBytes: 1000, heldOutBytes: 1000).automaton
    let words = Self.sentences.map { sentence -> [[UInt8]] in
      sentence.utf8.reduce(into: []) { words, byte in
        let begins = words.isEmpty || [UInt8(ascii: " "), 46].contains(byte)
        if begins { words.append([]) }
        words[words.count - 1].append(byte)
      }
    }
    let reader = ConstructionReader()
    let tokens = words.map { words in
      zip(reader.constructions(words), words).map {
        TokenProperty.Token(construction: $0, frequency: $1 == Array("the".utf8) ? 200_000 : 5_000)
      }
    }
    let truth = zip(Self.sentences, words).map { sentence, words in
      var bits = automaton.bitsOfBytes(sentence.utf8)[...]
      return words.map { word in
        defer { bits = bits.dropFirst(word.count) }
        return bits.prefix(word.count).reduce(0, +)
      }
    }
    return (tokens, truth, Self.sentences.map(\.utf8.count))
  }

  @Test func whatAModelLacksStandsWhereItLacksIt() throws {
    let (tokens, truth, bytes) = windows()
    // The first model is the grammar itself, the second one needs 2 bits more at verbs, 3 in relative clauses.
    let exact = truth.map { $0.map { $0 * log(2) } }
    let other = zip(exact, tokens).map { nats, tokens in
      zip(nats, tokens).map { nats, token in
        let isVerb = token.construction?.wordClass == .verb
        let isInner = (token.construction?.depth ?? 0) > 0
        return nats + (isVerb ? 2 * log(2) : 0) + (isInner ? 3 * log(2) : 0)
      }
    }
    let excess = GrammarExcess(tokens: tokens, truth: truth)
    let report = ExcessResults(
      tokens: 7, bytes: bytes,
      [
        (arm: 2, isTrainedForIt: true, sums: excess.sums(exact)),
        (arm: 0, isTrainedForIt: false, sums: excess.sums(other)),
      ])
    #expect(report.windows == 3 && report.rows.map(\.arm) == [2, 0])
    #expect(report.rows.map(\.isTrainedForIt) == [true, false])
    let all = Double(bytes.reduce(0, +))
    #expect(abs(report.floor - truth.joined().reduce(0, +) / all) < 1e-12)
    #expect(abs(report.rows[0].perByte.value) < 1e-12 && report.rows[0].difference == nil)
    // Four verbs, of which one is in the relative clause of four words.
    #expect(abs(report.rows[1].perByte.value - (4 * 2 + 4 * 3) / all) < 1e-9)
    #expect(abs((report.rows[1].difference?.value ?? 0) - report.rows[1].perByte.value) < 1e-9)
    #expect(report.rows[1].difference?.interval != nil)

    func group(_ property: String, _ label: String) throws -> ExcessResults.Group {
      let found = try #require(report.properties.first { $0.name.hasPrefix(property) })
      return try #require(found.groups.first { $0.label == label }, "\(property): \(label)")
    }
    let verbs = try group("Kind of word", "verb")
    #expect(verbs.count == 4 && abs(verbs.excess[0].value) < 1e-9)
    #expect(abs(verbs.excess[1].value - (4 * 2 + 3) / 4) < 1e-9)
    #expect(abs((verbs.difference?.value ?? 0) - 2.75) < 1e-9)
    // Three windows are too few for an interval.
    #expect(verbs.excess[1].interval == nil)
    let relative = try group("Clause", "relative clause")
    #expect(relative.count == 4 && abs(relative.excess[1].value - (4 * 3 + 2) / 4) < 1e-9)
    #expect(try abs(group("Clause", "main clause").excess[1].value - 3 * 2 / 17) < 1e-9)
    // "near the old house", "" twice, and "that the cat follows".
    #expect(try group("Verbs by words between", "none").count == 2)
    #expect(try group("Verbs by words between", "4 to 6").count == 2)
    #expect(try group("Verbs by nouns of the other", "1").count == 2)
    #expect(try abs(group("Verbs by nouns of the other", "1").excess[1].value - 2) < 1e-9)
    #expect(try group("How often", "100,000 or more").count == 2)
    #expect(try group("How often", "1,000 to 9,999").count == 19)
    #expect(try group("Place of the word", "1st").count == 3)
    // Every property but those of verbs is one of all tokens; those of verbs are one of all verbs.
    for property in report.properties {
      let count = property.groups.reduce(0) { $0 + $1.count }
      #expect(count == (property.name.hasPrefix("Verbs") ? 4 : 21), "\(property.name)")
    }
  }

  @Test func theIntervalIsThatOfAMeanWhereWindowsHaveOneLength() throws {
    let token = TokenProperty.Token(construction: nil, frequency: 0)
    let excess = GrammarExcess(
      tokens: (0..<5).map { _ in [token, token] }, truth: (0..<5).map { _ in [1, 1] })
    let bits = [2.0, 2.4, 3.1, 2.2, 1.9]
    let sums = excess.sums(bits.map { [$0 * log(2), 0] })
    let report = ExcessResults(
      tokens: 2, bytes: [4, 4, 4, 4, 4], [(arm: 0, isTrainedForIt: true, sums: sums)])
    let expected = PairedComparison(differences: bits.map { ($0 - 2) / 4 })
    let measured = report.rows[0].perByte
    #expect(abs(measured.value - expected.mean) < 1e-12)
    let interval = try #require(expected.interval())
    #expect(abs((measured.interval?.low ?? 0) - interval.low) < 1e-12)
    #expect(abs((measured.interval?.high ?? 0) - interval.high) < 1e-12)
    let group = try #require(report.properties.last?.groups.first)
    #expect(group.excess[0].interval != nil && abs(group.excess[0].value - 2 * expected.mean) < 1e-12)
    // Tokens without a reading are in no group of the grammar's.
    #expect(report.properties.map(\.name) == [TokenProperty.all.last?.name])
  }
}
