import Inference
import Text

/// Everything that a model's scores of an item are, as a line of a file.
public struct ItemScores: Encodable, Sendable {
  /// An alternative with its scores.
  struct Alternative: Encodable {
    let text: String
    /// The scored tokens, as they are shown in tables.
    let tokens: [String]
    let words: Int
    let bytes: Int
    let scores: [PairScoring.Measure: TextScore]
  }

  let alternatives: [Alternative]
  let model: String
  let context: String
  let paradigm: String
  let field: String
  let place: String
  let correct: Int
  /// The tokens that the longest alternative lost, of its context where it has one; nil where none may be truncated.
  let truncated: Int?
  /// The most probable alternatives, several where they tie.
  let chosen: [PairScoring.Measure: [Int]]
  /// 1 for a right choice, and a part of it for a tie.
  let credit: [PairScoring.Measure: Double]

  /// The scores of an item.
  ///
  /// - Parameters:
  ///   - item: the item.
  ///   - scores: those of its alternatives.
  ///   - credit: what its choice is worth, by measure.
  ///   - scoring: what scored it.
  public init(
    _ item: ScoredItem, _ scores: [[PairScoring.Measure: TextScore]],
    credit: [PairScoring.Measure: Double], by scoring: PairScoring
  ) {
    let (texts, removed) = scoring.texts(of: item)
    alternatives = item.alternatives.indices.map { index in
      let tokens = texts[index]
      return Alternative(
        text: item.alternatives[index], tokens: tokens.ids[tokens.scored].map(scoring.model.tokenizer.label),
        words: tokens.words.count, bytes: tokens.bytes, scores: scores[index])
    }
    (model, self.credit) = (scoring.model.descriptor.name, credit)
    truncated = scoring.truncates ? removed : nil
    (context, paradigm, field) = (item.context, item.paradigm, item.field)
    (place, correct) = (item.place, item.correct)
    chosen = Dictionary(
      uniqueKeysWithValues: credit.keys.map { ($0, PairScoring.best(scores, $0)) })
  }
}
