import Kernels
import Settings
import Text
import Transformer
import Zoo

/// Predict each token from those before it.
///
/// With a start token the input is `start c₀ … cₙ₋₂` and every content token is a target; without, the
/// window reads one token ahead and the first content token is given.
///
/// - Source: Radford et al., "Improving language understanding by generative pre-training", 2018.
package struct CausalLM: Objective {
  /// Whether a start token comes first.
  package let start: Bool

  package let name = "causal-lm"
  package let unit = "nats per token"
  package let isLikelihood = true
  package let predicts = Prediction.next
  package var lookAhead: Int { start ? 0 : 1 }
  package var startsWithToken: Bool { start }

  /// The objective with or without a start token.
  package init(start: Bool = true) { self.start = start }

  package func predictions(context: Int) -> Int { context }

  package func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) throws -> Example {
    let time = windows.length - lookAhead
    let first = try start(vocabulary)
    var ids: [Int32] = []
    var targets: [Int32] = []
    ids.reserveCapacity(windows.batch * time)
    targets.reserveCapacity(windows.batch * time)
    for row in 0..<windows.batch {
      let window = windows.ids[row * windows.length..<(row + 1) * windows.length]
      if let first { ids.append(first) }
      ids += window.dropLast()
      targets += start ? window : window.dropFirst()
    }
    return Example(
      tokens: TokenBatch(
        ids: ids, batch: windows.batch, time: time,
        documents: windows.documents.map {
          TargetShift.shifted($0, rows: windows.batch, starts: first != nil)
        }),
      positions: (0..<Int32(targets.count)).map { $0 }, targets: targets)
  }

  package func refusal(under mask: any Mask) -> String? {
    mask.seesFuture
      ? "under this mask a position sees the next token, which is its target in causal-lm" : nil
  }
}

extension CausalLM {
  static func register(in registry: inout Registry) throws {
    let start = Key.flag(
      "start", default: true,
      help: "prepend a start token, so that every content token is a target")
    try registry.add(
      "causal-lm", to: .objective, summary: "predict each token from the tokens before it", keys: [start],
      source: "Radford et al. 2018"
    ) { settings in CausalLM(start: settings[start]) }
  }
}
