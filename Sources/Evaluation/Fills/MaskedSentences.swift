import Foundation
import Inference
import SyntheticCorpus
import Text

/// Held-out sentences with one token masked: of the embedded grammar where the text is that, else lines of the text.
package struct MaskedSentences {
  /// Sentences at most.
  static let max = 4
  /// Lines at most.
  private static let maxLines = 3

  /// Each with what is hidden in it.
  package let all: [(text: String, correct: [String])]

  /// Sentences that a model can read.
  ///
  /// - Throws: `InferenceError` for a tokenizer without a mask.
  package init(_ model: LoadedModel, _ text: TextSource) throws {
    let mask = try model.maskToken(for: "fills of held-out sentences")
    let written = model.maskText
    // Only a form that is one token can be hidden behind one mask.
    let items = (GeneratedCorpus.of(text)?.items.prefix(Self.max) ?? []).filter {
      model.tokenizer.encode(" " + $0.correct).count == 1
    }
    let sentences = items.map { (text: $0.left + written + $0.right, correct: [" " + $0.correct]) }
    let lines = HeldOutLines.tokens(text, model.tokenizer, context: model.descriptor.context)
      .prefix(Self.maxLines).map { ids in
        var shown = ids
        let place = ids.count / 2
        shown[place] = mask
        return (text: model.tokenizer.decode(shown), correct: [model.tokenizer.decode([ids[place]])])
      }
    let fitting = sentences.filter { model.fits($0.text) }
    all = fitting.isEmpty ? lines.filter { model.fits($0.text) } : fitting
  }
}
