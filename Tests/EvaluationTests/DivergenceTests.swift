import Foundation
import Inference
import SyntheticCorpus
import TestSupport
import Testing
import Text

@testable import Evaluation
@testable import Statistics

/// Divergence from known distributions, and calibration against them.
@Suite struct DivergenceTests {
  @Test func aModelThatIsTheTruthHasNeitherDivergenceNorCalibrationError() throws {
    let corpus = GeneratedCorpus.make(seed: 3, trainBytes: 100_000, heldOutBytes: 10_000)
    let tokenizer = try corpus.source.withTrain {
      try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: 400, from: $0)
    }
    let automaton = try #require(TokenAutomaton(corpus.automaton, tokenizer: tokenizer))
    let text = corpus.source.withHeldOut { tokenizer.encode($0) }
    let window = Array(text[..<64])
    var calibration = Calibration()
    var entropies: [Double] = []
    for place in window.indices {
      for truth in [
        automaton.distribution(after: window[..<place]), automaton.distribution(at: place, of: window),
      ] {
        var model = [Double](repeating: 0, count: tokenizer.vocabularySize)
        for (token, probability) in truth { model[Int(token)] = probability }
        #expect(abs(Divergence.bits(truth, model)) < 1e-12)
        calibration.add(truth, model)
        entropies.append(Divergence.entropy(truth))
      }
    }
    #expect(calibration.places == 128 && calibration.error < 1e-12)
    #expect((entropies.max() ?? 0) > 2 && (entropies.min() ?? 1) == 0)
    // What the other side tells can only make a place more certain on average.
    let left = stride(from: 0, to: 128, by: 2).reduce(0) { $0 + entropies[$1] }
    #expect(left > stride(from: 1, to: 128, by: 2).reduce(0) { $0 + entropies[$1] })
  }

  @Test func divergenceByHand() {
    let truth: Divergence.Truth = [(token: 5, probability: 0.5), (token: 7, probability: 0.5)]
    #expect(Divergence.entropy(truth) == 1)
    var model = [Double](repeating: 0, count: 9)
    (model[5], model[7], model[6]) = (0.25, 0.5, 0.25)
    #expect(abs(Divergence.bits(truth, model) - 0.5) < 1e-12)
    model[5] = 0
    #expect(Divergence.bits(truth, model) == .infinity)
    #expect(Divergence.entropy([(token: 5, probability: 1)]) == 0)
  }

  @Test func aKnownMiscalibrationHasTheKnownError() {
    // Always 75 % for the one of two tokens whose probability is 55 %: 20 % too much.
    var calibration = Calibration()
    for place in 0..<10 {
      let first = Int32(5 + place % 2)
      var model = [Double](repeating: 0, count: 7)
      (model[Int(first)], model[Int(11 - first)]) = (0.75, 0.25)
      calibration.add(
        [(token: first, probability: 0.55), (token: 11 - first, probability: 0.45)], model)
    }
    #expect(abs(calibration.error - 0.2) < 1e-12)
    #expect(calibration.bins[7].count == 10 && calibration.bins[7].predicted == 7.5)
    #expect(abs(calibration.bins[7].known - 5.5) < 1e-12)
    #expect(calibration.bins[2].count == 10 && abs(calibration.bins[2].known - 4.5) < 1e-12)
    // Sure of what cannot be: all of it lies in the wrong bin.
    var wrong = Calibration()
    wrong.add([(token: 5, probability: 1)], [0, 0, 0, 0, 0, 0, 1])
    #expect(wrong.error == 1 && wrong.bins[9].predicted == 1 && wrong.bins[0].known == 1)
    // Too much at one place and too little at another of the same tenth is right on average.
    var even = Calibration()
    even.add([(token: 5, probability: 0.54), (token: 6, probability: 0.46)], [0, 0, 0, 0, 0, 0.52, 0.48])
    even.add([(token: 5, probability: 0.50), (token: 6, probability: 0.50)], [0, 0, 0, 0, 0, 0.52, 0.48])
    #expect(even.error < 1e-12)
    #expect(Calibration().error.isNaN)
  }
}

/// Whole distributions at single places, against the model asked by hand.
@Suite struct PlaceScoringTests {
  @Test(arguments: ["tiny/gpt", "tiny/bert"])
  func distributionsAreTheModelsOwn(preset: String) throws {
    let model = try untrainedModel(preset, seed: 4)
    let scoring = try PlaceScoring(model)
    let windows = ["the dog sees", "a cat sleeps"].map { model.tokenizer.encode($0) }
    let places = [[0, 3, 11], [5]]
    #expect(scoring.sides == (preset == "tiny/bert" ? [.leftOnly, .bothSides] : [.leftOnly]))
    for side in scoring.sides {
      let found = try scoring.distributions(windows, at: places, side)
      #expect(found.map(\.count) == [3, 1])
      for (window, index) in zip(windows, windows.indices) {
        for (place, distribution) in zip(places[index], found[index]) {
          var ids = window
          let row: [Float]
          if preset == "tiny/gpt" {
            row = try model.logProbabilities([SpecialTokens.start] + ids[..<place], at: [place])[0]
          } else {
            for hidden in place..<(side == .leftOnly ? ids.count : place + 1) {
              ids[hidden] = SpecialTokens.mask
            }
            row = try model.logProbabilities(ids, at: [place])[0]
          }
          let total = row[SpecialTokens.count...].reduce(0) { $0 + exp(Double($1)) }
          #expect(distribution.count == 261 && distribution[..<SpecialTokens.count].allSatisfy { $0 == 0 })
          #expect(abs(distribution.reduce(0, +) - 1) < 1e-9)
          for token in SpecialTokens.count..<261 {
            #expect(abs(distribution[token] - exp(Double(row[token])) / total) < 1e-5)
          }
        }
      }
    }
    // The left side's is the term of the chain rule.
    let nats = try WindowScoring(model).nats(windows)
    let left = try scoring.distributions(windows, at: places, .leftOnly)
    for (index, window) in windows.enumerated() {
      for (place, distribution) in zip(places[index], left[index]) {
        #expect(abs(nats[index][place] + log(distribution[Int(window[place])])) < 1e-4)
      }
    }
  }
}
