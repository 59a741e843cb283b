import Settings
import SyntheticCorpus
import Text
import Training

extension Registry {
  /// Registers the texts that come with the program.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  public mutating func addEvaluation() throws {
    try add(Recipe.embeddedText, to: .text, summary: "the generated corpus, whose probabilities are known") {
      _ in GeneratedCorpus.make().source
    }
  }
}
