import Foundation
import Inference
import Installed
import SyntheticCorpus
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Evaluation

@Suite struct ChoiceScoringTests {
  private let parts = [
    (left: "the dog", form: "sees", right: " it.\n"), (left: "all dogs", form: "see", right: " a cat.\n"),
  ]

  @Test func aDecoderScoresByTheChainRule() throws {
    let model = try untrainedModel("tiny/gpt")
    let left = try ChoiceScoring(model).scores(parts, .leftOnly)
    let both = try ChoiceScoring(model).scores(parts, .bothSides)
    for (index, part) in parts.enumerated() {
      let start = [SpecialTokens.start] + model.tokenizer.encode(part.left)
      let form = model.tokenizer.encode(" " + part.form)
      let ids = start + form + model.tokenizer.encode(part.right)
      func sum(_ range: Range<Int>) throws -> Double {
        try range.reduce(0) { sum, place in
          let row = try model.logProbabilities(Array(ids[..<place]), at: [place - 1])[0]
          return sum + Double(row[Int(ids[place])])
        }
      }
      #expect(abs(left[index] - (try sum(start.count..<start.count + form.count))) < 1e-3)
      #expect(abs(both[index] - (try sum(start.count..<ids.count))) < 1e-3)
    }
  }

  @Test func anEncoderUnmasksTheFormFromLeftToRight() throws {
    let model = try untrainedModel("tiny/bert")
    let scores = try ChoiceScoring(model).scores(parts, .bothSides)
    let hidden = try ChoiceScoring(model).scores(parts, .leftOnly)
    for (index, part) in parts.enumerated() {
      let left = model.tokenizer.encode(part.left)
      let form = model.tokenizer.encode(" " + part.form)
      let whole = left + form + model.tokenizer.encode(part.right)
      var (both, leftOnly) = (0.0, 0.0)
      for offset in form.indices {
        let place = left.count + offset
        var masked = whole
        for index in place..<left.count + form.count { masked[index] = SpecialTokens.mask }
        both += Double(try model.logProbabilities(masked, at: [place])[0][Int(form[offset])])
        for index in place..<whole.count { masked[index] = SpecialTokens.mask }
        leftOnly += Double(try model.logProbabilities(masked, at: [place])[0][Int(form[offset])])
      }
      #expect(abs(scores[index] - both) < 1e-3)
      #expect(abs(hidden[index] - leftOnly) < 1e-3)
    }
  }

  /// One place earlier, behind a start token.
  @Test func aHiddenFormMayBeReadOnePlaceEarlier() throws {
    let model = try untrainedModel("tiny/bert", startsWithToken: true, predicts: .hidden)
    let scores = try ChoiceScoring(model).scores(parts, .bothSides)
    for (index, part) in parts.enumerated() {
      let left = [SpecialTokens.start] + model.tokenizer.encode(part.left)
      let form = model.tokenizer.encode(" " + part.form)
      let whole = left + form + model.tokenizer.encode(part.right)
      var expected = 0.0
      for offset in form.indices {
        let place = left.count + offset
        var masked = whole
        for index in place..<left.count + form.count { masked[index] = SpecialTokens.mask }
        expected += Double(try model.logProbabilities(masked, at: [place - 1])[0][Int(form[offset])])
      }
      #expect(abs(scores[index] - expected) < 1e-3)
    }
  }

  @Test func whatStandsRightCannotMatterForTheLeftSideAlone() throws {
    for preset in ["tiny/gpt", "tiny/bert"] {
      let scoring = ChoiceScoring(try untrainedModel(preset))
      let a = try scoring.scores([("the dog", "sees", " it.\n")], .leftOnly)
      let b = try scoring.scores([("the dog", "sees", " us!\n")], .leftOnly)
      #expect(a == b)
    }
  }

  @Test func aModelWithoutKnowledgeIsAtChance() throws {
    let items = Array(GeneratedCorpus.make(trainBytes: 20_000, heldOutBytes: 2_000).items.prefix(100))
    let fresh = try untrainedModel(
      "tiny/gpt", sets: ["tokenizer=bytes", "context=160"], threads: 2, seed: 1)
    let right = try ChoiceScoring(fresh).right(items, .bothSides)
    #expect((25...75).contains(right.count { $0 }))
  }
}
