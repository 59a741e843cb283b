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
    try add(Recipe.embeddedText, to: .text, summary: "the generated corpus, with known probabilities") {
      _ in GeneratedCorpus.make().source
    }
    let items = Key.integer(
      "count", 1...1_000_000, default: 300, help: "maximum number of questions")
    let seed = Key.integer("seed", 0...Int.max, default: 1, help: "random seed of the choice of questions")
    try LikelihoodEvaluation.register(in: &self)
    try DivergenceEvaluation.register(in: &self)
    try add(
      "hidden-words", to: .evaluation,
      summary: "cloze accuracy: which of four words is hidden in a held-out passage",
      keys: [items, seed]
    ) { HiddenWordsEvaluation(count: $0[items], seed: $0[seed]) }
    try add(
      "verb-forms", to: .evaluation,
      summary: "subject-verb agreement in the grammar of the embedded corpus",
      source: "Linzen et al. 2016"
    ) { _ in VerbFormsEvaluation() }
    try add(
      "cloze", to: .evaluation,
      summary: "cloze by evidence: which of two words fits, where the evidence is elsewhere in the sentence"
    ) { _ in ClozeEvaluation() }
    try add(
      "minimal-pairs", to: .evaluation,
      summary: "minimal pairs: which of two sentences that differ in one word is grammatical",
      keys: [MinimalPairsEvaluation.count, seed, MinimalPairsEvaluation.file], source: "Warstadt et al. 2020"
    ) {
      MinimalPairsEvaluation(
        count: $0[MinimalPairsEvaluation.count], seed: $0[seed], file: $0[MinimalPairsEvaluation.file])
    }
    try WritingEvaluation.register(in: &self)
    try SamplesEvaluation.register(in: &self)
    try FillsEvaluation.register(in: &self)
    try LogitLensEvaluation.register(in: &self)
    try ProbesEvaluation.register(in: &self)
    try FineTuningEvaluation.register(in: &self)
  }
}
