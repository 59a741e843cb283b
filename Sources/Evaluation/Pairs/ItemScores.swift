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
  ///   - model: the name of the model.
  ///   - tokenizer: the model's.
  public init(
    _ item: ScoredItem, _ scores: [[PairScoring.Measure: TextScore]],
    credit: [PairScoring.Measure: Double], model: String, _ tokenizer: any Tokenizer
  ) {
    alternatives = zip(item.alternatives, scores).map { text, scores in
      let tokens = SentenceTokens(text, after: item.context, tokenizer)
      return Alternative(
        text: text, tokens: tokens.ids[tokens.scored].map(tokenizer.label), words: tokens.words.count,
        bytes: tokens.bytes, scores: scores)
    }
    (self.model, self.credit) = (model, credit)
    (context, paradigm, field) = (item.context, item.paradigm, item.field)
    (place, correct) = (item.place, item.correct)
    chosen = Dictionary(
      uniqueKeysWithValues: credit.keys.map { ($0, PairScoring.best(scores, $0)) })
  }
}
