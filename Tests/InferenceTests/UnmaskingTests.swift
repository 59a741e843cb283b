import Foundation
import Tensors
import TestSupport
import Testing
import Text
import Transformer

@testable import Inference
@testable import Zoo

/// An encoder writes what its own distribution says, whatever the order of unmasking was.
@Suite struct UnmaskingTests {
  private func model(context: Int = 8) throws -> LoadedModel {
    let tokenizer = try Array("abc".utf8).withUnsafeBufferPointer {
      try TokenizerTrainer.make(kind: "characters", from: $0)
    }
    let descriptor = try ModelFixture.descriptor(
      text: """
        { architecture: "bert", tokenizer: "characters", vocabulary: \(tokenizer.vocabularySize),
          context: \(context), layers: 1, initialisation: { type: "normal", deviation: 0.4 } }
        """)
    let (model, context) = try ModelFixture.build(descriptor, seed: 5)
    return LoadedModel(
      descriptor, model, tokenizer: tokenizer, context: context, kind: .encoder, startsWithToken: false)
  }

  /// The mean over all orders of what the chain rule gives a text.
  private func probability(_ text: [Int32], _ model: LoadedModel) throws -> Double {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    let all = try orders.map { order -> Double in
      var shown = [Int32](repeating: SpecialTokens.mask, count: 3)
      var product = 1.0
      for place in order {
        let row = try model.logProbabilities(shown, at: [place])[0].map { Foundation.exp(Double($0)) }
        product *= row[Int(text[place])] / row.dropFirst(SpecialTokens.count).reduce(0, +)
        shown[place] = text[place]
      }
      return product
    }
    return all.reduce(0, +) / 6
  }

  @Test func textsAreDrawnFromTheModelsOwnDistribution() throws {
    let model = try model()
    var options = GenerationOptions()
    options.tokens = 3
    options.hasSeedByText = true
    let count = 6000
    let texts = try model.generate(prompts: [String](repeating: "", count: count), options: options)
    let seen = Dictionary(grouping: texts) { $0 }.mapValues(\.count)
    var (distance, total) = (0.0, 0.0)
    for index in 0..<27 {
      let ids = [index / 9, index / 3 % 3, index % 3].map { Int32(SpecialTokens.count + $0) }
      let expected = Double(count) * (try probability(ids, model))
      let difference = Double(seen[model.tokenizer.decode(ids)] ?? 0) - expected
      distance += difference * difference / expected
      total += expected
    }
    #expect(abs(total - Double(count)) < 1e-3 * Double(count))
    // Chi-squared with 26 degrees of freedom is below 58 in all but one of 3,000 cases.
    #expect(distance < 58, "\(distance)")
  }

  @Test func aTextGoesOnBeyondTheContextAndIsTheSameAgain() throws {
    let model = try model()
    var options = GenerationOptions()
    options.tokens = 21
    var pieces = ""
    let text = try model.generate(prompt: "abca", options: options) { pieces += $0 }
    #expect(text.count == 21 && pieces == text && text.allSatisfy { "abc".contains($0) })
    #expect(try model.generate(prompt: "abca", options: options) == text)
    options.seed = 2
    #expect(try model.generate(prompt: "abca", options: options) != text)
    options.stop = String(text.suffix(2))
    options.seed = 1
    #expect(try model.generate(prompt: "abca", options: options).contains(options.stop ?? "") == false)
    options.tokens = 0
    #expect(try model.generate(prompt: "abca", options: options).isEmpty)
  }

  /// Without chance every mask gets the most probable token, given what is unmasked.
  @Test func atTemperatureZeroTheLastMaskIsTheBestFill() throws {
    let model = try model()
    var options = GenerationOptions()
    options.temperature = 0
    options.tokens = 1
    let best = try model.fill("abcb[MASK]", best: 1)[0][0].text
    #expect(try model.generate(prompt: "abcb", options: options) == best)
  }
}
