import Foundation
import Inference
import Installed
import Reporting
import Settings
import Statistics
import SyntheticCorpus
import TestSupport
import Testing
import Text

@testable import Evaluation

/// The likelihood of held-out windows as an evaluation: what is stored, its figures, and what a report says.
@Suite struct LikelihoodEvaluationTests {
  private typealias Result = LikelihoodEvaluation.Result

  private static let evaluation = LikelihoodEvaluation(windows: 3, length: 5)

  private static func results(_ models: [Result]) -> EvaluationResults<Result> {
    EvaluationResults(
      ComponentDeclaration(family: "evaluation", name: "likelihood", summary: "", keys: []),
      models.enumerated().map { index, result in
        .init(index: index, name: ["gpt", "bert"][index], seesFuture: index == 1, result: result)
      })
  }

  /// Two windows of 8 and 4 bytes.
  private static func result(_ bits: [Double], isTrained: Bool = true, grammar: [Double]? = [2, 2]) -> Result
  {
    Result(
      tokens: 4, bytes: [8, 4], grammar: grammar,
      scores: [.init(order: "left to right", bits: bits, flops: 1e6, isTrainedForIt: isTrained, share: nil)])
  }

  @Test func figuresAreOverAllBytesAndTokens() throws {
    let figures = Self.evaluation.figures(of: Self.result([6, 12]))
    #expect(figures.map(\.name) == ["bits per byte", "nats per token"])
    #expect(figures[0].value == 1.5 && figures[0].count == 12 && figures[0].defaultRank == 0)
    #expect(figures[0].sample == .init([6, 12], weights: [8, 4]) && figures[0].notComparable == nil)
    #expect(figures[0].unitWithCount == "bits per byte of 12 bytes")
    #expect(abs(figures[1].value - 18 * log(2) / 8) < 1e-12 && figures[1].count == 8)
    // What is written for other programs has no more than its number.
    #expect(figures[0].plain.sample == nil && figures[0].plain.title == nil)
    // A model that was not trained for it has the number, and is compared with no other.
    let untrained = Self.evaluation.figures(of: Self.result([6, 12], isTrained: false))
    #expect(untrained[0].value == 1.5 && untrained[0].notComparable?.remedy == "recipe.objective=any-order")
  }

  @Test func theSectionSaysWhatWasMeasured() throws {
    let results = Self.results([Self.result([6, 12]), Self.result([9, 12], isTrained: false)])
    let section = try #require(Self.evaluation.section(results))
    #expect(section.id == "likelihood" && section.conclusion == "Bits per byte: gpt 1.5000, left to right.")
    let table = try #require(section.tables.first)
    #expect(table.rows.map { $0[0] } == [.model(0), .model(1), .text("the grammar itself")])
    #expect(table.rows.map { $0[5] } == [.text("yes"), .text("no"), .empty])
    guard case .measured(let excess, _) = table.rows[1][2], case .measured(let bits, _) = table.rows[1][3]
    else {
      Issue.record("the figures are missing")
      return
    }
    #expect(abs(excess.value - 17.0 / 12) < 1e-12 && bits.value == 21.0 / 12)
    #expect(section.blocks.contains { if case .note(let text) = $0 { text.contains("bert") } else { false } })
    let verdict = try #require(Self.evaluation.verdicts(results).first)
    #expect(!verdict.comparable && verdict.because.contains("bert was not trained"))
    #expect(Self.evaluation.verdicts(Self.results([Self.result([6, 12])])).isEmpty)
    #expect(Self.evaluation.methods(results).contains("2 held-out windows of 4 tokens (12 bytes)"))
    #expect(Self.evaluation.section(Self.results([])) == nil)
    // A damaged result is left out.
    let damaged = Self.results([Self.result([6, 12]), Self.result([6])])
    #expect(Self.evaluation.section(damaged)?.tables.first?.rows.count == 2)
  }

