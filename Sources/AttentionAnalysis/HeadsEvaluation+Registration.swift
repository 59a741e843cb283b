import Inference
import Settings

extension Registry {
  /// Registers the evaluation of attention heads.
  ///
  /// - Throws: `SettingsError` when the name is taken.
  public mutating func addAttentionAnalysis() throws {
    try add(
      "heads", to: .evaluation,
      summary:
        "role and importance of every attention head, and heads that are alike in encoders and decoders",
      keys: [HeadsEvaluation.windows, HeadsEvaluation.shown],
      source: "Clark et al. 2019; Michel et al. 2019"
    ) { HeadsEvaluation(windows: $0[HeadsEvaluation.windows], shown: $0[HeadsEvaluation.shown]) }
  }
}
