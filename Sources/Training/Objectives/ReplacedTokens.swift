import Kernels
import Settings
import Text
import Transformer
import Zoo

/// Say of every token whether it was replaced by another.
///
/// In every window round(rate·length) tokens (at least one) are replaced by tokens at random places of the batch: by their
/// frequency in the text. A draw that gives the token that was there leaves an original one. There is no generator: its
/// replacements, which fit their context, would be harder to find.
///
/// - Source: Clark et al., "ELECTRA", 2020, where a generator draws the replacements.
package struct ReplacedTokens: Objective {
  /// The fraction of tokens that are replaced.
  package let rate: Double

  package let name = "replaced-tokens"
  package let unit = "nats per token"
  package let isLikelihood = false
  package let predicts = Prediction.hidden
  package let findsReplacedTokens = true
  package let lookAhead = 0
  package let startsWithToken = false

  /// The objective with its rate.
  package init(rate: Double = 0.15) { self.rate = rate }

  package func predictions(context: Int) -> Int { context }

  package func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) throws -> Example {
    let (time, all) = (windows.length, windows.ids.count)
    let count = min(time, max(1, Int((rate * Double(time)).rounded())))
    var ids = windows.ids
    for row in 0..<windows.batch {
      for place in shuffledPlaces(count: count, of: time, row: row, key: key) {
        let flat = row * time + place
        let draw = philox(SIMD4(UInt32(flat), 0, 1, 0), key: key)[0]
        ids[flat] = windows.ids[Int((UInt64(draw) * UInt64(all)) >> 32)]
      }
    }
    return Example(
      tokens: TokenBatch(ids: ids, batch: windows.batch, time: time, documents: windows.documents),
      positions: (0..<Int32(all)).map { $0 }, targets: zip(ids, windows.ids).map { $0 == $1 ? 0 : 1 })
  }

  package func refusal(under mask: any Mask) -> String? { nil }
}

extension ReplacedTokens {
  static func register(in registry: inout Registry) throws {
    let rate = Key.number("rate", 0.001...1, default: 0.15, help: "fraction of tokens that are replaced")
    try registry.add(
      "replaced-tokens", to: .objective,
      summary: "find tokens that were replaced by others, for the head discriminator", keys: [rate],
      source: "Clark et al. 2020"
    ) { settings in ReplacedTokens(rate: settings[rate]) }
  }
}
