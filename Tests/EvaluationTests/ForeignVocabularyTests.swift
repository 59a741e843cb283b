import Foundation
import Inference
import Installed
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Evaluation
@testable import Training

/// Nothing assumes the ids of special tokens: models train, score, fill and generate over vocabularies of other
/// programs, and a role that is missing is named before anything is trained.
@Suite struct ForeignVocabularyTests {
  private let registry: Registry
  private let source: TextSource

  init() throws {
    registry = try Registry.standard()
    let text = Array(String(repeating: "the dog sees the cat!\n", count: 60).utf8)
    source = TextSource(name: "dogs", train: text, heldOut: text, startsAtLines: false)
  }

  private func trainer(_ preset: String, _ tokenizer: any Tokenizer, _ recipe: [String] = []) throws
    -> Trainer
  {
    let open = try registry.descriptor(
      preset: preset, sets: ["tokenizer=bytes", "context=16"], from: try Presets.standard())
    let recipe = try Recipe.load(
      nil, defaults: ["batch=2", "steps=3", "schedule.warmup=1", "evaluationWindows=2"], sets: recipe,
      registry: registry)
    let data = try TrainingData(source, tokenizer: tokenizer)
    return try Trainer(
      try registry.descriptor(open, vocabulary: tokenizer.vocabularySize), recipe, data, registry: registry,
      context: try Context.cpu(threads: 1, seed: 1), totalSteps: 3)
  }

  private func loaded(_ trainer: Trainer) throws -> LoadedModel {
    LoadedModel(
      trainer.descriptor, trainer.model, tokenizer: trainer.data.tokenizer, context: trainer.context,
      kind: try registry.architecture(trainer.descriptor.architecture).kind,
      startsWithToken: trainer.objective.startsWithToken, predicts: trainer.objective.predicts)
  }

  @Test(arguments: ["bert", "gpt-2", "other"]) func aDecoderTrainsScoresAndGenerates(layout: String) throws {
    let tokenizer = try ForeignTokenizer.layout(layout)
    let trainer = try trainer("tiny/gpt", tokenizer)
    while !trainer.isFinished { #expect(try trainer.step().loss.isFinite) }
    #expect(try trainer.evaluate().loss < 10)
    let model = try loaded(trainer)
    #expect(model.input([40, 41]) == [tokenizer.special[.start], 40, 41])
    // Whatever is likely, nothing but text is written: id 0 is a letter here, and special ones never are.
    var options = GenerationOptions()
    options.temperature = 3
    options.tokens = 200
    let text = try model.generate(prompt: "the", options: options)
    for token in tokenizer.special.tokens { #expect(!text.contains(token.text)) }
    let scoring = try WindowScoring(model)
    let window = tokenizer.encode("the cat!")
    #expect(try scoring.nats([window])[0].allSatisfy { $0 > 0 && $0 < 12 })
    let odd = [window[0], tokenizer.special.tokens[0].id]
    #expect(
      scoring.refusal(of: odd)
        == "a window holds \(tokenizer.special.tokens[0].text), which represents no text and has no probability"
    )
    // The probabilities of all ordinary tokens, and of no other, add up to 1.
    let all = try tokenizer.vocabulary.ordinaryRanges().joined().map { id in
      exp(-(try scoring.nats([[window[0], Int32(id)]])[0][1]))
    }
    #expect(abs(all.reduce(0, +) - 1) < 1e-5)
  }

  @Test(arguments: ["bert", "other"]) func anEncoderTrainsScoresAndFills(layout: String) throws {
    let tokenizer = try ForeignTokenizer.layout(layout)
    let mask = try #require(tokenizer.special[.mask])
    for objective in ["masked-lm", "any-order"] {
      let trainer = try trainer("tiny/bert", tokenizer, ["objective=\(objective)"])
      let example = try trainer.objective.prepare(
        WindowBatch(ids: [Int32](repeating: 40, count: 64), batch: 4, length: 16),
        vocabulary: tokenizer.vocabulary, key: trainer.context.random.key("test"))
      #expect(example.tokens.ids.contains(mask))
      #expect(example.tokens.ids.allSatisfy { $0 == mask || !tokenizer.special.contains($0) })
      while !trainer.isFinished { #expect(try trainer.step().loss.isFinite) }
      let model = try loaded(trainer)
      let written = try #require(tokenizer.special.text(of: mask))
      let guesses = try model.fill("the \(written) sees", best: 256)[0]
      #expect(Set(guesses.map(\.id)).count == 256)
      #expect(guesses.allSatisfy { !tokenizer.special.contains($0.id) })
      #expect(
        model.refusalToFill("the dog")
          == "there is no \(written) to fill; write it in place of a missing token")
      let scoring = try WindowScoring(model)
      #expect(try scoring.nats([tokenizer.encode("cats")])[0].allSatisfy { $0 > 0 && $0 < 12 })
    }
  }

  @Test func aMissingRoleIsNamedBeforeTraining() throws {
    let gpt2 = try ForeignTokenizer.layout("gpt-2")
    for objective in ["masked-lm", "any-order"] {
      let error = #expect(throws: TextError.self) {
        try trainer("tiny/bert", gpt2, ["objective=\(objective)"])
      }
      #expect(
        error?.reason.contains("no token with the role mask, which objective \(objective) needs") == true)
    }
    let bare = ForeignTokenizer(try SpecialTokens([], roles: [:]))
    let error = #expect(throws: TextError.self) { try trainer("tiny/gpt", bare) }
    #expect(error?.reason.contains("no token with the role start, which objective causal-lm needs") == true)
    // Without a start token nothing is missing.
    let plain = try trainer("tiny/gpt", bare, ["objective={ type: 'causal-lm', start: false }"])
    #expect(try plain.step().loss.isFinite)
    let encoder = try untrainedModel("tiny/bert", tokenizer: gpt2)
    #expect(
      encoder.refusalToFill("a")
        == "the tokenizer of bert has no mask token, which filling needs; use generate or embed")
    #expect(throws: InferenceError.self) { try WindowScoring(encoder).nats([[3, 4]]) }
  }
}
