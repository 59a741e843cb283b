import Inference
import Settings

extension WritingEvaluation {
  /// With the settings that it has where none is given.
  package static let standard = WritingEvaluation(texts: 32, tokens: 64)

  /// - Throws: `SettingsError` when the name is taken.
  static func register(in registry: inout Registry) throws {
    try registry.add(
      "writing", to: .evaluation,
      summary: "quality of generated text: grammatical, new and different sentences", keys: [texts, tokens],
      source: "distinct-n: Li et al. 2016"
    ) { WritingEvaluation(texts: $0[texts], tokens: $0[tokens]) }
  }
}
