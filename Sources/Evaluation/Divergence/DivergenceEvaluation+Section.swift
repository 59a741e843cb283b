import Inference
import Reporting
import Statistics

extension DivergenceEvaluation {
  /// The models whose stored results are whole and of the same places.
  private func asked(_ results: EvaluationResults<Result>) -> [EvaluationResults<Result>.Model] {
    let whole = results.models.filter { $0.result.isWhole }
    return whole.filter { $0.result.places == whole.first?.result.places }
  }

  package func section(_ results: EvaluationResults<Result>) -> Section? {
    DivergenceResults(asked(results)).flatMap { divergence in
      DivergenceSection(divergence) { arm in results.models.first { $0.index == arm }?.name ?? "" }.section
    }
  }

  /// One sentence a side that several models were asked with.
  package func verdicts(_ results: EvaluationResults<Result>) -> [Verdict] {
    let models = asked(results)
    let sides = [
      (ChoiceContext.bothSides, "of a masked token, both sides given"), (.leftOnly, "of the next token"),
    ]
    return sides.compactMap { side, words in
      let answers = models.compactMap { model in
        model.result.answers[side].map { (model: model, answer: $0) }
      }
      guard answers.count > 1 else { return nil }
      let numbers = answers.map { model, answer in
        let measured = model.result.measure.perToken(answer.divergences).notNegative
        return "\(model.name) \(Block.NumberStyle.fixed(3).text(measured))"
      }
      let untrained = answers.filter { !$0.answer.isTrainedForIt }.map(\.model.name)
      return Verdict(
        statement: "Divergence from the exact distribution \(words), in bits per position.",
        numbers: numbers.joined(separator: ", "), comparable: untrained.isEmpty,
        because: untrained.isEmpty
          ? "the same positions with the same context; \(results.scope)"
          : "the same positions, but \(untrained.inWords) \(untrained.count == 1 ? "was" : "were") not trained to predict "
            + "a token with everything after it masked"
      ).about(Self.name(side))
    }
  }

  package func methods(_ results: EvaluationResults<Result>) -> String {
    DivergenceResults(asked(results)).map(Self.methods) ?? ""
  }

  /// How divergences were measured.
  package static func methods(_ divergence: DivergenceResults) -> String {
    "Divergence: KL(exact ‖ model) in bits at \(Number.grouped(divergence.places)) positions of \(divergence.windows) "
      + "held-out windows, drawn with a fixed seed, from the grammar's exact distributions given the left side and given "
      + "all other tokens."
  }
}
