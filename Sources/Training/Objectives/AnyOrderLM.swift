import Kernels
import Text
import Transformer
import Zoo

/// Predict hidden tokens from any share of the others: what an encoder needs to have a likelihood.
///
/// The chain rule in any order asks a model with everything between all and one of its tokens hidden. So
/// the rows of a batch hide evenly spread numbers of tokens, from one to all of them, drawn afresh for every
/// batch; what is hidden is always `[MASK]`. Rows come in pairs that hide `length + 1` tokens together, so
/// sizes and costs are the same in every step. Every hidden token counts the same.
///
/// Which tokens those are is a dial of its own: any, as for every order at once, or the end of the text, as for
/// the order from left to right alone.
///
/// - Source: Uria et al., "A deep and tractable density estimator", 2014; even rates and plain masks for
///   transformers: Austin et al., "Structured denoising diffusion models in discrete state-spaces", 2021.
public struct AnyOrderLM: Objective {
  public let name = "any-order"
  public let unit = "nats per hidden token"
  public let isLikelihood = false
  public let predicts = Prediction.hidden
  public let lookAhead = 0
  public var startsWithToken: Bool { shift }
  public let predictsEvenly = false
  /// Which tokens are hidden together.
  public let order: HidingOrder
  /// Whether a token is predicted one place earlier, see `TargetShift`.
  public let shift: Bool

  /// The objective.
  public init(order: HidingOrder = .random, shift: Bool = false) {
    self.order = order
    self.shift = shift
  }

  /// The mean over the rows of a batch.
  public func predictions(context: Int) -> Int { (context + 1) / 2 }

  public func prepare(_ windows: WindowBatch, vocabulary: Int, key: PhiloxKey) -> Example {
    let (time, batch) = (windows.length, windows.batch)
    var ids = windows.ids
    var positions: [Int32] = []
    var targets: [Int32] = []
    for row in 0..<batch {
      let count = hidden(row, of: batch, time: time, key: key)
      for place in order.places(count: count, of: time, row: row, key: key) {
        let flat = row * time + place
        positions.append(Int32(flat))
        targets.append(windows.ids[flat])
        ids[flat] = SpecialTokens.mask
      }
    }
    return Example(
      tokens: TargetShift.input(ids, batch: batch, time: time, shifts: shift), positions: positions,
      targets: targets)
  }

  public func refusal(under mask: any Mask) -> String? { nil }

  /// How many tokens a row hides: the rows of the first half draw from strata of their own, those of the
  /// second half are their partners, and the odd one in the middle hides half.
  private func hidden(_ row: Int, of batch: Int, time: Int, key: PhiloxKey) -> Int {
    let partner = batch - 1 - row
    if row == partner { return (time + 1) / 2 }
    if row > partner { return time + 1 - hidden(partner, of: batch, time: time, key: key) }
    let draw = Double(philox(SIMD4(UInt32(row), 0, 2, 0), key: key)[0]) / 4_294_967_296
    return 1 + Int((Double(row) + draw) / Double(batch) * Double(time))
  }
}

/// Which tokens are hidden, when so many are: those that an order of uncovering has not come to.
public enum HidingOrder: String, Sendable, CaseIterable {
  /// Any: every order is as probable.
  case random
  /// The last ones: what is seen is the beginning.
  case leftToRight = "left-to-right"
  /// The first ones: what is seen is the end.
  case rightToLeft = "right-to-left"

  /// `count` places below `length`, in order of their place.
  func places(count: Int, of length: Int, row: Int, key: PhiloxKey) -> [Int] {
    switch self {
    case .random: shuffledPlaces(count: count, of: length, row: row, key: key).sorted()
    case .leftToRight: Array(length - count..<length)
    case .rightToLeft: Array(0..<count)
    }
  }
}
