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
        // Equal sentences are a tie, which is half a right choice.
        let expected = try pairs.map { pair in
          pair.good == pair.bad ? 0.5 : try nats(pair.good) < nats(pair.bad) - 1e-4 ? 1 : 0
        }
        #expect(try scoring.credits(pairs)[measure] == expected, "\(preset), \(measure)")
        #expect(expected[2] == 0.5)
      }
      let accuracies = try scoring.accuracies(pairs)
      #expect(accuracies.map(\.paradigm) == ["long", "short", "all"])
      #expect(accuracies.map(\.pairs) == [1, 3, 4])
      let credits = try #require(scoring.credits(pairs)[.likelihood]).reduce(0, +)
      #expect(accuracies[2].right[.likelihood]?.value == credits / 4)
    }
  }

  @Test func whatIsTooLongIsNamed() throws {
    let long = MinimalPair(good: String(repeating: "a", count: 40), bad: "a", paradigm: "", field: "")
    let error = #expect(throws: InferenceError.self) {
      try PairScoring(try untrainedModel("tiny/gpt")).accuracies([long])
    }
    #expect(error?.description.contains("40 tokens") == true)
  }

  /// A line separator within a sentence, CRLF, no line end at the end; empty sides; places in every error.
  @Test func linesAreThoseOfTheFileAndEmptySidesAreRefused() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("pairs.jsonl")
      func write(_ lines: [String]) throws { try Data(lines.joined(separator: "\r\n").utf8).write(to: file) }
      let good = "{\"sentence_good\": \"a\u{2028}b\u{85}\", \"sentence_bad\": \"b\"}"
      try write([good, "", good])
      let pairs = try MinimalPair.read([file.path])
      #expect(pairs.map(\.good) == ["a\u{2028}b\u{85}", "a\u{2028}b\u{85}"])
      #expect(pairs.map(\.place) == ["\(file.path):1", "\(file.path):3"])

      try write([good, "{\"sentence_good\": \" \", \"sentence_bad\": \"b\"}", "no pair"])
      let error = #expect(throws: TextError.self) { try MinimalPair.read([file.path]) }
      #expect(error?.place == "\(file.path):2" && error?.reason.hasPrefix("sentence_good is empty") == true)
      var skipped: [String] = []
      let left = try MinimalPair.read([file.path]) { skipped.append($0.place) }
      #expect(left.count == 1 && skipped == ["\(file.path):2", "\(file.path):3"])

      try write([
        good, "{\"sentence_good\": \"\(String(repeating: "a", count: 40))\", \"sentence_bad\": \"b\"}",
      ])
      let scoring = try PairScoring(try untrainedModel("tiny/gpt"))
      let long = try MinimalPair.read([file.path])
      let tooLong = #expect(throws: InferenceError.self) { try scoring.credits(long) }
      #expect(tooLong?.description.hasPrefix("\(file.path):2: a window has 40 tokens") == true)
      #expect(long.map { scoring.refusal(of: $0) == nil } == [true, false])
    }
  }

  /// What is far too long is refused before its questions are made, which would take its square in memory.
  @Test(arguments: ["tiny/gpt", "tiny/bert"]) func aSentenceOfManyTokensCostsNothing(_ preset: String) throws
  {
    let window = [Int32](repeating: 100, count: 200_000)
    let scoring = try WindowScoring(try untrainedModel(preset))
    #expect(throws: InferenceError.self) { try scoring.nats([window]) }
    if scoring.hasOrders { #expect(throws: InferenceError.self) { try scoring.pseudoNats([window]) } }
  }
}
