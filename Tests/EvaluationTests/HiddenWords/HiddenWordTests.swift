import Foundation
import Inference
import Tensors
import TestSupport
import Testing
import Text

@testable import Evaluation

/// Hidden words: a question that encoders and decoders can both be asked, on any text.
@Suite struct HiddenWordTests {
  /// Words that are the less frequent the later they are in the list.
  private static let words = [
    "wolf", "bear", "deer", "crow", "frog", "goat", "hare", "lynx", "mole", "newt", "seal", "toad",
  ]

  /// Lines of words of one length, drawn by their frequency.
  private func source(lines: Int = 6000) -> TextSource {
    let key = RandomStream(seed: 3).key("words")
    var number: UInt64 = UInt64(key.low)
    func draw() -> String {
      number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // Twice the index in half of the draws: the first words come most often.
      let unit = Double(number >> 11) * 0x1p-53
      return Self.words[Int(unit * unit * Double(Self.words.count))]
    }
    func part(_ lines: Int) -> [UInt8] {
      Array((0..<lines).map { _ in (0..<8).map { _ in draw() }.joined(separator: " ") + ".\n" }.joined().utf8)
    }
    return TextSource(name: "words", train: part(lines), heldOut: part(lines), startsAtLines: true)
  }

  private let bytes: [(tokenizer: any Tokenizer, context: Int)] = [(TokenizerPipeline.bytes, 128)]

  @Test func whoKnowsFrequenciesAloneIsRightByChance() throws {
    let source = source()
    let items = HiddenWordItem.draw(3000, from: source, readers: bytes)
    try #require(items.count == 3000)
    var counts: [String: Int] = [:]
    for word in source.withTrain({ String(decoding: $0, as: UTF8.self) }).split(whereSeparator: {
      !$0.isLetter
    }) {
      counts[String(word), default: 0] += 1
    }
    for sign in [1, -1] {
      let right = items.count { item in
        let best = item.candidates.indices.max {
          sign * counts[item.candidates[$0], default: 0] < sign * counts[item.candidates[$1], default: 0]
        }
        return best == item.correct
      }
      // Four standard deviations of a fraction of a quarter.
      #expect(abs(Double(right) / 3000 - 0.25) < 4 * (0.25 * 0.75 / 3000).squareRoot(), "\(right)")
    }
    // Nor does the place in the list say anything.
    for place in 0..<HiddenWordItem.candidateCount {
      let share = Double(items.count { $0.correct == place }) / 3000
      #expect(abs(share - 0.25) < 0.08, "\(place): \(share)")
    }
  }

  @Test func passagesStandInTheHeldOutText() {
    let source = source(lines: 300)
    let text = source.withHeldOut { String(decoding: $0, as: UTF8.self) }
    let items = HiddenWordItem.draw(50, from: source, readers: bytes)
    #expect(items.count == 50 && items == HiddenWordItem.draw(50, from: source, readers: bytes))
    #expect(items != HiddenWordItem.draw(50, from: source, readers: bytes, seed: 2))
    for item in items {
      #expect(text.contains(item.passage(item.candidates[item.correct])))
      #expect(Set(item.candidates).count == HiddenWordItem.candidateCount && !item.left.isEmpty)
      #expect(Set(item.candidates.map { TokenizerPipeline.bytes.encode(" " + $0).count }).count == 1)
      #expect(TokenizerPipeline.bytes.encode(item.passage("wolf")).count + 2 <= 128)
    }
    // Where nothing fits, nothing is asked; and a text without words has none.
    #expect(HiddenWordItem.draw(5, from: source, readers: [(TokenizerPipeline.bytes, 8)]).isEmpty)
    let numbers = TextSource(
      name: "numbers", train: Array("1 2 3\n".utf8), heldOut: Array("4 5 6\n".utf8), startsAtLines: true)
    #expect(HiddenWordItem.draw(5, from: numbers, readers: bytes).isEmpty)
    let empty = TextSource(name: "blank", train: [], heldOut: Array("    \n \n".utf8), startsAtLines: true)
    #expect(HiddenWordItem.draw(5, from: empty, readers: bytes).isEmpty)
  }

  /// A decoder ranks by the probability of whole passages, added up here token by token.
  @Test func aDecoderRanksWholePassages() throws {
    let model = try untrainedModel("tiny/gpt", sets: largeWeights + ["context=128"])
    let items = HiddenWordItem.draw(6, from: source(lines: 100), readers: bytes)
    try #require(items.count == 6)
    let scoring = HiddenWordScoring(model)
    #expect(scoring.sides == ChoiceContext.allCases)
    let right = try scoring.right(items, .bothSides)
    for (item, isRight) in zip(items, right) {
      let totals = try item.candidates.map { candidate -> Double in
        let ids = model.input(model.tokenizer.encode(item.passage(candidate)))
        let rows = try model.logProbabilities(ids, batch: 1, at: Array(0..<ids.count - 1))
        return zip(rows, ids.dropFirst()).reduce(0) { $0 + Double($1.0[Int($1.1)]) }
      }
      let best = totals.indices.max { totals[$0] < totals[$1] }
      #expect(isRight == (best == item.correct), "\(totals)")
    }
  }

  @Test func anEncoderIsAskedWithBothSidesAndTiesAreWrong() throws {
    let encoder = try untrainedModel("tiny/bert", sets: ["tokenizer=bytes", "context=128"])
    #expect(HiddenWordScoring(encoder).sides == [.bothSides])
    let item = HiddenWordItem(
      left: "the wolf", candidates: ["saw", "saw", "saw", "saw"], correct: 2, right: " the bear.\n")
    #expect(try HiddenWordScoring(encoder).right([item], .bothSides) == [false])
  }
}
