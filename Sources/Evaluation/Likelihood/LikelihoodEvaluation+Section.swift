import Inference
import Reporting
import Statistics

extension LikelihoodEvaluation {
  /// The models whose stored results are whole and of the same windows.
  private func asked(_ results: EvaluationResults<Result>) -> [EvaluationResults<Result>.Model] {
    let whole = results.models.filter { $0.result.isWhole }
    return whole.filter { $0.result.bytes == whole.first?.result.bytes }
  }

  package func section(_ results: EvaluationResults<Result>) -> Section? {
    let asked = asked(results)
    return LikelihoodResults(asked).flatMap { likelihood in
      LikelihoodSection(likelihood, ExcessResults(asked)) { arm in
        asked.first { $0.index == arm }?.name ?? ""
      }.section
    }
  }

  /// One sentence on the order from left to right, which is asked of every model.
  package func verdicts(_ results: EvaluationResults<Result>) -> [Verdict] {
    let scores = asked(results).compactMap { model in
      model.result.leftToRight.map { (name: model.name, score: $0, measure: model.result.measure) }
    }
    guard scores.count > 1 else { return [] }
    let untrained = scores.filter { !$0.score.isTrainedForIt }.map(\.name)
    let numbers = scores.map { one in
      let measured = one.measure.perByte(one.score.bits).notNegative
      return "\(one.name) \(Block.NumberStyle.fixed(3).text(measured))"
    }
    return [
      Verdict(
        statement: "Likelihood of held-out text by the chain rule, left to right, in bits per byte.",
        numbers: numbers.joined(separator: ", "), comparable: untrained.isEmpty,
        because: untrained.isEmpty
          ? "the same windows of known length, and each model was trained for this task; \(results.scope)"
          : "the same windows, but \(untrained.inWords) \(untrained.count == 1 ? "was" : "were") not trained to give "
            + "whole texts a probability"
      ).about(Self.perByte)
    ]
  }

  package func methods(_ results: EvaluationResults<Result>) -> String {
    LikelihoodResults(asked(results)).map(Self.methods) ?? ""
  }

  /// How likelihoods were measured.
  package static func methods(_ likelihood: LikelihoodResults) -> String {
    "Likelihood: −log₂ of the probability by the chain rule, per byte, of \(likelihood.extent), spread evenly over "
      + "the held-out text, with known length and with probability for tokens of text only; encoders unmask from left to "
      + "right and in one random order. Only the tokenizer's own segmentation of the text is counted, so these are upper "
      + "bounds."
  }
}
