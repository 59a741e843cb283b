import Foundation
import Inference
import Installed
import SyntheticCorpus
import Tensors
import TestSupport
import Testing
import Text
import Training
import Transformer
import Zoo

@testable import AttentionAnalysis
@testable import Statistics

/// What the atlas asks of models, and what it takes away from them.
@Suite struct AtlasModelTests {
  private func model(_ preset: String, context: Int = 160) throws -> LoadedModel {
    try untrainedModel(preset, sets: largeWeights + ["context=\(context)"])
  }

  @Test(arguments: tinyPresets)
  func whatAHeadSeesIsWhereItsProbabilitiesAre(preset: String) throws {
    let model = try untrainedModel(preset, sets: largeWeights)
    let sequences = [[Int32]](repeating: model.input(TokenizerPipeline.bytes.encode("ab cd")), count: 2)
    let attention = try ModelAttention(model, sequences)
    #expect(!attention.places.isEmpty)
    for place in attention.places {
      for map in try attention.maps(place) {
        for query in 0..<map.time {
          for key in 0..<map.time {
            let isSeen = map.visible[query].contains(key)
            #expect((map[query, key] > 0) == isSeen, "\(preset) \(place), \(query) at \(key)")
          }
          let sum = map.sum(query, 0..<map.time)
          // A sink takes what is missing.
          let hasSink = model.model.parameters[attention.paths[place.layer] + ".sinks"] != nil
          #expect(hasSink ? sum > 0 && sum < 1 : abs(sum - 1) < 1e-5, "\(preset) \(place), \(query): \(sum)")
        }
      }
    }
  }

  @Test func textsReadTogetherHaveTheMapsOfEachAlone() throws {
    let model = try model("tiny/gpt", context: 32)
    let texts = ["ab", "the dog", "cd"]
    let together = try model.attention(texts.map { model.input(model.tokenizer.encode($0)) })
    for (text, maps) in zip(texts, together) { #expect(try model.attention(text) == maps) }
    #expect(together[0].paths == (0..<together[0].layers.count).map { "blocks.\($0).attention" })
    #expect(throws: InferenceError.self) { try model.attention([[5], []]) }
  }

  @Test func repeatedTokensRepeatAndAreDifferentOtherwise() {
    let drawn = RepeatedTokens.draw(room: 64, vocabulary: 261, startsWithToken: true, seed: 1)
    #expect(Set(drawn.map(\.period)) == [12, 18, 24] && drawn.count == 6)
    for copy in drawn {
      #expect(copy.ids.count == 1 + 2 * copy.period && copy.ids[0] == SpecialTokens.start)
      let second = Array(copy.ids[copy.secondCopy])
      #expect(second == Array(copy.ids[1...copy.period]) && Set(second).count == copy.period)
      #expect(second.allSatisfy { !SpecialTokens.contains($0) && $0 < 261 })
    }
    #expect(Set(drawn.map(\.ids)).count == 6)
    #expect(drawn == RepeatedTokens.draw(room: 64, vocabulary: 261, startsWithToken: true, seed: 1))
    #expect(drawn != RepeatedTokens.draw(room: 64, vocabulary: 261, startsWithToken: true, seed: 2))
    // Short contexts and small vocabularies have shorter copies, or none.
    #expect(RepeatedTokens.draw(room: 10, vocabulary: 261, startsWithToken: false, seed: 1).last?.period == 5)
    #expect(RepeatedTokens.draw(room: 64, vocabulary: 10, startsWithToken: false, seed: 1).last?.period == 5)
    #expect(RepeatedTokens.draw(room: 6, vocabulary: 261, startsWithToken: false, seed: 1).isEmpty)
  }

  @Test(arguments: ["bytes", "characters", "byte-bpe", "wordpiece"])
  func verbsAndSubjectsAreFoundInTheTokens(kind: String) throws {
    let corpus = GeneratedCorpus.make(trainBytes: 60_000, heldOutBytes: 2_000)
    let tokenizer = try corpus.source.withTrain {
      try TokenizerTrainer.make(
        kind: kind, vocabulary: kind == "byte-bpe" || kind == "wordpiece" ? 600 : nil, from: $0)
    }
    for preset in ["tiny/gpt", "tiny/bert"] {
      let model = try untrainedModel(
        preset, sets: ["tokenizer=\(kind)", "context=200"], tokenizer: tokenizer)
      for item in corpus.items.prefix(80) {
        let places = try #require(AgreementPlaces(item, model))
        func text(_ range: Range<Int>) -> String {
          tokenizer.decode(Array(places.ids[range])).trimmingCharacters(in: .whitespaces)
        }
        let whole = item.left + " " + item.correct + item.right
        #expect(places.ids == model.input(tokenizer.encode(whole)), "word by word as in one piece")
        #expect(text(places.queries) == item.correct)
        #expect(
          places.attractors.map(text) == item.attractors.filter { $0.number != item.number }.map(\.form))
        // The subject stands as far before the verb as the item says, and is no attractor.
        let words = item.left.split(separator: " ")
        #expect(text(places.subject) == words[words.count - 1 - item.distance])
        let choice = try places.choosing(model)
        #expect(choice.subject == places.subject && choice.attractors == places.attractors)
        if model.model.mask.seesFuture {
          #expect(choice.queries == places.queries)
          #expect(choice.ids[choice.queries].allSatisfy { $0 == SpecialTokens.mask })
        } else {
          #expect(choice.ids == places.ids && choice.queries.upperBound == places.queries.lowerBound)
        }
      }
    }
  }

