import Inference
import Reporting
import SyntheticCorpus

extension WritingEvaluation {
  /// One row per model.
  package func section(_ results: EvaluationResults<Result>) -> Section? {
    guard let first = results.models.first?.result else { return nil }
    let hasGrammar = results.models.contains { $0.result.wellFormed != nil }
    let percent = Block.NumberStyle.percent(decimals: 1)
    let rows = results.models.map { model -> [Block.Cell] in
      let result = model.result
      return [.model(model.index), .text(result.how), .count(result.sentences)]
        + (hasGrammar ? [result.wellFormed.map { .measured($0, percent) } ?? .empty] : [])
        + [.measured(result.copied, percent)]
        + result.distinct.map { .number($0, .percent(decimals: 0)) }
    }
    return Section(
      id: "writing", short: "Writing", title: "Quality of generated text", conclusion: conclusion(results),
      explanation:
        "\(Number.counted(first.texts, "text")) of equal length per model, sampled at temperature 1. "
        + "A decoder writes from left to right; an encoder unmasks a window of masks in random order, each token with "
        + "all that is unmasked in view, which is what the objective any-order trains and masked-lm does not. "
        + "Only complete sentences are counted. "
        + (hasGrammar
          ? "Grammatical is what the grammar's own parser accepts. \(GeneratedCorpus.remarkOnUngrammatical) "
          : "")
        + "Distinct-n: distinct n-grams of words divided by all n-grams; low values mean repetition.",
      blocks: [
        .table(
          Block.Table(
            "Texts sampled at temperature 1",
            columns: [.text("Model"), .text("How"), .number("Sentences")]
              + (hasGrammar ? [.number("Grammatical")] : []) + [.number("In the training text")]
              + (1...4).map { .number("Distinct-\($0)") }, rows: rows))
      ], isDetail: true)
  }

  private func conclusion(_ results: EvaluationResults<Result>) -> String {
    let known = results.models.compactMap { model in
      model.result.wellFormed.map { "\(model.name) \(Number.percent($0.value)), \(model.result.how)" }
    }
    guard known.isEmpty else { return "Grammatical sentences: \(known.inWords)." }
    let copied = results.models.map { "\($0.name) \(Number.percent($0.result.copied.value))" }
    return "Sentences that are in the training text word for word: \(copied.inWords)."
  }

  package func methods(_ results: EvaluationResults<Result>) -> String {
    "Writing: texts of the same length for all models, checked by the grammar's parser if there is one."
  }
}
