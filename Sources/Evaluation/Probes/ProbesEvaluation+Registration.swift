import Inference
import Settings

extension ProbesEvaluation {
  /// - Throws: `SettingsError` when the name is taken.
  static func register(in registry: inout Registry) throws {
    try registry.add(
      "probes", to: .evaluation,
      summary: "linear probes: word class, depth and number decoded from the hidden states of every layer",
      keys: [sentences, seed], source: "Hewitt and Liang 2019"
    ) { ProbesEvaluation(sentences: $0[sentences], seed: UInt64($0[seed])) }
  }
}
