import Foundation
import Inference
import SyntheticCorpus
import Tensors
import TestSupport
import Testing
import Text
import Zoo

@testable import Evaluation

/// Hidden words among two, by where the evidence stands.
@Suite struct ClozeTests {
  private static let automaton = GeneratedCorpus.make(trainBytes: 2000, heldOutBytes: 2000).automaton
  private static let items = EvidenceItem.frozen

  /// What the grammar itself says: on the left, on the right or on both sides, as the item's name promises, and with
  /// the whole sentence in view always.
  @Test func theExactProbabilitiesSayWhereTheEvidenceStands() {
    for item in Self.items {
      let left = item.truth(Self.automaton, .leftOnly)
      let both = item.truth(Self.automaton, .bothSides)
      #expect(both[item.correct] >= 0.95 && abs(both.reduce(0, +) - 1) < 1e-9)
      // Each candidate's whole sentence, by its own probability.
      let bits = item.candidates.map { Self.automaton.bits(item.sentence($0).utf8) }
      let weights = bits.map { exp2(-$0) }
      #expect(abs(both[0] - weights[0] / weights.reduce(0, +)) < 1e-9)
      if item.side == .right {
        #expect(left.allSatisfy { $0 <= 0.75 }, "\(item)")
      } else {
        #expect(left[item.correct] >= 0.95, "\(item)")
      }
    }
    let rows = ClozeReport(Self.items, Self.automaton).rows([])
    #expect(rows.map(\.place) == ["left", "right", "both", "all"])
    #expect(rows.map(\.count) == [100, 100, 100, 300] && rows.allSatisfy { $0.chance == 0.5 })
    #expect(rows.allSatisfy { ($0.best[.bothSides]?.expected ?? 0) > 0.99 })
    #expect((rows[1].best[.leftOnly]?.expected ?? 1) < 0.6 && (rows[0].best[.leftOnly]?.expected ?? 0) > 0.95)
  }

  /// A model that knows the exact probabilities has no divergence, one that guesses has a bit where the sentence
  /// tells all, and a confident wrong one has more.
  @Test func divergencesAreFromWhatCanBeKnown() throws {
    let items = Self.items
    let report = ClozeReport(items, Self.automaton)
    for side in ChoiceContext.allCases {
      let exact = ClozeReport.Answers(side, items.map { $0.truth(Self.automaton, side) })
      #expect(report.divergences(exact).allSatisfy { abs($0) < 1e-12 })
      let guess = ClozeReport.Answers(side, items.map { _ in [0.5, 0.5] })
      for (item, bits) in zip(items, report.divergences(guess)) {
        let entropy = item.truth(Self.automaton, side).reduce(0) { $1 > 0 ? $0 - $1 * log2($1) : $0 }
        #expect(abs(bits - (1 - entropy)) < 1e-9)
      }
    }
    let wrong = items.map { item in (0..<2).map { $0 == item.correct ? 0.125 : 0.875 } }
    let row = try #require(report.rows([.init(.bothSides, wrong)]).last)
    let answer = try #require(row.answers[.bothSides])
    #expect(answer.right.value == 0 && abs((answer.probability?.value ?? 0) - 0.125) < 1e-12)
    #expect((answer.divergence?.value ?? 0) > 2.9)
    #expect(items.right(items.map { _ in [0.5, 0.5] }) == items.map { _ in false })
  }

  private static func item(_ right: String) -> EvidenceItem {
    EvidenceItem(
      left: "a", candidates: ["b", "be", "cab"], correct: 1, right: right, side: .left, question: .number)
  }

  private static let byHand = [
    item(" d.\n")
  ]

  /// −log probabilities, token by token, from whole rows.
  private func logProbability(_ model: LoadedModel, _ ids: [Int32], at place: Int, of token: Int32) throws
    -> Double
  {
    Double(try model.logProbabilities(ids, at: [place])[0][Int(token)])
  }

