import Foundation
import Inference
import Reporting
import Settings
import Statistics
import SyntheticCorpus
import Text

/// How well a model writes: whether the sentences of its texts are grammatical, new and different.
///
/// All models write as many texts of the same length at temperature 1, which draws from what a model believes.
package struct WritingEvaluation: Evaluation {
  static let texts = Key.integer("texts", 1...100_000, default: 32, help: "number of texts")
  static let tokens = Key.integer("tokens", 1...1_000_000, default: 64, help: "max tokens of a text")

  let texts: Int
  let tokens: Int

  /// What can be said of one model's texts.
  package struct Result: Codable, Sendable, Equatable {
    /// How the texts were drawn.
    package var how: String
    /// Texts.
    package var texts: Int
    /// Complete sentences in them.
    package var sentences: Int
    /// The fraction of these that the grammar accepts; nil where there is no grammar.
    package var wellFormed: Measured?
    /// The fraction of these that are in the training text word for word.
    package var copied: Measured
    /// The fraction of different ones among all runs of one, two, three and four words, `[4]`.
    package var distinct: [Double]
  }

  package func measure(_ subject: EvaluationSubject) throws -> Result {
    let model = subject.model
    var options = GenerationOptions()
    options.tokens = min(tokens, model.descriptor.context)
    options.hasSeedByText = true
    // A model without a start token continues from the end of a sentence.
    let prompt = model.predicts == .next && !model.startsWithToken ? "\n" : ""
    let written = try model.generate(prompts: [String](repeating: prompt, count: texts), options: options)
    let measure = WritingMeasure(written)
    guard !measure.sentences.isEmpty else {
      throw InferenceError(
        "\(model.descriptor.name) wrote no whole sentence in \(Number.counted(texts, "text")) of at most "
          + Number.counted(options.tokens, "token"))
    }
    let training = subject.text.withTrain { text in Set(TextLines.filled(text).map { Data($0.utf8) }) }
    return Result(
      how: model.predicts == .next ? "from left to right" : "masks unmasked in random order",
      texts: texts, sentences: measure.sentences.count,
      wellFormed: GeneratedCorpus.of(subject.text).map { corpus in measure.share(corpus.makes) },
      copied: measure.share { training.contains(Data($0.utf8)) }, distinct: (1...4).map(measure.distinct))
  }

  /// A decoder reads what it wrote once; an encoder unmasks tokens one after the other, all in view.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    let length = min(tokens, reader.context)
    return Double(texts * length * (reader.isEncoder ? length : 1))
  }

  /// Grammatical sentences, where there is a grammar; copied ones; runs of words that differ.
  package func figures(of result: Result) -> [EvaluationFigure] {
    var copied = EvaluationFigure(
      "sentences that are in the training text", result.copied, count: result.sentences)
    copied.moreIsBetter = nil
    return
      (result.wellFormed.map {
        [EvaluationFigure("grammatical sentences", $0, count: result.sentences)]
      } ?? []) + [copied]
      + result.distinct.enumerated().map { index, share in
        EvaluationFigure("distinct-\(index + 1)", share, count: result.sentences)
      }
  }
}
