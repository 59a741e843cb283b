import Inference
import Text
import Zoo

/// Chooses hidden words among their candidates, by what a model was trained to predict.
///
/// A model that predicts masked tokens scores a candidate by the probability of its tokens, unmasked from left to
/// right with the whole passage in view. One that predicts the next token scores it by the likelihood of the whole
/// passage with it, or by the candidate alone where only the left side is given.
///
/// - Source: pseudo-log-likelihood: Salazar et al., 2020; within words from left to right: Kauf and Ivanova, 2023.
package struct HiddenWordScoring {
  private let model: LoadedModel

  /// Scoring with a model.
  package init(_ model: LoadedModel) { self.model = model }

  /// What the model can be asked with: both sides for models that see them or score whole passages, the left side
  /// alone by a model that was trained to predict the next token.
  package var sides: [ChoiceContext] {
    model.predicts == .next ? ChoiceContext.allCases : model.model.mask.seesFuture ? [.bothSides] : []
  }

  /// Which items the model gets right: a tie is wrong.
  ///
  /// - Returns: one flag an item, in the order of the items.
  /// - Throws: `ShapeError` when a passage is longer than the context; `MemoryError`.
  package func right(_ items: [HiddenWordItem], _ side: ChoiceContext) throws -> [Bool] {
    let parts = items.flatMap { item in
      item.candidates.map { (left: item.left, form: $0, right: item.right) }
    }
    var scores = try ChoiceScoring(model).scores(parts, side).makeIterator()
    return items.map { item in
      let found = item.candidates.map { _ in scores.next() ?? -.infinity }
      return found.indices.allSatisfy { $0 == item.correct || found[$0] < found[item.correct] }
    }
  }
}
