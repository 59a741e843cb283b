import Foundation
import Inference
import SyntheticCorpus
import TestSupport
import Testing
import Text
import Zoo

@testable import Evaluation

/// Probes of whole models.
@Suite struct ProbeStudyTests {
  private static let source = GeneratedCorpus.make(trainBytes: 60_000, heldOutBytes: 12_000).source

  private func study(_ presets: [String], sentences: Int = 100, threads: Int = 1) throws -> ProbeResults {
    let subjects = try presets.enumerated().map { index, preset in
      let sets = largeWeights + ["context=200"]
      return ProbeStudy.Subject(arm: index, trained: try untrainedModel(preset, sets: sets)) {
        try untrainedModel(preset, sets: sets, seed: 3)
      }
    }
    return try #require(
      try ProbeStudy(subjects, source: Self.source, sentences: sentences, threads: threads).make())
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
    let model = try untrainedModel("tiny/gpt")
    #expect(try ProbeStudy([.init(arm: 0, trained: model) { model }], source: book).make() == nil)
  }
}
