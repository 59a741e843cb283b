import SyntheticCorpus
import Text
import Training

extension TrainingData {
  /// The text that a recipe names: files, folders, or the embedded corpus.
  ///
  /// - Throws: `TextError` that names the file and the place in it.
  public static func source(for recipe: Recipe) throws -> TextSource {
    try source(for: recipe, embedded: GeneratedCorpus.make().source)
  }
}
