import Foundation
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Transformer

@testable import Inference
@testable import Zoo

@Suite struct InferenceTests {
  private func model(_ preset: String, sets: [String] = []) throws -> LoadedModel {
    let registry = try Registry.standard()
    let open = try registry.descriptor(
      preset: preset, sets: ["tokenizer=bytes"] + sets, from: try Presets.standard())
    let tokenizer = TokenizerPipeline.bytes
    let descriptor = try registry.descriptor(open, vocabulary: tokenizer.vocabularySize)
    let context = try Context.cpu(threads: 1, seed: 5)
    let kind = try registry.architecture(descriptor.architecture).kind
    return LoadedModel(
      descriptor, try registry.build(descriptor, in: context, trains: false), tokenizer: tokenizer,
      context: context, kind: kind, startsWithToken: kind == .decoder)
  }

  @Test func greedyTakesTheMostProbableTokenEveryTime() throws {
    let model = try model("tiny/gpt")
    var options = GenerationOptions()
    options.temperature = 0
    options.tokens = 6
    let text = try model.generate(prompt: "ab", options: options)
    var content = model.tokenizer.encode("ab")
    for _ in 0..<6 {
      let ids = [SpecialTokens.start] + content
      let row = try model.logProbabilities(ids, at: [ids.count - 1])[0]
      let best = row.indices.dropFirst(SpecialTokens.count).max { row[$0] < row[$1] }
      content.append(Int32(try #require(best)))
    }
    #expect(text == model.tokenizer.decode(Array(content.dropFirst(2))))
    options.temperature = 2
    options.topK = 1
    #expect(try model.generate(prompt: "ab", options: options) == text)
    options.topK = nil
    options.topP = 1e-9
    #expect(try model.generate(prompt: "ab", options: options) == text)
  }

  @Test func theSeedDecidesAndTheContextMayBeOutgrown() throws {
    let model = try model("tiny/gpt")
    var options = GenerationOptions()
    options.tokens = model.descriptor.context + 9
    let first = try model.generate(prompt: "", options: options)
    #expect(try model.generate(prompt: "", options: options) == first)
    options.seed = 2
    #expect(try model.generate(prompt: "", options: options) != first)
    // The start token has a place in the context; the last token is chosen and not read.
    let room = model.descriptor.context - 1
    #expect(!model.outgrowsContext(prompt: 3, chosen: room - 2))
    #expect(model.outgrowsContext(prompt: 3, chosen: room - 1))
    #expect(!model.outgrowsContext(prompt: 3, chosen: room - 1, isFramed: false))
    let encoder = try self.model("tiny/bert")
    #expect(!encoder.outgrowsContext(prompt: 3, chosen: encoder.hiddenRoom - 3))
    #expect(encoder.outgrowsContext(prompt: 3, chosen: encoder.hiddenRoom - 2))
  }

  @Test func noneOfTheMostProbableTokensMeansAll() throws {
    let model = try model("tiny/gpt")
    var options = GenerationOptions()
    let all = try model.generate(prompt: "ab", options: options)
    options.topK = 0
    #expect(try model.generate(prompt: "ab", options: options) == all)
    options.topK = 1
    #expect(try model.generate(prompt: "ab", options: options) != all)
  }

  @Test func stopEndsBeforeItsText() throws {
    let model = try model("tiny/gpt")
    var options = GenerationOptions()
    options.tokens = 40
    let whole = try model.generate(prompt: "x", options: options)
    let stop = String(Array(whole)[5])
    options.stop = stop
    let cut = try model.generate(prompt: "x", options: options)
    #expect(!cut.contains(stop) && whole.hasPrefix(cut))
  }

  @Test func fillsRankTokensByProbability() throws {
    let model = try model("tiny/bert")
    let guesses = try model.fill("a[MASK]b[MASK]", best: 300)
    #expect(guesses.count == 2)
    for mask in guesses {
      #expect(mask.map(\.probability) == mask.map(\.probability).sorted(by: >))
      let sum = mask.reduce(0) { $0 + $1.probability }
      #expect(sum > 0.5 && sum < 1 + 1e-5)
    }
  }

  @Test func eachKindSaysWhatItCannotDo() throws {
    let (bert, gpt) = (try model("tiny/bert"), try model("tiny/gpt"))
    #expect(throws: InferenceError.self) { try gpt.fill("a[MASK]") }
    let error = #expect(throws: InferenceError.self) { try bert.fill("no place to fill") }
    #expect(error?.description.contains("no [MASK]") == true)
    let long = String(repeating: "a", count: bert.descriptor.context) + "[MASK]"
    let tooLong = #expect(throws: InferenceError.self) { try bert.fill(long) }
    #expect(tooLong?.description.contains("reads at most \(bert.descriptor.context)") == true)
  }

  @Test func attentionShowsWhatTheMaskAllows() throws {
    for (preset, seesFuture) in [("tiny/gpt", false), ("tiny/bert", true)] {
      let maps = try model(preset).attention("hello")
      let time = maps.tokens.count
      #expect(time == (seesFuture ? 5 : 6))
      for layer in maps.layers {
        #expect(layer.count == maps.heads * time * time)
        for row in 0..<maps.heads * time {
          let probabilities = layer[row * time..<(row + 1) * time]
          #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
          let future = probabilities.suffix(time - 1 - row % time)
          #expect(future.allSatisfy { ($0 > 0) == seesFuture })
        }
      }
    }
  }

  @Test func embeddingIsTheMeanOfTheHiddenVectors() throws {
    let model = try model("tiny/bert")
    let vector = try model.embed("xyz")
    let ids = model.tokenizer.encode("xyz")
    let hidden = try model.model.hidden(
      TokenBatch(ids: ids, batch: 1, time: 3), Pass.inference(model.context))
    let (values, width) = (hidden.values(), hidden.shape.width)
    #expect(vector.count == width)
    for channel in 0..<width {
      let mean = (values[channel] + values[width + channel] + values[2 * width + channel]) / 3
      #expect(abs(vector[channel] - mean) < 1e-6)
    }
  }

  @Test func batchesHoldOneLengthAndEveryTextOnce() {
    let lengths = [3, 7, 3, 0, 7, 3, 9000, 3]
    let batches = lengthBatches(lengths, maxTokens: 10)
    #expect(batches == [[3], [0, 2, 5], [7], [1], [4], [6]])
    #expect(lengthBatches([]).isEmpty)
  }

  /// Texts of several lengths at once give what each gives alone, in their own order.
  @Test func severalTextsGiveTheSameAsEachAlone() throws {
    let model = try model("tiny/bert")
    let texts = ["ab[MASK]", "[MASK]x[MASK]yz", "q[MASK]r", "[MASK]b[MASK]cd", "[MASK]"]
    for (text, masks) in zip(texts, try model.fill(texts, best: 300)) {
      let alone = try model.fill(text, best: 300)
      #expect(masks.count == alone.count && masks.count == text.components(separatedBy: "[MASK]").count - 1)
      for (together, alone) in zip(masks, alone) {
        let expected = Dictionary(uniqueKeysWithValues: alone.map { ($0.id, $0.probability) })
        #expect(together.allSatisfy { abs($0.probability - (expected[$0.id] ?? 9)) < 1e-6 })
      }
    }
    let plain = texts.map { $0.replacingOccurrences(of: "[MASK]", with: "k") }
    for (text, vector) in zip(plain, try model.embed(plain)) {
      #expect(distance(vector, try model.embed(text)) < 1e-5)
    }
    #expect(try model.embed([String]()).isEmpty && model.fill([String]()).isEmpty)
    #expect(throws: InferenceError.self) { try model.fill(["a[MASK]", "none"]) }
    #expect(throws: InferenceError.self) { try model.embed(["a", ""]) }
  }
}
