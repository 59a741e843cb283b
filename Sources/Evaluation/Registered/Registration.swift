import Inference
import Settings
import SyntheticCorpus
import Text
import Training

extension Registry {
  /// Registers the texts and the evaluations that come with the program.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  public mutating func addEvaluation() throws {
    try add(Recipe.embeddedText, to: .text, summary: "the generated corpus, whose probabilities are known") {
      _ in GeneratedCorpus.make().source
    }
    let items = Key.integer(
      "count", 1...1_000_000, default: 300, help: "questions, fewer where there are no more")
    let seed = Key.integer("seed", 0...Int.max, default: 1, help: "of the choice of questions")
    try add(
      "likelihood", to: .evaluation, summary: "how probable held-out text is, by the chain rule",
      keys: [LikelihoodEvaluation.windows], source: "Uria et al. 2014"
    ) { LikelihoodEvaluation(windows: $0[LikelihoodEvaluation.windows]) }
    try add(
      "pseudo-likelihood", to: .evaluation,
      summary: "the cost of each token with all others in view, for encoders",
      keys: [PseudoLikelihoodEvaluation.windows], source: "Salazar et al. 2020"
    ) { PseudoLikelihoodEvaluation(windows: $0[PseudoLikelihoodEvaluation.windows]) }
    try add(
      "hidden-words", to: .evaluation, summary: "which of four words is hidden in a held-out passage",
      keys: [items, seed]
    ) { HiddenWordsEvaluation(count: $0[items], seed: $0[seed]) }
    try add(
      "verb-forms", to: .evaluation,
      summary: "which form of a verb agrees with its subject, in the embedded corpus' grammar",
      source: "Linzen et al. 2016"
    ) { _ in VerbFormsEvaluation() }
    try add(
      "minimal-pairs", to: .evaluation,
      summary: "which of two sentences that differ in one word is grammatical",
      keys: [MinimalPairsEvaluation.count, seed, MinimalPairsEvaluation.file], source: "Warstadt et al. 2020"
    ) {
      MinimalPairsEvaluation(
        count: $0[MinimalPairsEvaluation.count], seed: $0[seed], file: $0[MinimalPairsEvaluation.file])
    }
  }
}
