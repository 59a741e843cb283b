import Kernels
import Settings
import Text
import Transformer
import Zoo

/// Predict masked tokens from any fraction of the others: an encoder needs it to have a likelihood.
///
/// The chain rule in any order evaluates a model with any number of its tokens masked, from one to all. So
/// the rows of a batch hide evenly spread numbers of tokens, from one to all of them, drawn afresh for every
/// batch; what is hidden is always the mask token. Rows come in pairs that hide `length + 1` tokens together, so
/// sizes and costs are the same in every step. The odd row of an odd batch hides half, or with weight `bound`,
/// which needs every number as often as the next, draws one near it.
///
/// Which tokens those are is a setting of its own, `order`. With `random` every order of unmasking is as probable,
/// and every masked token may be the next one, so all are predicted. With an order from one end, what is hidden is
/// the other end, and only the token next to what is seen is predicted.
///
/// With T tokens, of which k are hidden as the set H, the loss of a row x is
///
///     weight alike:  Σ over i in H of −log p(xᵢ | x without H), and all predictions of a batch count the same
///     weight bound:  1/k · the same sum, and all rows of a batch count the same
///
/// The mean of the second over k = 1 … T and all sets of k places is exactly 1/T times the mean over all orders of
/// the negative log likelihood by the chain rule, which is no less than that of the mixture of all orders
/// (Jensen). In an order from one end the two are the same, and the mean is the likelihood in that order.
///
/// - Source: Uria et al., "A deep and tractable density estimator", 2014; the bound for transformers: Hoogeboom et
///   al., "Autoregressive diffusion models", 2022; even rates and plain masks: Austin et al., "Structured denoising
///   diffusion models in discrete state-spaces", 2021.
package struct AnyOrderLM: Objective {
  package let name = "any-order"
  package var unit: String {
    weight == .bound && order == .random ? "nats per token, at most" : "nats per masked token"
  }
  package let isLikelihood = false
  package let predicts = Prediction.hidden
  package let lookAhead = 0
  package var startsWithToken: Bool { shift }
  package var predictsEvenly: Bool { order != .random }
  package var taughtOrder: HidingOrder? { order }
  /// Which tokens are hidden together.
  package let order: HidingOrder
  /// By what a masked token counts.
  package let weight: HiddenWeight
  /// Whether a token is predicted one place earlier, see `TargetShift`.
  package let shift: Bool

  /// The objective.
  package init(order: HidingOrder = .random, weight: HiddenWeight = .alike, shift: Bool = false) {
    self.order = order
    self.weight = weight
    self.shift = shift
  }

  /// The mean over the rows of a batch; one in an order from one end.
  package func predictions(context: Int) -> Int { order == .random ? (context + 1) / 2 : 1 }

  package func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) throws -> Example {
    let (time, batch) = (windows.length, windows.batch)
    let mask = try vocabulary.special.id(.mask, for: "objective \(name)")
    var ids = windows.ids
    var positions: [Int32] = []
    var targets: [Int32] = []
    var predictions: [Int] = []
    for row in 0..<batch {
      let count = hidden(row, of: batch, time: time, key: key)
      let places = order.places(count: count, of: time, row: row, key: key)
      for place in places { ids[row * time + place] = mask }
      let next = order.next(of: places)
      for place in next {
        positions.append(Int32(row * time + place))
        targets.append(windows.ids[row * time + place])
      }
      predictions.append(next.count)
    }
    return Example(
      tokens: TargetShift.input(
        ids, batch: batch, time: time, after: try start(vocabulary),
        documents: windows.documents),
      positions: positions,
      targets: targets, weights: weight.weights(predictions))
  }

  package func refusal(under mask: any Mask) -> String? { nil }

  /// How many tokens a row hides: the rows of the first half draw from strata of their own, those of the
  /// second half are their partners.
  private func hidden(_ row: Int, of batch: Int, time: Int, key: PhiloxKey) -> Int {
    let partner = batch - 1 - row
    if row == partner, weight == .alike { return (time + 1) / 2 }
    if row > partner { return time + 1 - hidden(partner, of: batch, time: time, key: key) }
    let draw = Double(philox(SIMD4(UInt32(row), 0, 2, 0), key: key)[0]) / 4_294_967_296
    return 1 + Int((Double(row) + draw) / Double(batch) * Double(time))
  }
}

extension AnyOrderLM {
  static func register(in registry: inout Registry) throws {
    let order = Key.choice(
      "order", default: HidingOrder.random,
      help:
        "which tokens are hidden: random ones, or one end of the window, of which only the next token is predicted"
    )
    let weight = Key.choice(
      "weight", default: HiddenWeight.alike,
      help:
        "weight of masked tokens: equal, or such that the loss bounds the negative log-likelihood in any order"
    )
    try registry.add(
      "any-order", to: .objective,
      summary: "predict masked tokens at random masking rates, from one token to all",
      keys: [order, weight, TargetShift.key], source: "Uria et al. 2014; Hoogeboom et al. 2022"
    ) { settings in
      AnyOrderLM(order: settings[order], weight: settings[weight], shift: settings[TargetShift.key])
    }
  }
}