  @Test func aDecoderFollowsTheChainRule() throws {
    let model = try untrainedModel("tiny/gpt", sets: largeWeights + ["context=80"])
    let scoring = ClozeScoring(model)
    for side in ChoiceContext.allCases {
      let scores = try scoring.scores(Self.byHand, side)[0]
      for (score, candidate) in zip(scores, Self.byHand[0].candidates) {
        let left = [SpecialTokens.start] + model.tokenizer.encode("a")
        let form = model.tokenizer.encode(" " + candidate)
        let right = side == .bothSides ? model.tokenizer.encode(" d.\n") : []
        let ids = left + form + right
        var expected = try (left.count..<ids.count).reduce(0) { sum, place in
          sum + (try logProbability(model, Array(ids[..<place]), at: place - 1, of: ids[place]))
        }
        // "b" is the beginning of words; "cab" is none of the grammar's.
        if side == .leftOnly, candidate != "cab" {
          let row = try model.logProbabilities(ids, at: [ids.count - 1])[0]
          let letters = Set("abcdefghijklmnopqrstuvwxyz".utf8)
          let ends = row.indices.filter { token in
            model.tokenizer.bytes(of: Int32(token)).first.map { !letters.contains($0) } ?? false
          }
          expected += log(ends.reduce(0) { $0 + exp(Double(row[$1])) })
        }
        #expect(abs(score - expected) < 1e-3, "\(candidate), \(side)")
      }
    }
  }

  @Test func anEncoderUnmasksTheCandidate() throws {
    let model = try untrainedModel("tiny/bert", sets: largeWeights + ["context=80"])
    let scoring = ClozeScoring(model)
    for side in ChoiceContext.allCases {
      let scores = try scoring.scores(Self.byHand, side)[0]
      for (score, candidate) in zip(scores, Self.byHand[0].candidates) {
        let left = model.tokenizer.encode("a")
        let form = model.tokenizer.encode(" " + candidate)
        // Everything behind is masked up to 64 tokens, however long the candidate or the rest is.
        let right =
          side == .bothSides
          ? model.tokenizer.encode(" d.\n")
          : [Int32](repeating: SpecialTokens.mask, count: 64 - left.count - form.count)
        var expected = 0.0
        for offset in form.indices {
          var ids = left + form + right
          for place in left.count + offset..<left.count + form.count { ids[place] = SpecialTokens.mask }
          expected += try logProbability(model, ids, at: left.count + offset, of: form[offset])
        }
        if side == .leftOnly, candidate != "cab" {
          let row = try model.logProbabilities(left + form + right, at: [left.count + form.count])[0]
          let ends = row.indices.dropFirst(SpecialTokens.count).filter { token in
            guard let first = model.tokenizer.bytes(of: Int32(token)).first else { return false }
            return first < 97 || first > 122
          }
          expected += log(ends.reduce(0) { $0 + exp(Double(row[$1])) })
        }
        #expect(abs(score - expected) < 1e-3, "\(candidate), \(side)")
      }
    }
  }

  @Test func withTheLeftSideAloneNothingBehindMatters() throws {
    for preset in ["tiny/gpt", "tiny/bert"] {
      let scoring = ClozeScoring(try untrainedModel(preset, sets: largeWeights + ["context=80"]))
      let (short, long) = (Self.item(".\n"), Self.item(" d and so on and on.\n"))
      #expect(try scoring.scores([short], .leftOnly) == scoring.scores([long], .leftOnly), "\(preset)")
      #expect(try scoring.scores([short], .bothSides) != scoring.scores([long], .bothSides), "\(preset)")
    }
  }

  /// A model that knows nothing is at chance, and what it says adds up to 1.
  @Test func probabilitiesAreOfTheCandidatesAlone() throws {
    let model = try untrainedModel("tiny/gpt", sets: ["tokenizer=bytes", "context=200"])
    let scoring = ClozeScoring(model)
    let items = Array(Self.items.prefix(80))
    let scores = try scoring.scores(items, .leftOnly)
    let probabilities = try scoring.probabilities(items, .leftOnly)
    for (scores, probabilities) in zip(scores, probabilities) {
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12)
      #expect(abs(log(probabilities[0] / probabilities[1]) - (scores[0] - scores[1])) < 1e-9)
    }
    #expect((16...64).contains(items.right(probabilities).count { $0 }))
    #expect(ClozeScoring.fits(items[0], model.tokenizer, context: 200))
    #expect(!ClozeScoring.fits(items[0], model.tokenizer, context: 20))
  }
}
