import Foundation
import Inference
import Reporting
import Text

extension FillsEvaluation {
  /// One panel per sentence.
  package func section(_ results: EvaluationResults<[Fill]>) -> Section? {
    let fills = results.models.flatMap { model in model.result.map { (model: model.index, fill: $0) } }
    guard !fills.isEmpty else { return nil }
    return Section(
      id: "fills", short: "Fills", title: "Predictions of the encoder for masks",
      conclusion: conclusion(fills.map(\.fill)),
      explanation:
        "Some tokens are masked; the model predicts a probability for every token at these positions.",
      blocks: [
        .panels(
          fills.map { model, fill in
            Block.Panel(
              model: model,
              [.pieces(Self.pieces(fill.text))]
                + fill.masks.enumerated().map { index, mask in
                  .bars(bars(mask, fill, number: index + 1, model: model))
                })
          })
      ], isDetail: true)
  }

  private func conclusion(_ fills: [Fill]) -> String {
    let masks = fills.flatMap(\.masks).filter { $0.correct != nil }
    return masks.isEmpty
      ? ""
      : "The word of the text is the first guess at \(Self.right(masks)) of \(Number.counted(masks.count, "mask"))."
  }

  private func bars(_ mask: Mask, _ fill: Fill, number: Int, model: Int) -> Block.Bars {
    let name = fill.masks.count > 1 ? "Mask \(number)" : "Mask"
    let correct = mask.correct.map { ": correct is “\($0)”" } ?? ""
    return Block.Bars(
      name + correct, about: fill.text.trimmingCharacters(in: .newlines), labelName: "Guess",
      valueName: "Probability", model: model,
      mask.guesses.map { .init(Self.label($0.text), $0.probability, isRight: $0.text == mask.correct) })
  }

  /// A guess that can be seen: one of white space alone, such as a line end, in the form of ``Tokenizer/label(of:)``.
  static func label(_ text: String) -> String {
    text.allSatisfy(\.isWhitespace) ? visibleForm(of: Array(text.utf8)) : text
  }

  /// The text with its masks as numbered gaps.
  private static func pieces(_ text: String) -> [Block.Word] {
    let parts = text.components(separatedBy: mask)
    return parts.enumerated().flatMap { index, part -> [Block.Word] in
      (index == 0 ? [] : [.gap(parts.count > 2 ? "mask \(index)" : "mask")]) + [.plain(part)]
    }
  }

  package func methods(_ results: EvaluationResults<[Fill]>) -> String { "" }
}
