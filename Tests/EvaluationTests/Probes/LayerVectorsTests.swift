import Foundation
import Inference
import SyntheticCorpus
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Evaluation

/// The vectors that probes read.
@Suite struct LayerVectorsTests {
  private func ids(_ text: String, _ model: LoadedModel) -> [Int32] {
    model.input(model.tokenizer.encode(text))
  }

  private func hidden(_ model: LoadedModel, _ ids: [Int32], sink: Pass.LayerSink? = nil) throws -> [Float] {
    let tokens = TokenBatch(ids: ids, batch: 1, time: ids.count)
    return try model.model.hidden(tokens, .inference(model.context, layerSink: sink)).values()
  }

  @Test(arguments: tinyPresets)
  func theLastLayerIsWhatTheModelPassesOn(preset: String) throws {
    let model = try untrainedModel(preset, sets: largeWeights)
    let texts = ["ab cd", "the dog", "xy"].map { ids($0, model) }
    let places = [2, 0, 1]
    let layers = try model.layerVectors(texts, at: places)
    let width = model.model.dimensions.width
    #expect(layers.count == model.model.dimensions.layers + 1)
    #expect(layers.allSatisfy { $0.count == 3 * width })
    for (row, (text, place)) in zip(texts, places).enumerated() {
      let vector = Array(try hidden(model, text)[place * width..<(place + 1) * width])
      #expect(Array(layers[layers.count - 1][row * width..<(row + 1) * width]) == vector, "\(preset)")
    }
    // Layers differ, and looking on changes no bit.
    #expect(Set(layers).count == layers.count)
    var seen: [Int] = []
    let watched = try hidden(model, texts[0]) { layer, _ in seen.append(layer) }
    #expect(try hidden(model, texts[0]) == watched && seen == Array(0..<layers.count))
  }

  @Test func aLayerInTheMiddleIsTheEndOfAShallowerModel() throws {
    // Blocks that end with their norm need none at the end, and tensors of one name start equal.
    let deep = try untrainedModel("tiny/bert", sets: largeWeights + ["layers=3"])
    let shallow = try untrainedModel("tiny/bert", sets: largeWeights + ["layers=2"])
    let text = ids("the dogs", deep)
    let (three, two) = try (deep.layerVectors([text], at: [4]), shallow.layerVectors([text], at: [4]))
    #expect(three.count == 4 && two.count == 3)
    #expect(Array(three.prefix(3)) == two)
    // With the norm before each block the stream itself is shown.
    let gpt = try untrainedModel("tiny/gpt", sets: largeWeights)
    let layers = try gpt.layerVectors([ids("the dogs", gpt)], at: [4])
    func size(_ layer: [Float]) -> Float { layer.reduce(0) { $0 + $1 * $1 } / Float(layer.count) }
    #expect(abs(size(layers[2]) - 1) < 0.05, "only the last layer is normed")
    #expect(abs(size(layers[1]) - 1) > 0.05)
  }

  /// Every layer of a decoder's vectors, and of an encoder's without the right side, is blind to what follows.
  @Test func whatFollowsChangesOnlyVectorsThatMayKnowIt() throws {
    for preset in ["tiny/gpt", "tiny/rotary-grouped", "tiny/bert"] {
      let model = try untrainedModel(preset, sets: largeWeights + ["context=32"])
      let (one, other) = (ids("the dogs sleep.", model), ids("the dogs are so", model))
      let place = ids("the dogs", model).count - 1
      let (first, second) = try (
        model.layerVectors([one], at: [place]), model.layerVectors([other], at: [place])
      )
      let isDecoder = !model.model.mask.seesFuture
      #expect((first == second) == isDecoder, "\(preset)")
      #expect(first[0] == second[0], "the embedding knows its own token alone")
      // Cut off behind the word there is one question, and so one answer; for a decoder the same as before.
      let cut = try model.layerVectors([Array(one[...place])], at: [place])
      if isDecoder {
        for (whole, cut) in zip(first, cut) {
          #expect(zip(whole, cut).allSatisfy { abs($0 - $1) < 1e-4 })
        }
      } else {
        #expect(cut != first && cut[0] == first[0])
      }
    }
    let source = GeneratedCorpus.make(trainBytes: 20_000, heldOutBytes: 3_000).source
    let sentences = HeldOutSentences(source, count: 20) { _ in true }
    let model = try untrainedModel("tiny/bert", sets: largeWeights + ["context=300"])
    for example in sentences.examples(.number) {
      let (ids, place) = try sentences.reading(example, of: .number, .leftOnly, model)
      #expect(ids.count == place + 1)
    }
  }

  @Test func faultsAreNamed() throws {
    let model = try untrainedModel("tiny/gpt")
    #expect(throws: ShapeError.self) { try model.layerVectors([[5, 6]], at: [2]) }
    #expect(throws: ShapeError.self) { try model.layerVectors([[5, 6]], at: []) }
    #expect(throws: InferenceError.self) {
      try model.layerVectors([[Int32](repeating: 5, count: 33)], at: [0])
    }
    #expect(try model.layerVectors([], at: []).isEmpty)
  }
}
