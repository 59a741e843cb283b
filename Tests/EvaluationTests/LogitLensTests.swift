import Foundation
import Inference
import TestSupport
import Testing
import Text
import Transformer

@testable import Evaluation

/// What every layer would predict, if it were the last.
@Suite struct LogitLensTests {
  private func lens(_ preset: String, layers: Int) throws -> (model: LoadedModel, lens: LogitLens) {
    let model = try untrainedModel(preset, sets: largeWeights + ["context=32", "layers=\(layers)"])
    return (model, try model.logitLens(try model.lensPlaces(model.tokenizer.encode("the dogs"))))
  }

  private func isNear(_ one: LogitLens.Guess, _ other: LogitLens.Guess) -> Bool {
    one.token == other.token && abs(one.probability - other.probability) < 1e-5
      && abs(one.loss - other.loss) < 1e-4
  }

  /// The last layer predicts what the model predicts.
  @Test(arguments: ["tiny/gpt", "tiny/bert", "tiny/rotary-grouped", "tiny/gemma", "tiny/factorised"])
  func theLastLayerIsTheModel(preset: String) throws {
    let model = try untrainedModel(preset, sets: largeWeights + ["context=32"])
    let places = try model.lensPlaces(model.tokenizer.encode("the dogs"))
    #expect(places.count == 8)
    let layers = try model.logitLens(places).layers
    #expect(layers.count == model.model.dimensions.layers + 1)
    for (index, place) in places.enumerated() {
      let tokens = TokenBatch(ids: place.ids, batch: 1, time: place.ids.count)
      let logits = try model.model.logits(tokens, at: [Int32(place.place)], .inference(model.context))
        .values()
        .map(Double.init)
      let sum = logits.reduce(0) { $0 + exp($1) }
      let best = try #require(logits.indices.max { logits[$0] < logits[$1] })
      let guess = layers[layers.count - 1][index]
      #expect(guess.token == Int32(best), "\(preset)")
      #expect(abs(guess.probability - exp(logits[best]) / sum) < 1e-4, "\(preset)")
      #expect(abs(guess.loss - (log(sum) - logits[Int(place.target)])) < 1e-3, "\(preset)")
    }
  }

  /// A layer in the middle predicts what a shallower model of the same tensors predicts: the closing norm, which starts
  /// as the identity in both, is part of it.
  @Test(arguments: ["tiny/gpt", "tiny/bert"])
  func aLayerInTheMiddleIsAShallowerModel(preset: String) throws {
    let (deep, shallow) = try (lens(preset, layers: 3).lens, lens(preset, layers: 2).lens)
    #expect(deep.layers.count == 4 && shallow.layers.count == 3)
    for layer in 0...2 {
      #expect(zip(deep.layers[layer], shallow.layers[layer]).allSatisfy(isNear), "\(preset), layer \(layer)")
    }
    #expect(!zip(deep.layers[3], shallow.layers[2]).allSatisfy(isNear))
  }

  /// A decoder predicts every token from those before it, an encoder each one without seeing it.
  @Test func noTokenIsSeenBeforeItIsPredicted() throws {
    let gpt = try untrainedModel("tiny/gpt", sets: ["tokenizer=bytes", "context=32"])
    let next = try gpt.lensPlaces([5, 6, 7])
    #expect(next.map(\.target) == [5, 6, 7] && next.map(\.place) == [0, 1, 2])
    let bert = try untrainedModel("tiny/bert", sets: ["tokenizer=bytes", "context=32"])
    let mask = try bert.maskToken(for: "a test")
    let hidden = try bert.lensPlaces([5, 6, 7])
    #expect(hidden.map(\.target) == [5, 6, 7] && hidden.allSatisfy { $0.ids[$0.place] == mask })
    #expect(hidden[1].ids == bert.input([5, mask, 7]))
  }

  @Test func aModelWithoutAHeadIsRefused() throws {
    let trunk = try untrainedModel("tiny/trunk", sets: ["tokenizer=bytes", "context=32"])
    #expect(throws: InferenceError.self) { try trunk.logitLens([.init(ids: [5, 6], place: 0, target: 6)]) }
  }

  @Test func theFigureIsTheLayerThatSettlesHalf() {
    func layer(_ asLast: Int) -> LogitLensEvaluation.Layer {
      .init(loss: 1, right: 0, asLast: asLast, count: 4)
    }
    func settled(_ layers: [LogitLensEvaluation.Layer]) -> Double? {
      LogitLensEvaluation(lines: 1).figures(of: .init(layers: layers, line: [])).first?.value
    }
    #expect(settled([layer(0), layer(2), layer(1), layer(3), layer(4)]) == 3)
    #expect(settled([layer(4), layer(4)]) == 0 && settled([]) == nil)
  }
}
