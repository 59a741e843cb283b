import Foundation
import Inference
import SyntheticCorpus
import Tensors
import Text
import Zoo

/// Chooses the hidden word among its candidates, by what the model was trained to predict.
///
/// **Left side alone.** A model that predicts the next token scores a candidate by the chain rule over its
/// tokens. One that predicts masked tokens unmasks them from left to right, with everything behind masked up to
/// the end of a window of one length, so that not even the length of what follows is known. Where a candidate's
/// tokens are the beginning of another word's, what counts is that the word ends there: the probability of
/// every token that begins a word comes in as a factor.
///
/// **Both sides.** A model that predicts the next token scores a candidate by the likelihood of the whole
/// sentence with it; one that predicts masked tokens unmasks the candidate's tokens with the right side in view.
package struct ClozeScoring {
  private let model: LoadedModel
  private let choice: ChoiceScoring
  /// The beginnings of all words that have more tokens than these.
  private let beginnings: Set<[Int32]>
  /// Tokens of the window in which everything behind a hidden word is masked.
  package static let window = 64

  /// Scoring with a model.
  package init(_ model: LoadedModel) {
    self.model = model
    choice = ChoiceScoring(model)
    let words = WordClass.allCases.flatMap(\.words).map { model.tokenizer.encode(" " + $0) }
    beginnings = Set(words.flatMap { word in word.indices.dropFirst().map { Array(word[..<$0]) } })
  }

  /// Whether a model reads an item's sentence with any of its candidates whole, with a token at each end.
  package static func fits(_ item: EvidenceItem, _ tokenizer: any Tokenizer, context: Int) -> Bool {
    item.candidates.allSatisfy { tokenizer.encode(item.sentence($0)).count + 2 <= context }
  }

  /// What the model can be asked with: not with both sides where it predicts a masked token and sees only what
  /// is before it.
  package var sides: [ChoiceContext] {
    model.predicts == .next || model.model.mask.seesFuture ? ChoiceContext.allCases : [.leftOnly]
  }

  /// The probability of every candidate of every item, given that it is one of them.
  ///
  /// - Throws: `ShapeError` when a sentence is longer than the context; `MemoryError`.
  package func probabilities(_ items: [EvidenceItem], _ side: ChoiceContext) throws -> [[Double]] {
    try scores(items, side).map { scores in
      let highest = scores.max() ?? 0
      let weights = scores.map { exp($0 - highest) }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
  }

  /// The score of every candidate of every item, in nats: higher is more probable.
  package func scores(_ items: [EvidenceItem], _ side: ChoiceContext) throws -> [[Double]] {
    let tokenizer = model.tokenizer
    let parts = try items.flatMap { item in
      let left = model.frame.before + tokenizer.encode(item.left)
      let right = tokenizer.encode(item.right) + model.frame.after
      return try item.candidates.map { candidate -> ChoiceScoring.Parts in
        let form = tokenizer.encode(" " + candidate)
        return ChoiceScoring.Parts(
          left: left, form: form,
          right: side == .leftOnly ? try hidden(behind: left.count + form.count) : right)
      }
    }
    var scores = try choice.scores(of: parts, side)
    if side == .leftOnly {
      let open = parts.indices.filter { beginnings.contains(parts[$0].form) }
      for (index, end) in zip(open, try endings(open.map { parts[$0] })) { scores[index] += end }
    }
    var next = scores.makeIterator()
    return items.map { item in item.candidates.map { _ in next.next() ?? -.infinity } }
  }

  /// Masks up to the end of the window; at least the place where the next word begins.
  private func hidden(behind count: Int) throws -> [Int32] {
    guard model.predicts == .hidden else { return [] }
    let end = min(model.descriptor.context, max(Self.window, count + 1))
    return [Int32](repeating: try model.maskToken(for: "cloze scoring"), count: max(0, end - count))
  }

  /// The log probability that the next token begins a word.
  private func endings(_ parts: [ChoiceScoring.Parts]) throws -> [Double] {
    let begins = (0..<model.tokenizer.vocabularySize).filter { token in
      guard let first = model.tokenizer.bytes(of: Int32(token)).first else { return false }
      return !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    }
    let isHidden = model.predicts == .hidden
    let sequences = parts.map { $0.left + $0.form + (isHidden ? $0.right : []) }
    var ends = [Double](repeating: 0, count: parts.count)
    for batch in lengthBatches(sequences.map(\.count)) {
      let time = sequences[batch[0]].count
      // What is behind the word: its own masked place, or what its last token predicts.
      let places = batch.enumerated().map { row, index in
        row * time + parts[index].left.count + parts[index].form.count - model.predictionOffset
      }
      let rows = try model.logProbabilities(
        batch.flatMap { sequences[$0] }, batch: batch.count, at: places)
      for (index, row) in zip(batch, rows) {
        ends[index] = log(begins.reduce(0) { $0 + exp(Double(row[$1])) })
      }
    }
    return ends
  }
}
