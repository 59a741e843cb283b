import Inference
import SyntheticCorpus
import Tensors
import Text
import Transformer
import Zoo

/// Scores the two forms of every item, by what the model was trained to predict.
///
/// A model that predicts the next token scores a form by its log probability after the left side, or by that
/// of the form and all that follows. A model that predicts masked tokens scores a form by its
/// pseudo-log-likelihood: the form's tokens are masked and unmasked from left to right; for the left
/// side alone, everything after the form is masked, too.
///
/// - Source: pseudo-log-likelihood: Salazar et al., 2020; within words from left to right: Kauf and
///   Ivanova, 2023.
public struct ChoiceScoring {
  private let model: LoadedModel

  /// Scoring with a model.
  public init(_ model: LoadedModel) { self.model = model }

  /// Which items the model gets right: a tie is wrong.
  ///
  /// - Returns: one flag an item, in the order of the items.
  /// - Throws: `ShapeError` when an item is longer than the context; `MemoryError`.
  public func right(_ items: [VerbItem], _ side: ChoiceContext) throws -> [Bool] {
    let correct = try scores(items.map { ($0.left, $0.correct, $0.right) }, side)
    let wrong = try scores(items.map { ($0.left, $0.wrong, $0.right) }, side)
    return zip(correct, wrong).map { $0 > $1 }
  }

  /// The score of each sentence's middle part, in nats: higher is more probable.
  func scores(_ parts: [(left: String, form: String, right: String)], _ side: ChoiceContext) throws
    -> [Double]
  {
    let tokenizer = model.tokenizer
    return try scores(
      of: parts.map { part in
        Parts(
          left: model.frame.before + tokenizer.encode(part.left), form: tokenizer.encode(" " + part.form),
          right: tokenizer.encode(part.right) + model.frame.after)
      }, side)
  }

  /// A sentence in tokens as the model reads them, the tokens around it included.
  struct Parts {
    let left: [Int32]
    /// What is scored.
    let form: [Int32]
    let right: [Int32]
  }

  /// The same for sentences in tokens; what several of them ask of one text is read once.
  func scores(of parts: [Parts], _ side: ChoiceContext) throws -> [Double] {
    var probes: [Probe] = []
    let mask = model.predicts == .hidden ? try model.maskToken(for: "scoring of forms") : nil
    for (index, part) in parts.enumerated() {
      let ids = part.left + part.form + part.right
      let place = part.left.count..<part.left.count + part.form.count
      if let mask {
        probes += part.form.indices.map {
          Probe.masked(
            ids, place, unmasked: $0, hidesRight: side == .leftOnly, offset: model.predictionOffset,
            mask: mask, item: index)
        }
      } else {
        probes.append(
          Probe.causal(
            ids, from: place.lowerBound, to: side == .leftOnly ? place.upperBound : ids.count, item: index))
      }
    }
    var sums = [Double](repeating: 0, count: parts.count)
    let texts = Dictionary(grouping: probes.indices) { probes[$0].ids }.sorted { $0.value[0] < $1.value[0] }
    for batch in lengthBatches(texts.map(\.key.count)) {
      try add(batch.map { text in (texts[text].key, texts[text].value.map { probes[$0] }) }, to: &sums)
    }
    return sums
  }

  /// Adds what is read off some texts of one length.
  private func add(_ texts: [(ids: [Int32], probes: [Probe])], to sums: inout [Double]) throws {
    let time = texts[0].ids.count
    let asked = texts.enumerated().flatMap { row, text in
      text.probes.flatMap { probe in
        zip(probe.places, probe.targets).map { (at: Int32(row * time + $0), target: $1, item: probe.item) }
      }
    }
    let result = try model.model.loss(
      model.tokens(texts.flatMap(\.ids), batch: texts.count), at: asked.map(\.at),
      targets: asked.map(\.target), lossWeight: 1, .inference(model.context))
    for (question, loss) in zip(asked, result.losses.values()) { sums[question.item] -= Double(loss) }
  }

  /// One sequence, and what is read off it.
  private struct Probe {
    var ids: [Int32]
    var places: [Int]
    var targets: [Int32]
    var item: Int

    /// Each token from `start` on is predicted at the place before it.
    static func causal(_ ids: [Int32], from start: Int, to end: Int, item: Int) -> Probe {
      Probe(
        ids: Array(ids[..<(end - 1)]), places: Array(start - 1..<end - 1), targets: Array(ids[start..<end]),
        item: item)
    }

    /// A masked token is predicted in its own place, or in the one before it.
    static func masked(
      _ ids: [Int32], _ form: Range<Int>, unmasked: Int, hidesRight: Bool, offset: Int, mask: Int32,
      item: Int
    ) -> Probe {
      var masked = ids
      let place = form.lowerBound + unmasked
      for index in place..<(hidesRight ? ids.count : form.upperBound) { masked[index] = mask }
      return Probe(ids: masked, places: [place - offset], targets: [ids[place]], item: item)
    }
  }
}
