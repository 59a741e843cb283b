import Kernels
import Settings
import Text
import Transformer
import Zoo

/// Predict masked tokens from both sides.
///
/// In every window exactly round(rate·length) positions are predicted (at least one), so that sizes and
/// costs are the same in every step. Of these, a fraction becomes the mask token, a fraction a random token, and the
/// rest stays as it is. Masks are drawn afresh for every batch.
///
/// - Source: Devlin et al., "BERT", 2019; dynamic masks: Liu et al., "RoBERTa", 2019.
package struct MaskedLM: Objective {
  /// Masking rate: the fraction of positions that are predicted.
  package let rate: Double
  /// Share of the predicted positions that becomes the mask token.
  package let maskShare: Double
  /// Share of the predicted positions that becomes a random token.
  package let randomShare: Double
  /// Whether a token is predicted one place earlier, see `TargetShift`.
  package let shift: Bool

  package let name = "masked-lm"
  package let unit = "nats per masked token"
  package let isLikelihood = false
  /// With nothing hidden, a token that is predicted one place earlier is the next one.
  package var predicts: Prediction { shift && maskShare == 0 && randomShare == 0 ? .next : .hidden }
  package let lookAhead = 0
  package var startsWithToken: Bool { shift }

  /// The objective with its rates.
  package init(
    rate: Double = 0.15, maskShare: Double = 0.8, randomShare: Double = 0.1, shift: Bool = false
  ) {
    self.rate = rate
    self.maskShare = maskShare
    self.randomShare = randomShare
    self.shift = shift
  }

  package func predictions(context: Int) -> Int {
    min(context, max(1, Int((rate * Double(context)).rounded())))
  }

  package func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) throws -> Example {
    let (time, count) = (windows.length, predictions(context: windows.length))
    let special = vocabulary.special
    let mask = maskShare > 0 ? try special.id(.mask, for: "objective \(name)") : nil
    let ordinary = UInt64(vocabulary.ordinaryCount)
    var ids = windows.ids
    var positions: [Int32] = []
    var targets: [Int32] = []
    positions.reserveCapacity(windows.batch * count)
    targets.reserveCapacity(windows.batch * count)
    for row in 0..<windows.batch {
      for place in shuffledPlaces(count: count, of: time, row: row, key: key).sorted() {
        let flat = row * time + place
        positions.append(Int32(flat))
        targets.append(windows.ids[flat])
        // Lane 0 decides what happens, lane 1 which random token replaces it.
        let draw = philox(SIMD4(UInt32(flat), 0, 1, 0), key: key)
        let share = Double(draw[0]) / 4_294_967_296
        if share < maskShare, let mask {
          ids[flat] = mask
        } else if share < maskShare + randomShare {
          ids[flat] = special.ordinaryID(Int((UInt64(draw[1]) * ordinary) >> 32))
        }
      }
    }
    return Example(
      tokens: TargetShift.input(
        ids, batch: windows.batch, time: time, after: try start(vocabulary),
        documents: windows.documents),
      positions: positions,
      targets: targets)
  }

  package func refusal(under mask: any Mask) -> String? {
    guard maskShare == 0, randomShare == 0 else { return nil }
    // One place earlier and without the right side, nothing needs to be hidden.
    if shift, !mask.seesFuture { return nil }
    return shift
      ? "with mask 0 and random 0 a position sees the next token, which is its target, under a mask that shows it"
      : "with mask 0 and random 0 every position sees its own token, which is its target"
  }
}

extension MaskedLM {
  private static let rateKey = Key.number(
    "rate", 0.001...1, default: 0.15, help: "masking rate: fraction of positions that are predicted")
  private static let maskKey = Key.number(
    "mask", 0...1, default: 0.8, help: "fraction of predicted positions replaced by the mask token")
  private static let randomKey = Key.number(
    "random", 0...1, default: 0.1, help: "fraction of predicted positions replaced by a random token")

  static func register(in registry: inout Registry) throws {
    try registry.add(
      "masked-lm", to: .objective, summary: "predict masked tokens from both sides",
      keys: [rateKey, maskKey, randomKey, TargetShift.key], source: "Devlin et al. 2019"
    ) { settings in
      MaskedLM(
        rate: settings[rateKey], maskShare: settings[maskKey], randomShare: settings[randomKey],
        shift: settings[TargetShift.key])
    }
    try registry.add(sharesAddUp)
  }

  private static let sharesAddUp = Rule(
    name: "masked-shares-add-up",
    reason: "a predicted position becomes either the mask token or a random one",
    about: "recipe"
  ) { recipe in
    guard let objective = recipe.value(of: RecipeSettings.objective), objective.type == "masked-lm" else {
      return []
    }
    let (mask, random) = (objective[maskKey], objective[randomKey])
    // Shares such as 0.7 and 0.3 need not add up to exactly 1.
    guard mask + random > 1 + 1e-9 else { return [] }
    return [
      Problem(
        path: "objective.random", found: "random \(random) with mask \(mask)",
        allowed: "mask and random that add up to 1 or less",
        nearest: "random=\(((1 - mask) * 1e6).rounded() / 1e6)")
    ]
  }
}
