import Inference
import Settings

extension FillsEvaluation {
  /// With the settings that it has where none is given.
  package static let standard = FillsEvaluation(guesses: 5)

  /// - Throws: `SettingsError` when the name is taken.
  static func register(in registry: inout Registry) throws {
    try registry.add(
      "fills", to: .evaluation, summary: "predictions of a model for masks in held-out sentences",
      keys: [guesses]
    ) { FillsEvaluation(guesses: $0[guesses]) }
  }
}
