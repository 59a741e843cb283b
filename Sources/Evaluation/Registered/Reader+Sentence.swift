import Inference

extension EvaluationSubject.Reader {
  /// A sentence of the length that those of the embedded grammar have on average.
  private static let sentence = "The doctor near the old gardens that the pilots admire writes a letter."

  /// How many tokens a sentence has, for what an evaluation costs.
  var sentenceTokens: Int { tokenizer.encode(Self.sentence).count + 1 }
}
