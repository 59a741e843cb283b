import Foundation
import Inference
import Installed
import Settings
import SyntheticCorpus
import TestSupport
import Testing
import Text
import Zoo

@testable import Evaluation

/// Probes of whole models.
@Suite struct ProbesEvaluationTests {
  private static let source = GeneratedCorpus.make(trainBytes: 60_000, heldOutBytes: 12_000).source

  private func subjects(_ presets: [String], threads: Int = 1) throws -> [EvaluationSubject] {
    let sets = largeWeights + ["context=200"]
    let models = try presets.map { try untrainedModel($0, sets: sets) }
    let registry = try Registry.standard()
    return zip(presets, models).map { preset, model in
      EvaluationSubject(
        model: model, text: Self.source, readers: models.map { .init($0) },
        run: .init(folder: nil, step: 1, recipe: "{}", registry: registry, threads: threads) {
          try untrainedModel(preset, sets: sets, seed: 3)
        })
    }
  }

  private func study(_ presets: [String], sentences: Int = 100, threads: Int = 1) throws -> ProbeResults {
    let evaluation = ProbesEvaluation(sentences: sentences)
    let results = try subjects(presets, threads: threads).enumerated().map {
      (arm: $0, result: try evaluation.measure($1))
    }
    // What is stored is what is measured.
    for one in results {
      let kept = try JSONEncoder().encode(one.result)
      #expect(try JSONDecoder().decode(ProbesEvaluation.Result.self, from: kept) == one.result)
    }
    return try #require(ProbeResults(results))
  }

  @Test func bothKindsAreAskedTheSameWhereTheyKnowTheSame() throws {
    let probes = try study(["tiny/gpt", "tiny/bert"])
    #expect(probes.fitted == 50 && probes.chosen == 20 && probes.tested == 30)
    #expect(probes.unfinished == 0 && probes.fits == 3 * 4 * (3 + 3 + 3))
    #expect(probes.tasks.map(\.task) == ProbeTask.allCases)
    #expect(probes.tasks[0].count == 60 && probes.tasks[2].count > probes.tasks[3].count)
    for (arm, side, layers) in [(0, ChoiceContext.leftOnly, 3), (1, .leftOnly, 3), (1, .bothSides, 3)] {
      for task in ProbeTask.allCases {
        let rows = probes.rows.filter { $0.arm == arm && $0.side == side && $0.task == task }
        #expect(rows.map(\.layer) == Array(0..<layers))
        for row in rows {
          #expect((0...1).contains(row.accuracy.value) && row.accuracy.interval != nil)
          #expect(abs(row.selectivity.value - (row.accuracy.value - row.control.value)) < 1e-12)
        }
      }
    }
    #expect(!probes.rows.contains { $0.arm == 0 && $0.side == .bothSides })
    // The two kinds meet only where both read up to the word; nothing is against a decoder's whole sentence.
    #expect(probes.comparisons.allSatisfy { $0.side == .leftOnly && $0.arm == 1 && $0.against == 0 })
    #expect(probes.comparisons.map(\.task) == ProbeTask.allCases)
    for comparison in probes.comparisons {
      func value(_ arm: Int, _ layer: Int) -> Double? {
        probes.rows.first {
          $0.arm == arm && $0.side == .leftOnly && $0.task == comparison.task && $0.layer == layer
        }?.accuracy.value
      }
      let one = try #require(value(1, comparison.layer))
      let other = try #require(value(0, comparison.layerAgainst))
      #expect(abs(comparison.difference.value - (one - other)) < 1e-12)
    }
    // A decoder predicts the verb where it has read the word before.
    func accuracies(_ task: ProbeTask) -> [Double] {
      probes.rows.filter { $0.arm == 0 && $0.task == task }.map(\.accuracy.value)
    }
    #expect(accuracies(.number) == accuracies(.predicted))
    #expect(accuracies(.numberAcross) == accuracies(.predictedAcross))
    // An encoder's embedding knows its own token alone, whatever it sees.
    for task in ProbeTask.allCases {
      let embedding = probes.rows.filter { $0.arm == 1 && $0.layer == 0 && $0.task == task }
      #expect(embedding.count == 2 && embedding[0].accuracy.value == embedding[1].accuracy.value)
    }
  }

  @Test func threadsChangeNothing() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let texts = try [1, 3].map { threads in
      try encoder.encode(try study(["tiny/gpt"], sentences: 50, threads: threads))
    }
    #expect(texts[0] == texts[1])
  }

  @Test func aTextWithoutTheGrammarHasNoProbes() throws {
    let book = TextSource(
      name: "book", train: [], heldOut: Array((0..<200).map { "line \($0)\n" }.joined().utf8),
      startsAtLines: true)
    let subject = try subjects(["tiny/gpt"])[0]
    let error = try #require(throws: InferenceError.self) {
      try ProbesEvaluation().measure(EvaluationSubject(model: subject.model, text: book, run: subject.run))
    }
    #expect("\(error)".contains("book") && "\(error)".contains("embedded grammar"))
    #expect(throws: InferenceError.self) {
      try ProbesEvaluation().measure(EvaluationSubject(model: subject.model, text: Self.source))
    }
  }

  /// The figures are those of the layer that was best on sentences for choosing; a damaged file has none.
  @Test func figuresAreOfTheLayerThatWasChosen() throws {
    let evaluation = ProbesEvaluation(sentences: 100)
    var result = try evaluation.measure(try subjects(["tiny/bert"])[0])
    let figures = evaluation.figures(of: result)
    #expect(figures.count == 12 && figures[0].name.hasPrefix("number where predicted"))
    let best = try #require(result.best(.leftOnly, .wordClass))
    let rows = try #require(ProbeResults([(arm: 0, result: result)])).rows
    let row = rows.first { $0.side == .leftOnly && $0.task == .wordClass && $0.layer == best.layer }
    #expect(figures.first { $0.name.hasPrefix("class of the word, up to") }?.value == row?.accuracy.value)
    result.layers[0].real = AnswerBits([true])
    #expect(evaluation.figures(of: result).isEmpty && ProbeResults([(arm: 0, result: result)]) == nil)
  }
}
