import Inference
import Settings

extension SamplesEvaluation {
  /// With the settings that it has where none is given.
  package static let standard = SamplesEvaluation(texts: 1, tokens: 120, temperature: 0.8, seed: 1)

  /// - Throws: `SettingsError` when the name is taken.
  static func register(in registry: inout Registry) throws {
    try registry.add(
      "samples", to: .evaluation, summary: "texts of a model that predicts the next token",
      keys: [texts, tokens, temperature, seed]
    ) {
      SamplesEvaluation(
        texts: $0[texts], tokens: $0[tokens], temperature: $0[temperature], seed: $0[seed])
    }
  }
}
