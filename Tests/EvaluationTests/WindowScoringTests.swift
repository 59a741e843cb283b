import Foundation
import Inference
import Installed
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Evaluation

/// Likelihoods of both kinds: they are distributions, and agree with what is computed step by step.
@Suite struct WindowScoringTests {
  /// A model of three characters with large weights, so that nothing is nearly even.
  private func model(
    _ preset: String, sets: [String] = [], startsWithToken: Bool? = nil, predicts: Prediction? = nil
  ) throws -> LoadedModel {
    let tokenizer = try Array("abc".utf8).withUnsafeBufferPointer {
      try TokenizerTrainer.make(kind: "characters", from: $0)
    }
    return try untrainedModel(
      preset, sets: ["tokenizer=characters", "initialisation={ type: 'normal', deviation: 0.4 }"] + sets,
      tokenizer: tokenizer, startsWithToken: startsWithToken, predicts: predicts)
  }

  /// All texts of `length` of the three characters.
  private func allWindows(_ length: Int) -> [[Int32]] {
    (0..<length).reduce([[]]) { windows, _ in
      windows.flatMap { window in (0..<3).map { window + [Int32(SpecialTokens.count + $0)] } }
    }
  }

  @Test(arguments: tinyPresets)
  func probabilitiesOfAllWindowsAddUpToOne(preset: String) throws {
    #expect(tinyPresets.count >= 14)
    let scoring = try WindowScoring(try model(preset))
    let orders: [UnmaskingOrder] =
      scoring.hasOrders
      ? [.leftToRight, .rightToLeft, .random(seed: 4), .blocks(size: 2), .blocks(size: 9)] : [.leftToRight]
    for length in [1, 4] {
      let windows = allWindows(length)
      for order in orders {
        let probabilities = try scoring.nats(windows, order: order).map { exp(-$0.reduce(0, +)) }
        #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5, "\(preset), \(length) tokens, \(order)")
        // Not because all are alike.
        #expect((probabilities.max() ?? 0) > 1.2 * (probabilities.min() ?? 0), "\(preset), \(order)")
      }
    }
  }

  /// What a model predicts is not what it may see: hidden tokens can be told from the left side alone.
  @Test func aModelOfHiddenTokensUnderACausalMaskHasALikelihoodToo() throws {
    let model = try model("tiny/bert", sets: ["mask=causal", "pooler=false"], predicts: .hidden)
    let scoring = try WindowScoring(model)
    #expect(scoring.hasOrders)
    let probabilities = try scoring.nats(allWindows(4)).map { exp(-$0.reduce(0, +)) }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    #expect(try model.fill("ab[MASK]a", best: 2)[0].count == 2)
    #expect(throws: InferenceError.self) { try untrainedModel("tiny/gpt").fill("ab[MASK]a") }
    // What follows is out of sight.
    #expect(try model.fill("ab[MASK]a") == model.fill("ab[MASK]c"))
  }

