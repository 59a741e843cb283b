import Foundation
import TestSupport
import Testing
import Text
import Zoo

@testable import Inference

/// What is written reads on from its prompt, and what cannot be read is said.
@Suite struct PromptTests {
  private func tokenizer(_ kind: String) throws -> any Tokenizer {
    let text = Array((0..<50).map { "the dog \($0) sees that the old houses sleep.\n" }.joined().utf8)
    return try text.withUnsafeBufferPointer {
      try TokenizerTrainer.make(kind: kind, vocabulary: 320, from: $0)
    }
  }

  /// Prompt and continuation are the text of all their tokens.
  @Test(arguments: ["wordpiece", "byte-bpe", "bytes", "characters"])
  func promptAndContinuationAreOneText(_ kind: String) throws {
    let tokenizer = try tokenizer(kind)
    for preset in ["tiny/gpt", "tiny/bert"] {
      let model = try untrainedModel(preset, sets: ["tokenizer=\(kind)", "context=32"], tokenizer: tokenizer)
      var options = GenerationOptions()
      options.tokens = 12
      for seed in 1...4 {
        options.seed = UInt64(seed)
        let prompt = model.promptToContinue("the dog ")
        var ids: [Int32] = []
        let text = try model.generate(prompt: "the dog ", options: options)
        // The same tokens, chosen one by one.
        #expect(try model.generate(prompt: prompt, options: options) == text)
        ids = tokenizer.encodePrompt(prompt)
        if kind == "wordpiece" {
          // Every word begins with one space; a piece that continues has none.
          let again = tokenizer.encodePrompt(prompt + text)
          #expect(tokenizer.decode(again).hasPrefix(tokenizer.decode(ids)))
          #expect(!(prompt + text).contains("  "))
        }
      }
    }
  }

  @Test func spacesAtTheEndChangeNothingWhereTheyAreTheNextWords() throws {
    let model = try untrainedModel(
      "tiny/gpt", sets: ["tokenizer=byte-bpe", "context=32"], tokenizer: try tokenizer("byte-bpe"))
    #expect(try model.generate(prompt: "the dog") == model.generate(prompt: "the dog "))
    let bytes = try untrainedModel("tiny/gpt", sets: largeWeights + ["context=32"])
    #expect(try bytes.generate(prompt: "the dog") != bytes.generate(prompt: "the dog "))
  }

  @Test(arguments: ["tiny/gpt", "tiny/bert"]) func aModelOfNaNIsNamed(_ preset: String) throws {
    let model = try untrainedModel(preset)
    // The check of every operation would find it first.
    model.context.checksValues = false
    for parameter in model.model.parameters.all {
      try parameter.tensor.change { values in for index in values.indices { values[index] = .nan } }
    }
    let error = #expect(throws: InferenceError.self) { try model.generate(prompt: "a") }
    #expect(error?.description.contains("predicts nan: ") == true)
  }

  @Test func refusalsAreThoseOfTheErrors() throws {
    let model = try untrainedModel("tiny/bert")
    let long = String(repeating: "a", count: 33)
    for text in ["", long] {
      let error = #expect(throws: InferenceError.self) { try model.embed(["a", text]) }
      #expect(error?.description == model.refusalToEmbed(text))
    }
    #expect(model.refusalToEmbed("a") == nil && model.refusalToFill("a[MASK]") == nil)
    for text in ["a", "", long + "[MASK]"] {
      let error = #expect(throws: InferenceError.self) { try model.fill(text) }
      #expect(error?.description == model.refusalToFill(text))
    }
  }
}
