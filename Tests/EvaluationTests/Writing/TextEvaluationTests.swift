import Foundation
import Inference
import SyntheticCorpus
import TestSupport
import Testing
import Text

@testable import Evaluation

/// Texts, fills and measures of writing, of models as they are stored.
@Suite struct TextEvaluationTests {
  private static let source = GeneratedCorpus.make().source

  private func subject(_ preset: String, _ text: TextSource = source) throws -> EvaluationSubject {
    EvaluationSubject(model: try untrainedModel(preset, sets: ["context=64"]), text: text)
  }

  /// What is stored is read back as it was.
  private func kept<Result: Codable>(_ result: Result) throws -> Result {
    try JSONDecoder().decode(Result.self, from: JSONEncoder().encode(result))
  }

  @Test func aDecoderWritesAndAnEncoderFills() throws {
    let samples = SamplesEvaluation(texts: 2, tokens: 40, temperature: 1, seed: 5)
    let written = try samples.measure(try subject("tiny/gpt"))
    #expect(written.map(\.settings) == ["temperature 1.0, seed 5", "temperature 1.0, seed 6"])
    #expect(try kept(written) == written)
    #expect(written[0] != written[1])
    #expect(try samples.measure(try subject("tiny/gpt")) == written)

    let fills = FillsEvaluation(guesses: 3)
    let filled = try fills.measure(try subject("tiny/bert"))
    #expect(!filled.isEmpty)
    #expect(try kept(filled) == filled)
    for fill in filled {
      #expect(fill.text.contains(FillsEvaluation.mask) && fill.masks.count == 1)
      #expect(fill.masks[0].guesses.count == 3 && fill.masks[0].correct != nil)
      let chances = fill.masks[0].guesses.map(\.probability)
      #expect(chances == chances.sorted(by: >) && chances.allSatisfy { (0...1).contains($0) })
    }
    // A few texts decide nothing.
    #expect(fills.figures(of: filled).map(\.moreIsBetter) == [nil])
  }

  @Test func whatAModelCannotBeAskedNamesWhatItCan() throws {
    let writes = try #require(throws: InferenceError.self) {
      try SamplesEvaluation.standard.measure(try subject("tiny/bert"))
    }
    #expect("\(writes)".contains("--with fills") && "\(writes)".contains("--with writing"))
    let fills = try #require(throws: InferenceError.self) {
      try FillsEvaluation.standard.measure(try subject("tiny/gpt"))
    }
    #expect("\(fills)".contains("--with samples"))
  }

  @Test func onlyTheEmbeddedCorpusHasAGrammar() throws {
    let book = TextSource(
      name: "book", train: Array("a line\n".utf8), heldOut: Array("another line of a book\n".utf8),
      startsAtLines: true)
    #expect(GeneratedCorpus.of(book) == nil)
    let corpus = try #require(GeneratedCorpus.of(Self.source.named("by another name")))
    let line = Self.source.withHeldOut { String(decoding: $0.prefix { $0 != 10 }, as: UTF8.self) }
    #expect(corpus.makes(line) && !corpus.makes(line + " line"))
    let sentences = SamplesEvaluation.Sample(
      prompt: "", settings: "", sentences: [.init(text: "a", wellFormed: true), .init(text: "b")])
    #expect(SamplesEvaluation.standard.figures(of: [sentences])[0].value == 1)
  }

  /// An encoder reads its window once a token, a decoder once.
  @Test func costsAreInTokensRead() {
    func reader(_ isEncoder: Bool) -> EvaluationSubject.Reader {
      .init(tokenizer: TokenizerPipeline.bytes, context: 50, isEncoder: isEncoder)
    }
    let writing = WritingEvaluation(texts: 2, tokens: 64)
    #expect(writing.cost(reader(false)) == 100 && writing.cost(reader(true)) == 5000)
    #expect(SamplesEvaluation.standard.cost(reader(true)) == 0)
  }

  /// The heading of a row was empty for a screen reader where the guess was a line end.
  @Test func aGuessOfWhiteSpaceCanBeSeen() {
    #expect(FillsEvaluation.label("\n") == "⏎" && FillsEvaluation.label("  ") == "␣␣")
    #expect(FillsEvaluation.label(" dog") == " dog")
  }
}
