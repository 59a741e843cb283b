import Foundation
import Inference
import Installed
import SyntheticCorpus
import Tensors
import TestSupport
import Testing
import Text
import Zoo

@testable import Evaluation

@Suite struct PairScoringTests {
  @Test func filesAreReadAndFaultsAreNamed() throws {
    try withTemporaryFolder { folder in
      func write(_ text: String, _ name: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
      }
      let blimp = try write(
        """
        {"sentence_good": "a b", "sentence_bad": "b a", "field": "syntax", "UID": "order", "pairID": "0"}

        {"sentence_good": "c", "sentence_bad": "d"}
        """, "mine.jsonl")
      #expect(
        try MinimalPair.read([blimp]) == [
          MinimalPair(good: "a b", bad: "b a", paradigm: "order", field: "syntax"),
          MinimalPair(good: "c", bad: "d", paradigm: "mine", field: ""),
        ])
      let broken = try write(
        "{\"sentence_good\": \"a\", \"sentence_bad\": \"b\"}\n{\"good\": 1}\n", "x.jsonl")
      let error = #expect(throws: TextError.self) { try MinimalPair.read([broken]) }
      #expect(error?.place == "\(broken):2")
      #expect(throws: TextError.self) { try MinimalPair.read([folder.path + "/none"]) }
      #expect(throws: TextError.self) { try MinimalPair.read([try write("\n", "empty.jsonl")]) }
    }
  }

  @Test func pairsOfTheGrammarAreReadBackAsTheyWereWritten() throws {
    let source = TextSource(name: "nothing", train: [], heldOut: [], startsAtLines: true)
    let pairs = GrammarPair.draw(2, seed: 3, notIn: source).pairs.map(MinimalPair.init)
    #expect(pairs.count == 2 * GrammarPair.Paradigm.allCases.count)
    let lines = try MinimalPair.lines(pairs)
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("pairs.jsonl")
      try Data(lines.utf8).write(to: url)
      #expect(try MinimalPair.read([url.path]) == pairs)
    }
    #expect(
      lines.components(separatedBy: "\"pairID\":\"1\"").count == GrammarPair.Paradigm.allCases.count + 1)
    #expect(Set(pairs.map(\.field)) == ["agreement", "selection"])
  }

  @Test func everyMeasureChoosesByItsSums() throws {
    let pairs = [("a dog sees", "a dog see"), ("on it", "in it"), ("xyz", "xyz"), ("we", "wee")].map {
      MinimalPair(good: $0.0, bad: $0.1, paradigm: $0.0.count > 5 ? "long" : "short", field: "")
    }
    for (preset, count) in [("tiny/gpt", 1), ("tiny/bert", 3)] {
      let model = try untrainedModel(preset)
      let scoring = try PairScoring(model)
      #expect(scoring.measures.count == count)
      let windows = try WindowScoring(model)
      for measure in scoring.measures {
        func nats(_ text: String) throws -> Double {
          let ids = [model.tokenizer.encode(text)]
          let nats =
            switch measure {
            case .likelihood: try windows.nats(ids)
            case .pseudo: try windows.pseudoNats(ids, .original)
            case .pseudoWithinWords: try windows.pseudoNats(ids, .withinWord)
            }
          return nats[0].reduce(0, +)
        }
        let expected = try pairs.map { try nats($0.good) < nats($0.bad) - 1e-4 }
        #expect(try scoring.right(pairs)[measure] == expected, "\(preset), \(measure)")
        // Equal sentences are a tie, which is no right choice.
        #expect(!expected[2])
      }
      let accuracies = try scoring.accuracies(pairs)
      #expect(accuracies.map(\.paradigm) == ["long", "short", "all"])
      #expect(accuracies.map(\.pairs) == [1, 3, 4])
      let right = try #require(scoring.right(pairs)[.likelihood]).count { $0 }
      #expect(accuracies[2].right[.likelihood]?.value == Double(right) / 4)
    }
  }

  @Test func whatIsTooLongIsNamed() throws {
    let long = MinimalPair(good: String(repeating: "a", count: 40), bad: "a", paradigm: "", field: "")
    let error = #expect(throws: InferenceError.self) {
      try PairScoring(try untrainedModel("tiny/gpt")).accuracies([long])
    }
    #expect(error?.description.contains("40 tokens") == true)
  }
}
