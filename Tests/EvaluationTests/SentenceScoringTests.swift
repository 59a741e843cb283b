import Foundation
import Inference
import TestSupport
import Testing
import Text

@testable import Evaluation

/// Sentences, answers and words, scored as research on sentences scores them.
@Suite struct SentenceScoringTests {
  private static func item(_ context: String, _ alternatives: [String], _ correct: Int = 0) -> ScoredItem {
    ScoredItem(context: context, alternatives: alternatives, correct: correct, paradigm: "p")
  }

  @Test func tokensBelongToWords() throws {
    let bytes = SentenceTokens("a  bc d", TokenizerPipeline.bytes)
    #expect(bytes.words == ["a", "bc", "d"] && bytes.bytes == 7)
    // White space belongs to the word behind it.
    #expect(bytes.word == [0, 1, 1, 1, 1, 2, 2])
    let pieces = try TokenizerPipeline.wordPieces(WordPieceModel(names: ["a", "b", "##a", "##b", "ab"]))
    let cut = SentenceTokens("ab  aba b", pieces)
    #expect(cut.words == ["ab", "aba", "b"] && cut.word == [0, 1, 1, 2])
    let answer = SentenceTokens("dog", after: "the ", TokenizerPipeline.bytes)
    #expect(
      answer.scored == 3..<7 && answer.words == ["dog"] && answer.word == [0, 0, 0, 0] && answer.bytes == 3)
    #expect(SentenceTokens(" ", after: "", TokenizerPipeline.bytes).words == [])
  }

  /// What an answer costs given its question is what both cost together, less what the question costs.
  @Test func answersAreScoredGivenTheirQuestion() throws {
    for preset in ["tiny/gpt", "tiny/bert"] {
      let model = try untrainedModel(preset, sets: largeWeights + ["context=32"])
      let scoring = try PairScoring(model)
      let items = [Self.item("who? ", ["me", "you"], 1), Self.item("", ["who? me", "x"])]
      let scores = try scoring.scores(items)
      let nats = try WindowScoring(model).nats([model.tokenizer.encode("who? me")])[0]
      let likelihood = try #require(scores[0][0][.likelihood])
      // The space belongs to the answer.
      #expect(abs(likelihood.sum + nats[4...].reduce(0, +)) < 1e-9 && likelihood.surprisals.count == 3)
      #expect(likelihood.perToken == likelihood.sum / 3 && likelihood.perByte == likelihood.sum / 2)
      #expect(likelihood.perWord == likelihood.sum)
      let whole = try #require(scores[1][0][.likelihood])
      #expect(whole.perWord == whole.sum / 2 && abs(whole.sum + nats.reduce(0, +)) < 1e-9)
    }
  }

  @Test func partsOfASentenceHaveTheirOwnWords() {
    let part = SentenceTokens("ab cd ef", TokenizerPipeline.bytes).part(1..<5)
    #expect(
      part.words == ["ab", "cd"] && part.word == [0, 1, 1, 1] && part.bytes == 4 && part.scored == 0..<4)
    #expect(SentenceTokens("ab cd ef", TokenizerPipeline.bytes).part(6..<8).words == ["ef"])
  }

  /// The context is truncated by as many tokens before each alternative, and what is left is scored as if it were all.
  @Test func contextsAreTruncatedAndAnswersAreNot() throws {
    for preset in ["tiny/gpt", "tiny/bert"] {
      let model = try untrainedModel(preset, sets: largeWeights + ["context=16"])
      let room = try PairScoring(model).room
      let (context, answers) = (String((0..<room).map { Character(UnicodeScalar(65 + $0)!) }), ["xyz", "q"])
      let item = Self.item(context, answers)
      #expect(try PairScoring(model).refusal(of: item) != nil)
      for (side, kept) in [(Truncation.left, context.suffix(room - 3)), (.right, context.prefix(room - 3))] {
        let scoring = try PairScoring(model, truncation: side)
        #expect(scoring.refusal(of: item) == nil)
        let shorter = Self.item(String(kept), answers)
        #expect(try scoring.scores([item]) == PairScoring(model).scores([shorter]))
        #expect(scoring.texts(of: item).removed == 3 && scoring.texts(of: shorter).removed == 0)
        let credits = scoring.credits(of: try scoring.scores([item, shorter]), [item, shorter])
        #expect(scoring.accuracies([item, shorter], credits).last?.truncated == 1)
        // An answer that leaves no room for a token of the context.
        let long = Self.item("?", [String(repeating: "a", count: room), "b"])
        #expect(scoring.refusal(of: long)?.contains("never") == true)
        #expect(scoring.refusal(of: Self.item("??", [String(repeating: "a", count: room - 1), "b"])) == nil)
      }
      #expect(try PairScoring(model).accuracies([], [:]).last?.truncated == nil)
    }
  }

  @Test func sentencesAreTruncatedToWhatTheModelReads() throws {
    let model = try untrainedModel("tiny/gpt", sets: largeWeights + ["context=16"])
    let plain = try PairScoring(model)
    let (a, b) = (String(repeating: "ab ", count: plain.room), "short")
    for (side, kept) in [
      (Truncation.left, a.suffix(plain.room)), (.right, a.prefix(plain.room)),
    ] {
      let scoring = try PairScoring(model, truncation: side)
      #expect(
        try scoring.scores([Self.item("", [a, b])]) == plain.scores([Self.item("", [String(kept), b])]))
      // What tells them from each other is removed.
      let same = side == .left ? ["x" + a, "y" + a] : [a + "x", a + "y"]
      #expect(scoring.refusal(of: Self.item("", same))?.contains("the same") == true)
    }
  }

  @Test func tiesAreSharedAmongAlternatives() throws {
    let scoring = try PairScoring(try untrainedModel("tiny/gpt", sets: largeWeights + ["context=32"]))
    func credit(_ alternatives: [String], _ correct: Int) throws -> Double {
      let items = [Self.item("", alternatives, correct)]
      return try #require(scoring.credits(of: try scoring.scores(items), items)[.likelihood])[0]
    }
    #expect(try credit(["a", "a"], 0) == 0.5 && credit(["ab", "ab", "ab"], 2) == 1.0 / 3)
    let order = try credit(["a", "bcd"], 0)
    #expect(try order == 1 && credit(["a", "bcd"], 1) == 0 && credit(["a", "bcd", "a"], 0) == 0.5)
  }

  /// A model without a start token: the token that ends texts comes first, or none, or another.
  @Test func aStartTokenIsChosen() throws {
    let tokenizer = try ForeignTokenizer.layout("gpt-2")
    let plain = try untrainedModel(
      "tiny/gpt", sets: largeWeights + ["context=32"], tokenizer: tokenizer, startsWithToken: false)
    let window = tokenizer.encode("the dog")
    #expect(throws: InferenceError.self) { try WindowScoring(plain) }
    var options = ScoringOptions(forSentencesOf: plain)
    let end = try #require(tokenizer.special[.endOfDocument])
    let all = try plain.logProbabilities([end] + window, at: Array(0..<window.count))
    options.countsAllTokens = true
    let scoring = try WindowScoring(plain, options)
    let nats = try scoring.nats([window])[0]
    #expect(!scoring.lacksFirst)
    for (place, id) in window.enumerated() { #expect(abs(nats[place] + Double(all[place][Int(id)])) < 1e-4) }
    options.start = .nothing
    let none = try WindowScoring(plain, options)
    let first = try none.nats([window, Array(window.prefix(1))])
    #expect(none.lacksFirst && first[0][0].isNaN && first[1].count == 1 && first[1][0].isNaN)
    let bare = try plain.logProbabilities(window, at: Array(0..<window.count))
    for place in 1..<window.count {
      #expect(abs(first[0][place] + Double(bare[place - 1][Int(window[place])])) < 1e-4)
    }
    let pairs = try PairScoring(plain, options)
    let score = try #require(pairs.scores([Self.item("", ["abc", "ab"])])[0][0][.likelihood])
    #expect(score.surprisals[0] == nil && score.perToken == score.sum / 2)
    #expect(pairs.refusal(of: Self.item("", ["a", "ab"]))?.contains("one token") == true)
    // One more token fits where nothing is before it.
    let long = String(repeating: "a", count: 33)
    #expect(
      none.refusal(of: tokenizer.encode(long)) == nil && scoring.refusal(of: tokenizer.encode(long)) != nil)
    options.start = .token("<|endoftext|>")
    #expect(try WindowScoring(plain, options).nats([window])[0] == nats)
    options.start = .token("[CLS]")
    #expect(throws: InferenceError.self) { try WindowScoring(plain, options) }
  }

  /// The words of a sentence add up to it, and an encoder has three ways.
  @Test func wordsAddUpToTheirSentence() throws {
    let sentence = "the dogs  sleep."
    for preset in ["tiny/gpt", "tiny/bert"] {
      let model = try untrainedModel(preset, sets: largeWeights + ["context=32"])
      let options = ScoringOptions(forSentencesOf: model)
      let windows = try WindowScoring(model)
      let ids = [model.tokenizer.encode(sentence)]
      for method in WordSurprisals.Method.allCases {
        guard preset == "tiny/bert" || method == .exact else {
          #expect(throws: InferenceError.self) { try WordSurprisals(model, method, options) }
          continue
        }
        let words = try WordSurprisals(model, method, options).words(of: [sentence])[0]
        let nats =
          switch method {
          case .exact: try windows.nats(ids)
          case .pseudo: try windows.pseudoNats(ids, .original)
          case .withinWord: try windows.pseudoNats(ids, .withinWord)
          }
        #expect(words.map(\.word) == ["the", "dogs", "sleep."] && words.map(\.tokens.count) == [3, 5, 8])
        let bits = words.compactMap(\.surprisal)
        let (total, own): (Double, Double) = (nats[0].reduce(0, +), bits.reduce(0, +) * log(2))
        #expect(abs(own - total) < 1e-9)
        let first: Double = nats[0].prefix(3).reduce(0, +)
        #expect(abs(bits[0] * log(2) - first) < 1e-9)
      }
    }
  }

  /// A trunk and a discriminator have no probabilities of tokens, and say so before anything is read.
  @Test(arguments: ["none", "discriminator"]) func aModelWithoutSuchAHeadIsRefused(_ head: String) throws {
    let model = try untrainedModel("tiny/bert", sets: ["tokenizer=bytes", "context=32", "head=\(head)"])
    #expect(!model.descriptor.predictsTokens)
    let asked: [() throws -> Void] = [
      { _ = try WindowScoring(model) }, { _ = try PairScoring(model) }, { _ = try model.fill("a[MASK]") },
      { _ = try model.generate(prompt: "a") }, { _ = try model.generate(ids: [70]) },
      { _ = try model.logProbabilities([70, 71], at: [0]) },
    ]
    for ask in asked {
      let error = #expect(throws: InferenceError.self) { try ask() }
      #expect(error?.description.contains("no head that predicts tokens") == true)
    }
    #expect(try model.embed("a").count == model.model.dimensions.width)
  }

  @Test func filesHoldPairsAndAlternatives() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("items.jsonl")
      func read(_ lines: String...) throws -> [ScoredItem] {
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        return try ScoredItem.read([file.path])
      }
      let items = try read(
        #"{"sentence_good": "a", "sentence_bad": "b", "UID": "u", "field": "f", "pairID": "3"}"#, "",
        #"{"question": "q?", "alternatives": ["a", "b", "c"], "correct": 2}"#)
      #expect(items.map(\.paradigm) == ["u", "items"] && items.map(\.correct) == [0, 2])
      #expect(items.map(\.context) == ["", "q?"] && items[1].place == file.path + ":3")
      for (line, said) in [
        (#"{"alternatives": ["a"], "correct": 0}"#, "1 alternative with"),
        (#"{"alternatives": ["a", "b"]}"#, "correct missing"),
        (#"{"alternatives": ["a", "b"], "correct": 2}"#, "correct 2"),
        (#"{"alternatives": ["a", " "], "correct": 0}"#, "alternatives[1] is empty"),
        (#"{"sentence_good": "a"}"#, "nor one with alternatives"), ("[1]", "nor one with alternatives"),
      ] {
        let error = #expect(throws: TextError.self) { try read(line) }
        #expect(error?.place == file.path + ":1" && error?.reason.contains(said) == true, "\(line): \(error)")
      }
      let question = #"{"context": "q", "sentence_good": "a", "sentence_bad": "b"}"#
      _ = try read(question)
      #expect(throws: TextError.self) { try MinimalPair.read([file.path]) }
    }
  }
}
