import Foundation
import Inference
import Reporting
import Settings
import Statistics
import SyntheticCorpus
import TestSupport
import Testing
import Text

@testable import Evaluation

/// The divergence from exact distributions as an evaluation: what is stored, its figures, and what a report says.
@Suite struct DivergenceEvaluationTests {
  private typealias Result = DivergenceEvaluation.Result

  private static let evaluation = DivergenceEvaluation(windows: 3, length: 6, places: 2)

  private static func answer(_ divergences: [Double], isTrained: Bool = true) -> Result.Answer {
    Result.Answer(
      entropies: [1, 3], divergences: divergences, calibrationError: 0.25,
      bins: [.init(count: 4, predicted: 0.05, known: 0.1), .init(count: 0, predicted: 0, known: 0)],
      isTrainedForIt: isTrained)
  }

  private static func results(_ models: [Result]) -> EvaluationResults<Result> {
    EvaluationResults(
      ComponentDeclaration(family: "evaluation", name: "divergence", summary: "", keys: []),
      models.enumerated().map { index, result in
        .init(
          index: index, name: ["gpt", "bert"][index], seesFuture: index == 1, isTrainedFromLeft: index == 0,
          result: result)
      })
  }

  private static let models = [
    Result(places: [2, 2], answers: [.leftOnly: answer([2, 4])]),
    Result(
      places: [2, 2], answers: [.leftOnly: answer([4, 4], isTrained: false), .bothSides: answer([1, 1])]),
  ]

  @Test func figuresAreMeansOverPlaces() {
    let figures = Self.evaluation.figures(of: Self.models[1])
    #expect(
      figures.map(\.name) == [
        "divergence from the exact distribution, both sides",
        "divergence from the exact distribution, left side only", "calibration error, both sides",
        "calibration error, left side only",
      ])
    #expect(
      figures.map(\.value) == [0.5, 2, 0.25, 0.25] && figures.map(\.moreIsBetter) == [false, false, nil, nil])
    #expect(figures[0].context == .bothSides && figures[1].context == .leftOnly)
    #expect(figures[0].sample == .init([1, 1], weights: [2, 2]) && figures[0].count == 4)
    // It is tested over seeds, and decides only where that is declared.
    #expect(figures.map(\.isTestedOverSeeds) == [true, true, nil, nil])
    #expect(figures.allSatisfy { $0.defaultRank == nil })
  }

  @Test func theSectionSaysWhatWasMeasured() throws {
    let section = try #require(Self.evaluation.section(Self.results(Self.models)))
    #expect(
      section.conclusion
        == "KL divergence from the exact distribution: gpt 1.500 bits (next token) and bert 0.500 bits (masked token); these are different tasks."
    )
    let table = try #require(section.tables.first)
    #expect(table.rows.map { $0[0] } == [.model(0), .model(1), .model(1)])
    #expect(table.rows.map { $0[3] } == [2.5, 3, 1.5].map { .number($0, .fixed(3)) })
    guard case .measured(let difference, _) = table.rows[1][5] else {
      Issue.record("no difference")
      return
    }
    #expect(difference.value == 0.5 && table.rows[0][5] == .empty && table.rows[2][5] == .empty)
    let verdicts = Self.evaluation.verdicts(Self.results(Self.models))
    #expect(verdicts.map(\.comparable) == [false] && verdicts[0].because.contains("bert was not trained"))
    #expect(Self.evaluation.methods(Self.results(Self.models)).contains("4 positions of 2 held-out windows"))
    #expect(Self.evaluation.section(Self.results([])) == nil)
  }

  @Test func modelsAreAskedAtTheSamePlaces() throws {
    let corpus = GeneratedCorpus.make()
    let tokenizer = try corpus.source.withTrain {
      try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: 400, from: $0)
    }
    let models = try ["tiny/gpt", "tiny/bert"].map { try untrainedModel($0, tokenizer: tokenizer) }
    let readers = models.map { EvaluationSubject.Reader($0) }
    let results = try models.map {
      try Self.evaluation.measure(EvaluationSubject(model: $0, text: corpus.source, readers: readers))
    }
    #expect(results.allSatisfy { $0.isWhole && $0.places == [2, 2, 2] })
    #expect(Set(results[0].answers.keys) == [.leftOnly] && results[1].answers.count == 2)
    #expect(results[0].answers[.leftOnly]?.entropies == results[1].answers[.leftOnly]?.entropies)
    #expect(results[0].answers[.leftOnly]?.isTrainedForIt == true)
    #expect(results[1].answers[.leftOnly]?.isTrainedForIt == false)
    #expect(results.flatMap { $0.answers.values }.allSatisfy { $0.divergences.allSatisfy { $0 > 0 } })
    let stored = try Self.evaluation.encoded(results[1])
    #expect(Self.evaluation.canRead(stored) && stored.figures.count == 4)
    let book = TextSource(
      name: "book", train: Array("a b c d\n".utf8), heldOut: Array("a b\n".utf8), startsAtLines: true)
    let error = #expect(throws: InferenceError.self) {
      try Self.evaluation.measure(EvaluationSubject(model: models[0], text: book))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("grammar is not known"))
  }
}