  /// Each order of a model that predicts hidden tokens, and what a decoder does not have.
  @Test func modelsAreMeasuredOnTheSameWindows() throws {
    let corpus = GeneratedCorpus.make()
    let tokenizer = try corpus.source.withTrain {
      try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: 400, from: $0)
    }
    let models = try ["tiny/gpt", "tiny/bert"].map { try untrainedModel($0, tokenizer: tokenizer) }
    let readers = models.map { EvaluationSubject.Reader($0) }
    let results = try models.map {
      try Self.evaluation.measure(EvaluationSubject(model: $0, text: corpus.source, readers: readers))
    }
    #expect(results.allSatisfy { $0.isWhole && $0.tokens == 5 } && results[0].bytes == results[1].bytes)
    #expect(results[0].scores.map(\.order) == ["left to right"] && results[0].pseudo.isEmpty)
    #expect(results[1].scores.map(\.order) == ["left to right", "random order, seed 1"])
    #expect(results[1].scores[1].share?.hidden.count == 5 && results[1].pseudo.count == 2)
    // A decoder is trained for it; of a model without a run nothing is known.
    #expect(results[0].scores[0].isTrainedForIt && results[1].scores.allSatisfy { !$0.isTrainedForIt })
    let scoring = try WindowScoring(models[1])
    let windows = try HeldOutWindows.shared(
      EvaluationSubject(model: models[1], text: corpus.source, readers: readers), length: 5, limit: 3)
    let nats = try scoring.nats(windows.ids)
    #expect(results[1].scores[0].bits == nats.map { $0.reduce(0, +) / log(2) })
    #expect(results[1].grammar == windows.bytes.map { corpus.automaton.bits($0) })
    let excess = try #require(results[1].excess)
    for (bits, window) in zip(results[1].scores[0].bits, excess.floor.indices) {
      #expect(abs(bits - excess.floor[window] - excess.excess[window]) < 1e-9)
    }
    // It is read as it was written.
    let stored = try Self.evaluation.encoded(results[1])
    #expect(Self.evaluation.canRead(stored) && stored.figures.count == 3)
  }

  /// Models that cut text into other tokens are scored on the same bytes, each in tokens of its own.
  @Test func modelsOfSeveralTokenizersAreMeasuredOnTheSameBytes() throws {
    let corpus = GeneratedCorpus.make()
    let tokenizers = try [300, 400].map { size in
      try corpus.source.withTrain {
        try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: size, from: $0)
      }
    }
    let models = try [
      untrainedModel("tiny/gpt", tokenizer: tokenizers[0]),
      untrainedModel("tiny/bert", tokenizer: tokenizers[1]),
    ]
    let readers = models.map { EvaluationSubject.Reader($0) }
    let evaluation = LikelihoodEvaluation(windows: 3, length: 9)
    let windows = try models.map {
      try HeldOutWindows.spans(
        EvaluationSubject(model: $0, text: corpus.source, readers: readers), length: 9, limit: 3)
    }
    #expect(windows[0].bytes == windows[1].bytes && windows[0].bytes.count == 3)
    #expect(windows[0].ids.map(\.count) != windows[1].ids.map(\.count))
    let heldOut = corpus.source.withHeldOut { String(decoding: $0, as: UTF8.self) }
    for bytes in windows[0].bytes {
      let text = String(decoding: bytes, as: UTF8.self)
      // It is a part of the text, up to the end of a word.
      let place = try #require(heldOut.firstRange(of: text))
      #expect(heldOut[place.upperBound].isWhitespace)
    }
    for (model, own) in zip(models, windows) {
      #expect(own.ids == own.bytes.map { String(decoding: $0, as: UTF8.self) }.map(model.tokenizer.encode))
      #expect(own.ids.allSatisfy { (1...9).contains($0.count) })
      let result = try evaluation.measure(
        EvaluationSubject(model: model, text: corpus.source, readers: readers))
      let nats = try WindowScoring(model).nats(own.ids)
      #expect(result.scores[0].bits == nats.map { $0.reduce(0, +) / log(2) })
      #expect(result.bytes == own.byteCounts && result.tokenCounts == own.ids.map(\.count) && result.isWhole)
      #expect(result.scores.allSatisfy { $0.share == nil })
      let perToken = try #require(evaluation.figures(of: result).first { $0.name == "nats per token" })
      let count = own.ids.reduce(0) { $0 + $1.count }
      #expect(perToken.count == count)
      #expect(abs(perToken.value - nats.joined().reduce(0, +) / Double(count)) < 1e-9)
    }
    // Where one cannot read a word, nothing is scored.
    let narrow = readers + [EvaluationSubject.Reader(tokenizer: TokenizerPipeline.bytes, context: 2)]
    #expect(throws: InferenceError.self) {
      try evaluation.measure(EvaluationSubject(model: models[0], text: corpus.source, readers: narrow))
    }
  }

  @Test func theCostOfAnEncoderIsThatOfAWindowAToken() throws {
    let tokenizer = try Array("abc".utf8).withUnsafeBufferPointer {
      try TokenizerTrainer.make(kind: "characters", from: $0)
    }
    let evaluation = LikelihoodEvaluation(windows: 10, length: 64)
    func cost(_ context: Int, _ isEncoder: Bool) -> Double? {
      evaluation.cost(.init(tokenizer: tokenizer, context: context, isEncoder: isEncoder))
    }
    #expect(cost(128, false) == 640 && cost(32, false) == 320 && cost(32, true) == 10 * 32 * 32 * 4)
  }
}
