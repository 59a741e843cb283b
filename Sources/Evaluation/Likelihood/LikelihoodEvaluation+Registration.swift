import Inference
import Settings

extension LikelihoodEvaluation {
  /// - Throws: `SettingsError` when a name is taken.
  static func register(in registry: inout Registry) throws {
    try registry.add(
      "likelihood", to: .evaluation, summary: "the likelihood of held-out text by the chain rule",
      keys: [windows, length], source: "Uria et al. 2014"
    ) { LikelihoodEvaluation(windows: $0[windows], length: $0[length]) }
    let pseudoWindows = PseudoLikelihoodEvaluation.windows
    try registry.add(
      "pseudo-likelihood", to: .evaluation,
      summary: "the pseudo-log-likelihood: the cost of each token given all others, for encoders",
      keys: [pseudoWindows], source: "Salazar et al. 2020"
    ) { PseudoLikelihoodEvaluation(windows: $0[pseudoWindows]) }
  }
}
