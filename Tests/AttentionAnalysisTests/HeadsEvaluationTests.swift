import Foundation
import Inference
import Installed
import Reporting
import Settings
import SyntheticCorpus
import TestSupport
import Testing
import Text
import Training
import Zoo

@testable import AttentionAnalysis

/// Heads as an evaluation: one result a model, from which the section of a report is made.
@Suite struct HeadsEvaluationTests {
  private static let source = GeneratedCorpus.make(trainBytes: 60_000, heldOutBytes: 40_000).source
  private static let sets = largeWeights + ["tokenizer=bytes", "context=64"]

  private func models(_ presets: [String]) throws -> [JointModel] {
    try presets.enumerated().map { index, preset in
      JointModel(model: try untrainedModel(preset, sets: Self.sets), identity: "\(index)-\(preset)") {
        try untrainedModel(preset, sets: Self.sets, seed: 3)
      }
    }
  }

  private func subject(_ index: Int, of models: [JointModel]) throws -> EvaluationSubject {
    let model = models[index]
    let objective = model.model.kind == .encoder ? "masked-lm" : "causal-lm"
    return EvaluationSubject(
      model: model.model, text: Self.source, readers: models.map { .init($0.model) },
      run: .init(
        folder: nil, step: 7, recipe: "{ objective: '\(objective)' }", registry: try Registry.standard(),
        threads: 1,
        untrained: model.untrained))
  }

  private func results(_ models: [JointModel]) throws -> [HeadsEvaluation.Result] {
    let evaluation = HeadsEvaluation(windows: 2)
    return try models.indices.map { index in
      let stored = try evaluation.stored(try subject(index, of: models), at: index, among: models)
      #expect(evaluation.canRead(stored))
      // What is kept is what sections are made of.
      return try JSONDecoder.withWordsForNumbers().decode(
        HeadsEvaluation.Result.self, from: Data(stored.json.utf8))
    }
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder.withWordsForNumbers()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// One model at a time finds what all at once find, bit for bit.
  @Test func resultsAreThoseOfTheAtlas() throws {
    let models = try models(["tiny/gpt", "tiny/bert", "tiny/gpt"])
    let results = try results(models)
    let recipes = try ["causal-lm", "masked-lm", "causal-lm"].map { objective in
      try Recipe.resolve(
        try Node.parse("{ objective: '\(objective)' }", file: "recipe"), title: "r",
        in: try Registry.standard().catalog)
    }
    let subjects = try models.indices.map { index in
      try HeadAtlas.Subject(
        arm: index, models[index].model, recipe: recipes[index], step: 7, windows: 2, folder: nil,
        source: Self.source, registry: try Registry.standard(), untrained: models[index].untrained)
    }
    let shown = ShownSentence.choose(Self.source, models.map { .init($0.model) })
    let atlas = try #require(try HeadAtlas(subjects, source: Self.source, items: [], shown: shown).make())
    #expect(atlas.matches.map { [$0.encoder, $0.decoder] } == [[1, 0], [1, 2]])
    #expect(try json(results.map(\.model)) == json(atlas.models))
    #expect(try json(results.flatMap { $0.partners.map(\.match) }) == json(atlas.matches))
    #expect(results.map { $0.partners.map(\.decoder) } == [[], ["0-tiny/gpt", "2-tiny/gpt"], []])
    #expect(results.allSatisfy { $0.sentences == atlas.sentences && $0.windows == atlas.windows })
  }

  @Test func theSectionNamesModelsWhereverTheyStand() throws {
    let models = try models(["tiny/bert", "tiny/gpt"])
    let results = try results(models)
    func section(_ shown: [(index: Int, name: String, result: Int)]) throws -> (Section, String) {
      let all = EvaluationResults(
        ComponentDeclaration(family: Family.evaluation.name, name: "heads", summary: "", keys: []),
        shown.map {
          .init(index: $0.index, name: $0.name, seesFuture: $0.result == 0, result: results[$0.result])
        })
      return (try #require(HeadsEvaluation().section(all)), HeadsEvaluation().methods(all))
    }
    // In a report with its models in another order.
    let (turned, methods) = try section([(0, "decoder", 1), (1, "encoder", 0)])
    #expect(turned.tables.contains { $0.caption == "Heads of encoder and decoder, most similar first" })
    #expect(turned.isDetail && methods.contains("on 2 held-out windows") && methods.contains("Hungarian"))
    // The encoder alone has no partners to show.
    let (alone, text) = try section([(0, "encoder", 0)])
    #expect(
      !alone.tables.contains { $0.caption.contains("most similar first") } && !text.contains("Hungarian"))
  }

  @Test func figuresCountHeads() throws {
    let models = try models(["tiny/gpt"])
    let evaluation = HeadsEvaluation(windows: 2)
    let result = try evaluation.measure(try subject(0, of: models))
    #expect(result.identity == nil && result.partners.isEmpty)
    let figures = evaluation.figures(of: result)
    let heads = try #require(result.model.states.last?.heads)
    #expect(figures.first?.name == HeadsEvaluation.needed && figures.allSatisfy { $0.count == heads.count })
    #expect(figures.dropFirst().count == HeadRole.allCases.count)
    #expect(figures.dropFirst().reduce(0) { $0 + $1.value } == Double(heads.count))
    // No direction is better, so that no number of heads decides a comparison.
    #expect(figures.allSatisfy { $0.moreIsBetter == nil })
  }

  @Test func whatCannotBeAskedIsSaid() throws {
    let models = try models(["tiny/gpt"])
    let evaluation = HeadsEvaluation(windows: 2)
    let subject = try subject(0, of: models)
    #expect(throws: InferenceError.self) {
      try evaluation.measure(EvaluationSubject(model: subject.model, text: Self.source))
    }
    let short = TextSource(
      name: "short", train: [], heldOut: Array("a\nb\n".utf8), startsAtLines: true)
    let error = try #require(throws: InferenceError.self) {
      try evaluation.measure(EvaluationSubject(model: subject.model, text: short, run: subject.run))
    }
    #expect("\(error)".contains("short has no held-out lines"))
    let long = try #require(throws: InferenceError.self) {
      try HeadsEvaluation(windows: 2, shown: String(repeating: "dog ", count: 30)).measure(subject)
    }
    #expect("\(long)".contains("64 tokens"))
  }

  /// Every head is left out once on every window.
  @Test func theCostIsThatOfLeavingOutEachHead() throws {
    let reader = EvaluationSubject.Reader(try untrainedModel("tiny/gpt", sets: Self.sets))
    #expect(reader.heads == 8)
    #expect(HeadsEvaluation(windows: 10).cost(reader) == 9.0 * 10 * 64)
    #expect(HeadsEvaluation().cost(reader) == 9.0 * 128 * 64)
  }
}