  /// What is predicted one place earlier is read one place earlier, and is a distribution, too: also of a window
  /// as long as the context, whose last token is then out of sight.
  @Test(arguments: [32, 4]) func hiddenTokensMayBePredictedOnePlaceEarlier(context: Int) throws {
    let model = try model(
      "tiny/bert", sets: ["context=\(context)"], startsWithToken: true, predicts: .hidden)
    let scoring = try WindowScoring(model)
    for order in [UnmaskingOrder.leftToRight, .rightToLeft, .random(seed: 3)] {
      let probabilities = try scoring.nats(allWindows(4), order: order).map { exp(-$0.reduce(0, +)) }
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5, "\(order)")
    }
    let window: [Int32] = [5, 7, 6, 5]
    let nats = try scoring.nats([window])[0]
    for place in window.indices {
      let masked = window.indices.map { $0 < place ? window[$0] : SpecialTokens.mask }
      let input = Array(([SpecialTokens.start] + masked).prefix(context))
      let row = try model.logProbabilities(input, at: [place])[0]
      #expect(abs(nats[place] - Self.renormalised(row, window[place])) < 1e-5)
    }
    // A mask is filled by what is said at the place before it.
    let text = "a[MASK]b"
    let filled = try model.fill(text, best: 3)[0]
    let row = try model.logProbabilities(
      [SpecialTokens.start] + model.tokenizer.encodePrompt(text), at: [1])[0]
    for candidate in filled {
      #expect(abs(candidate.probability - exp(Double(row[Int(candidate.id)]))) < 1e-5)
    }
    var options = GenerationOptions()
    options.tokens = 3
    #expect(try model.generate(prompt: "a", options: options).count == 3)
  }

  @Test func aDecoderIsScoredByWhatItPredictsNext() throws {
    let model = try model("tiny/gpt")
    let window: [Int32] = [5, 7, 6, 6, 5]
    let nats = try WindowScoring(model).nats([window])[0]
    for place in window.indices {
      let row = try model.logProbabilities(
        [SpecialTokens.start] + window[..<place], at: [place])[0]
      #expect(abs(nats[place] - Self.renormalised(row, window[place])) < 1e-5)
    }
  }

  @Test func anEncoderIsScoredWithAllThatComesLaterMasked() throws {
    let model = try model("tiny/bert")
    let window: [Int32] = [5, 7, 6, 6, 5]
    for order in [UnmaskingOrder.leftToRight, .rightToLeft, .random(seed: 2), .blocks(size: 2)] {
      let nats = try WindowScoring(model).nats([window], order: order)[0]
      var seen = Set<Int>()
      for group in order.groups(length: 5) {
        let masked = window.indices.map { seen.contains($0) ? window[$0] : SpecialTokens.mask }
        for place in group {
          let row = try model.logProbabilities(masked, at: [place])[0]
          #expect(abs(nats[place] - Self.renormalised(row, window[place])) < 1e-5, "\(order)")
        }
        seen.formUnion(group)
      }
      #expect(seen.count == 5)
    }
  }

  private static func renormalised(_ row: [Float], _ token: Int32) -> Double {
    let real = row[SpecialTokens.count...].reduce(0) { $0 + exp(Double($1)) }
    return -(Double(row[Int(token)]) - log(real))
  }

  @Test func ordersAreDeclaredBeforehand() {
    #expect(UnmaskingOrder.rightToLeft.groups(length: 3) == [[2], [1], [0]])
    #expect(UnmaskingOrder.blocks(size: 2).groups(length: 5) == [[0, 1], [2, 3], [4]])
    let shuffled = UnmaskingOrder.random(seed: 1).groups(length: 40)
    #expect(shuffled == UnmaskingOrder.random(seed: 1).groups(length: 40))
    #expect(shuffled != UnmaskingOrder.random(seed: 2).groups(length: 40))
    #expect(
      shuffled.flatMap { $0 }.sorted() == Array(0..<40) && shuffled != shuffled.sorted { $0[0] < $1[0] })
    #expect(WindowScoring.hiddenShare(length: 4, order: .rightToLeft) == [0.25, 0.5, 0.75, 1])
    #expect(WindowScoring.hiddenShare(length: 4, order: .blocks(size: 2)) == [1, 1, 0.5, 0.5])
  }

  @Test func pseudoLikelihoodsMaskOneTokenOrTheRestOfItsWord() throws {
    let model = try untrainedModel("tiny/bert", seed: 3)
    let window = TokenizerPipeline.bytes.encode("ab cd\nef")
    let wordEnds = [2, 2, 5, 5, 5, 8, 8, 8]
    for (form, ends) in [
      (WindowScoring.PseudoForm.original, window.indices.map { $0 + 1 }), (.withinWord, wordEnds),
    ] {
      let nats = try WindowScoring(model).pseudoNats([window], form)[0]
      for place in window.indices {
        var masked = window
        for hidden in place..<ends[place] { masked[hidden] = SpecialTokens.mask }
        let row = try model.logProbabilities(masked, at: [place])[0]
        #expect(abs(nats[place] - Self.renormalised(row, window[place])) < 1e-5, "\(form), \(place)")
      }
      // Both at once are the same.
      let both = try WindowScoring(model).pseudoNats([window, Array(window[3...])])
      #expect(both[form]?.map(\.count) == [8, 5])
      for (one, other) in zip(nats, both[form]?[0] ?? []) { #expect(abs(one - other) < 1e-5, "\(form)") }
    }
  }

  @Test func whatHasNoLikelihoodIsRefused() throws {
    let noStart = #expect(throws: InferenceError.self) {
      try WindowScoring(try model("tiny/gpt", startsWithToken: false))
    }
    #expect(noStart?.description.contains("without a start token") == true)
    let scoring = try WindowScoring(try model("tiny/bert"))
    #expect(throws: InferenceError.self) { try scoring.nats([[Int32](repeating: 5, count: 13)]) }
    let unknown = #expect(throws: InferenceError.self) { try scoring.nats([[5, SpecialTokens.unknown]]) }
    #expect(unknown?.description.contains("[UNK]") == true)
  }
}
