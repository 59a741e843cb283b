import Foundation
import Inference
import Installed
import Settings
import SyntheticCorpus
import Tensors
import TestSupport
import Testing
import Text
import Training
import Zoo

@testable import AttentionAnalysis

/// The atlas of tiny models, from the text to what a report shows.
@Suite struct HeadAtlasTests {
  private static let corpus = GeneratedCorpus.make(trainBytes: 60_000, heldOutBytes: 40_000)

  private static func atlas() throws -> HeadAtlas {
    let tokenizer = try corpus.source.withTrain {
      try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: 400, from: $0)
    }
    let sets = [
      "tokenizer={ type: 'byte-bpe', vocabulary: 400 }", "context=64",
      "initialisation={ type: 'normal', deviation: 0.3 }",
    ]
    func model(_ preset: String, seed: UInt64) throws -> LoadedModel {
      try untrainedModel(preset, sets: sets, tokenizer: tokenizer, seed: seed)
    }
    /// Windows of 64 ordinary tokens.
    var windows: [[Int32]] = []
    for row in 0..<4 {
      let places = 0..<64
      windows.append(places.map { (place: Int) -> Int32 in Int32(10 + (row * 31 + place * 7) % 300) })
    }
    func subject(_ arm: Int, _ preset: String, _ objective: any Objective) throws -> HeadAtlas.Subject {
      let damaged: () throws -> LoadedModel = { throw InferenceError("a damaged checkpoint") }
      return HeadAtlas.Subject(
        arm: arm, trained: try model(preset, seed: 9), step: 7,
        earlier: [
          (step: 0, load: { try model(preset, seed: 3) }), (step: 3, load: damaged),
          (step: 5, load: { try model(preset, seed: 4) }),
        ], examples: try objective.frozen(windows, batch: 2, vocabulary: tokenizer.vocabulary),
        unit: objective.unit)
    }
    let subjects = [try subject(0, "tiny/bert", MaskedLM()), try subject(1, "tiny/gpt", CausalLM())]
    return HeadAtlas(subjects, source: corpus.source, items: Array(corpus.items.prefix(20)), shown: nil)
  }

  @Test func everyHeadOfEveryStateIsMeasured() throws {
    let heads = try #require(try Self.atlas().make())
    #expect(heads.sentences == AtlasSentences.most && heads.items == 20 && heads.windows == 4)
    for model in heads.models {
      #expect(model.states.map(\.step) == [0, 5, 7], "a damaged checkpoint is left out")
      #expect(model.unread == ["a damaged checkpoint"])
      #expect(model.states.map { $0.picture?.state } == [.untrained, .duringTraining, .trained])
      for state in model.states {
        #expect(state.heads.map(\.place.layer) == [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(state.picture?.layers == 2 && state.picture?.heads == 4)
        for head in state.heads {
          let (measures, uniform) = (head.measures, head.uniform)
          #expect((0...1).contains(measures.entropy ?? -1) && abs((uniform.entropy ?? 0) - 1) < 1e-6)
          #expect((measures.next != nil) == (model.arm == 0), "a decoder has no next token")
          #expect(measures.previous != nil && measures.delimiter != nil && measures.induction != nil)
          #expect(measures.verb != nil && measures.choice != nil && measures.verb != measures.choice)
          #expect(head.role == HeadRole.of(measures, uniform: uniform))
          #expect((head.importance != nil) == (state.step == 7))
        }
      }
      #expect(model.states[0].heads.map(\.measures) != model.states[2].heads.map(\.measures))
      #expect(model.rollout?.layers == 2 && model.rollout?.heads == 1)
    }
    let match = try #require(heads.matches.first)
    #expect(heads.matches.count == 1 && match.encoder == 0 && match.decoder == 1)
    #expect(match.pairs.count == 8 && Set(match.pairs.map(\.decoder)).count == 8)
    #expect(match.untrained != nil && match.shuffled.count > 10 && match.sentences > 30)
    for pair in match.pairs {
      #expect((0...1).contains(pair.similarity) && (0...1).contains(pair.quantile ?? -1))
      #expect(pair.encoderKept < 0.9 && pair.decoderKept < 1)
    }
  }

  @Test func theSameModelsGiveTheSameAtlas() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let texts = try (0..<2).map { _ in try encoder.encode(try Self.atlas().make()) }
    #expect(texts[0] == texts[1])
  }

  @Test func modelsOfOneKindOrOtherTokensAreNotMatched() throws {
    let model = try untrainedModel("tiny/gpt", sets: ["tokenizer=bytes", "context=24"])
    let subjects = (0..<2).map { arm in
      HeadAtlas.Subject(arm: arm, trained: model, step: 0, earlier: [], examples: [], unit: "")
    }
    let atlas = HeadAtlas(subjects, source: Self.corpus.source, items: Self.corpus.items, shown: "the dogs")
    let heads = try #require(try atlas.make())
    #expect(heads.matches.isEmpty && heads.models.allSatisfy { $0.states.count == 1 })
    #expect(heads.models[0].states[0].heads.allSatisfy { $0.importance == nil })
    // Sentences of bytes are longer than this context: no item fits.
    #expect(heads.items == 0 && heads.models[0].states[0].heads.allSatisfy { $0.measures.verb == nil })
  }
}
