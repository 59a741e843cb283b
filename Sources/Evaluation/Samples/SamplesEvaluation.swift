import Inference
import Reporting
import Settings
import Statistics
import SyntheticCorpus
import Text

/// Texts of a model that predicts the next token, for a reader to look at.
package struct SamplesEvaluation: Evaluation {
  static let texts = Key.integer("texts", 1...1000, default: 1, help: "number of texts")
  static let tokens = Key.integer("tokens", 1...1_000_000, default: 120, help: "tokens of a text")
  static let temperature = Key.number(
    "temperature", 0...100, default: 0.8, help: "sampling temperature; 0: the most probable token")
  static let seed = Key.integer("seed", 0...Int.max, default: 1, help: "random seed of the first text")

  let texts: Int
  let tokens: Int
  let temperature: Double
  let seed: Int

  /// A text.
  package struct Sample: Codable, Sendable, Equatable {
    /// What the model was given; empty for a free text.
    package var prompt: String
    /// How it was drawn, for example `temperature 0.8, seed 1`.
    package var settings: String
    /// What the model wrote, cut into lines.
    package var sentences: [Sentence]
  }

  /// A line of a text.
  package struct Sentence: Codable, Sendable, Equatable {
    /// The line.
    package var text: String
    /// Whether the grammar can make it; nil when that is not known.
    package var wellFormed: Bool?
  }

  package func measure(_ subject: EvaluationSubject) throws -> [Sample] {
    let model = subject.model
    guard model.predicts == .next else {
      throw InferenceError(
        "\(model.descriptor.name) predicts masked tokens and does not write token by token; see what it predicts --with "
          + "fills, and texts that it unmasks --with writing")
    }
    let corpus = GeneratedCorpus.of(subject.text)
    var options = GenerationOptions()
    options.tokens = tokens
    options.temperature = temperature
    let opening = subject.text.withHeldOut { String(decoding: $0.prefix(200), as: UTF8.self) }
    let prompt = model.startsWithToken ? "" : String(opening.prefix(16))
    return try (0..<texts).map { number in
      options.seed = UInt64(seed) &+ UInt64(number)
      let text = try model.generate(prompt: prompt, options: options)
      subject.progress(number + 1, texts)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
      return Sample(
        prompt: prompt, settings: "temperature \(temperature), seed \(options.seed)",
        sentences: lines.enumerated().map { place, line in
          // The last line is cut off by the length, and so has no verdict.
          let isWhole = place < lines.count - 1 || text.hasSuffix("\n")
          return Sentence(text: line, wellFormed: isWhole ? corpus?.makes(line) : nil)
        })
    }
  }

  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    reader.isEncoder ? 0 : Double(texts * tokens)
  }

  /// The share of complete sentences that the grammar accepts, where there is one. The texts are for reading: there are
  /// too few sentences to decide anything.
  package func figures(of result: [Sample]) -> [EvaluationFigure] {
    let known = result.flatMap(\.sentences).compactMap(\.wellFormed)
    guard !known.isEmpty else { return [] }
    var share = EvaluationFigure(
      "grammatical sentences", .share(correct: known.count { $0 }, of: known.count), count: known.count)
    share.moreIsBetter = nil
    return [share]
  }

  /// One panel per text.
  package func section(_ results: EvaluationResults<[Sample]>) -> Section? {
    guard results.models.contains(where: { !$0.result.isEmpty }) else { return nil }
    let known = results.models.flatMap(\.result).flatMap(\.sentences).compactMap(\.wellFormed)
    return Section(
      id: "samples", short: "Samples", title: "Text from the decoder",
      conclusion: known.isEmpty
        ? ""
        : "Of \(Number.counted(known.count, "complete sentence")) the grammar accepts \(known.count { $0 }).",
      explanation: "Text sampled from the trained model, token by token."
        + (known.isEmpty
          ? ""
          : " Sentences that the grammar accepts have the mark ✓, other complete sentences ✕. "
            + GeneratedCorpus.remarkOnUngrammatical),
      blocks: [
        .panels(
          results.models.flatMap { model in
            model.result.map { sample in
              Block.Panel(
                model: model.index,
                remark: sample.settings
                  + (sample.prompt.isEmpty ? "" : "; after the prompt “\(sample.prompt)”"),
                [
                  .list(
                    Block.List(
                      "Text of \(model.name), \(sample.settings)", rightWord: "grammatical",
                      sample.sentences.map { .init($0.text, isRight: $0.wellFormed) }))
                ])
            }
          })
      ], isDetail: true)
  }

  package func methods(_ results: EvaluationResults<[Sample]>) -> String { "" }
}
