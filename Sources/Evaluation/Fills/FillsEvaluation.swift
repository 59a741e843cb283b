import Foundation
import Inference
import Reporting
import Settings
import Statistics
import SyntheticCorpus
import Text

/// What a model that predicts masked tokens says of masks in held-out sentences, for a reader to look at.
package struct FillsEvaluation: Evaluation {
  static let guesses = Key.integer("guesses", 1...1000, default: 5, help: "guesses for each mask, best first")

  let guesses: Int

  /// A sentence with masks.
  package struct Fill: Codable, Sendable, Equatable {
    /// The text with `[MASK]` where something is hidden.
    package var text: String
    /// What was guessed, one entry for every mask.
    package var masks: [Mask]
  }

  /// A mask.
  package struct Mask: Codable, Sendable, Equatable {
    /// What stood there; nil when not known.
    package var correct: String?
    /// The best guesses, best first.
    package var guesses: [Guess]
  }

  /// A token that may stand behind a mask.
  package struct Guess: Codable, Sendable, Equatable {
    /// The token.
    package var text: String
    /// Its probability, from 0 to 1.
    package var probability: Double
  }

  /// How a mask is written in ``Fill/text``, whatever the tokenizer calls it.
  static let mask = "[MASK]"

  package func measure(_ subject: EvaluationSubject) throws -> [Fill] {
    let model = subject.model
    guard model.predicts == .hidden else {
      throw InferenceError(
        "\(model.descriptor.name) predicts the next token and fills no masks; see what it writes --with samples"
      )
    }
    let masked = try MaskedSentences(model, subject.text)
    guard !masked.all.isEmpty else {
      throw InferenceError("no held-out sentence fits the context of \(model.descriptor.name)")
    }
    return try masked.all.map { sentence in
      let filled = try model.fill(sentence.text, best: guesses)
      return Fill(
        text: sentence.text.replacingOccurrences(of: model.maskText, with: Self.mask),
        masks: zip(filled, sentence.correct).map { filled, correct in
          Mask(
            correct: correct,
            guesses: filled.map { Guess(text: $0.text, probability: $0.probability) })
        })
    }
  }

  /// A few sentences.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    reader.isEncoder ? Double(MaskedSentences.max * min(HeldOutLines.longest, reader.context)) : 0
  }

  /// How often the first guess is what the text has. The sentences are for reading: there are too few to decide
  /// anything.
  package func figures(of result: [Fill]) -> [EvaluationFigure] {
    let masks = result.flatMap(\.masks).filter { $0.correct != nil }
    guard !masks.isEmpty else { return [] }
    var share = EvaluationFigure(
      "right first guesses", .share(correct: Self.right(masks), of: masks.count), count: masks.count)
    share.moreIsBetter = nil
    return [share]
  }

  static func right(_ masks: [Mask]) -> Int { masks.count { $0.guesses.first?.text == $0.correct } }
}