  @Test func delimitersAreWhatSaysNothing() {
    let tokenizer = TokenizerPipeline.bytes
    func isDelimiter(_ text: String) -> Bool { tokenizer.encode(text).allSatisfy(tokenizer.isDelimiter) }
    for text in [" ", ".", ",", "\n", "\""] { #expect(isDelimiter(text), "\(text)") }
    for text in ["a", "Z", "7", "é"] { #expect(!isDelimiter(text), "\(text)") }
    #expect(tokenizer.isDelimiter(SpecialTokens.start) && !tokenizer.isDelimiter(SpecialTokens.mask))
  }

  @Test func sentencesComeSeveralOfALength() {
    let source = GeneratedCorpus.make(trainBytes: 2_000, heldOutBytes: 100_000).source
    let chosen = AtlasSentences.choose(source, TokenizerPipeline.bytes, room: 150)
    #expect(chosen.count == AtlasSentences.most && Set(chosen).count == chosen.count)
    let lengths = Dictionary(grouping: chosen) {
      AtlasSentences.tokens($0, TokenizerPipeline.bytes, room: 150).count
    }
    #expect(lengths.values.allSatisfy { $0.count > 1 })
    let text = source.withHeldOut { String(decoding: $0, as: UTF8.self) }
    #expect(chosen.allSatisfy { $0.hasSuffix("\n") && text.contains($0) })
    let nothing = TextSource(name: "", train: [], heldOut: Array("a\nb\n".utf8), startsAtLines: true)
    #expect(AtlasSentences.choose(nothing, TokenizerPipeline.bytes, room: 150).isEmpty)
  }
}

@Suite struct HeadAblationTests {
  private let windows: [[Int32]] = ["the dogs near the gate", "a rose is a rose; so it"].map {
    Array(TokenizerPipeline.bytes.encode($0).prefix(22))
  }

  private func subject(_ preset: String) throws -> (LoadedModel, [Example]) {
    let model = try untrainedModel(preset, sets: largeWeights + ["context=32"])
    let objective: any Objective = model.kind == .decoder ? CausalLM() : MaskedLM()
    return (model, try objective.frozen(windows, batch: 2, vocabulary: model.tokenizer.vocabulary))
  }

  private func bits(_ model: LoadedModel) -> [[UInt32]] {
    model.model.parameters.all.map { $0.tensor.values().map(\.bitPattern) }
  }

  /// Zeros in a map that all layers read would silence the head in each of them.
  @Test func aHeadOfSharedLayersIsNotSilencedAlone() throws {
    let (model, examples) = try subject("tiny/shared-layers")
    let before = bits(model)
    let ablation = try HeadAblation(model, examples)
    for layer in 0..<3 {
      #expect(try ablation.importance(path: "blocks.\(layer).attention", head: 1, of: 4) == nil)
    }
    #expect(bits(model) == before)
  }

  @Test(arguments: ["tiny/gpt", "tiny/bert", "tiny/rotary-grouped", "tiny/wide-heads"])
  func aHeadIsWorthWhatTheLossRisesByWithoutIt(preset: String) throws {
    let (model, examples) = try subject(preset)
    let before = bits(model)
    let ablation = try HeadAblation(model, examples)
    let attention = try ModelAttention(model, [model.input(windows[0])])
    var found: [Double] = []
    for place in attention.places {
      let heads = attention.places.count { $0.layer == place.layer }
      let path = attention.paths[place.layer]
      let importance = try #require(try ablation.importance(path: path, head: place.head, of: heads))
      #expect(bits(model) == before, "the weights are put back, bit for bit")
      found.append(importance.value)

      // The same by hand: the columns of the head are zero, and stay so.
      let weight = try #require(model.model.parameters[path + ".output.weight"]?.tensor)
      let width = weight.shape.width
      let kept = weight.values()
      try weight.change { values in
        for index in kept.indices where index % width / (width / heads) == place.head { values[index] = 0 }
      }
      let silenced = try HeadAblation(model, examples)
      #expect(abs(importance.value - (silenced.loss - ablation.loss)) < 1e-9)
      // A head whose part is zero already is worth exactly nothing.
      let nothing = try #require(try silenced.importance(path: path, head: place.head, of: heads))
      #expect(nothing.value == 0 && nothing.interval == nil)
      try weight.buffer.upload(kept)
    }
    #expect(found.allSatisfy { $0 != 0 } && Set(found).count == found.count)
    #expect(found.count >= 2)
  }

  @Test func theLossIsThatOfTheExamples() throws {
    let (model, examples) = try subject("tiny/gpt")
    let result = try model.model.loss(
      examples[0].tokens, at: examples[0].positions, targets: examples[0].targets, lossWeight: 1,
      .inference(model.context))
    #expect(abs(try HeadAblation(model, examples).loss - Double(result.loss.values()[0])) < 1e-5)
  }

  @Test func whatHasNoOutputMapIsNotMeasured() throws {
    let (model, examples) = try subject("tiny/gpt")
    let ablation = try HeadAblation(model, examples)
    #expect(try ablation.importance(path: "blocks.9.attention", head: 0, of: 2) == nil)
    #expect(try ablation.importance(path: "blocks.0.attention", head: 2, of: 2) == nil)
    #expect(try ablation.importance(path: "blocks.0.attention", head: 0, of: 3) == nil)
    #expect(throws: (any Error).self) { try HeadAblation(model, []) }
  }
}
