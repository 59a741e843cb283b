import Foundation
import Text

/// Takes the next token from a model's logits.
///
/// Candidates are in the order of their probability, equal ones in that of their ids. That order is only
/// made where it matters: what is wanted is where sums along it reach a bound, which a partial selection
/// finds in time linear in the vocabulary.
///
/// - Source: top-k: Fan et al., 2018; top-p: Holtzman et al., 2020; selection: Hoare, "Find", 1961.
struct TokenSampler {
  let options: GenerationOptions
  /// Tokens of the tokenizer; a model may know more.
  let vocabulary: Vocabulary
  /// Special tokens that may be chosen, too, such as the one that ends documents.
  var ends: [Int32] = []
  /// Whether every id that the model has a logit for may be chosen, as where tokens are wanted and no text.
  var takesAll = false

  /// The token at the fraction `share` of the cumulative probability, after temperature and truncation. Special tokens
  /// are not content, unless all ids may be chosen.
  func callAsFunction(_ logits: [Float], share: Double) -> Int32 {
    let ranges =
      takesAll ? [0..<logits.count] : vocabulary.ordinaryRanges(below: logits.count, and: ends)
    guard var best = ranges.first?.lowerBound else { return 0 }
    for range in ranges { for index in range where logits[index] > logits[best] { best = index } }
    let factor = Float(1 / options.temperature)
    guard options.temperature > 0, factor.isFinite else { return Int32(best) }
    var candidates: [Candidate] = []
    candidates.reserveCapacity(logits.count)
    for range in ranges { candidates += range.map { Candidate(logit: logits[$0], id: Int32($0)) } }
    if let most = options.topK, most > 0, most < candidates.count {
      candidates.removeSubrange(Candidate.select(&candidates, until: Double(most)).count...)
    }
    let top = logits[best]
    for index in candidates.indices {
      candidates[index].weight = Double(exp((candidates[index].logit - top) * factor))
    }
    var total = candidates.reduce(0) { $0 + $1.weight }
    if let topP = options.topP {
      let kept = Candidate.select(&candidates, until: topP * total)
      candidates.removeSubrange(kept.count...)
      total = kept.weight
    }
    let drawn = Candidate.select(&candidates, until: share * total, orJustBeyond: true)
    return candidates[drawn.count - 1].id
  }
}

/// A token that may be chosen.
struct Candidate {
  /// Greater for what stands earlier in the order of probability: the logit's bits, which order as the
  /// numbers do once those of negative ones are turned over, then those of the id, all turned over.
  private let rank: UInt64
  var weight = 1.0

  init(logit: Float, id: Int32) {
    // −0 plus 0 is 0: the two are equal.
    let bits = (logit + 0).bitPattern
    rank = UInt64(bits >> 31 == 1 ? ~bits : bits | 1 << 31) << 32 | UInt64(~UInt32(bitPattern: id))
  }

  var id: Int32 { Int32(bitPattern: ~UInt32(truncatingIfNeeded: rank)) }

  var logit: Float {
    let bits = UInt32(rank >> 32)
    return Float(bitPattern: bits >> 31 == 1 ? bits & ~(1 << 31) : ~bits)
  }

  /// Puts first, in any order, the fewest most probable candidates whose weights add up to `bound`, the
  /// least probable of them last.
  ///
  /// - Parameter orJustBeyond: their sum must exceed the bound.
  /// - Returns: how many they are, all if the bound is never reached, and their sum.
  /// - Complexity: linear on average.
  static func select(_ candidates: inout [Candidate], until bound: Double, orJustBeyond: Bool = false) -> (
    count: Int, weight: Double
  ) {
    func reaches(_ sum: Double) -> Bool { orJustBeyond ? sum > bound : sum >= bound }
    return candidates.withUnsafeMutableBufferPointer { all in
      // What is before `low` counts and does not reach the bound; what is from `high` on is not needed.
      var (low, high, sum) = (0, all.count, 0.0)
      while low < high {
        let (place, before) = partition(all, low, high)
        let through = sum + before + all[place].weight
        if place > low, reaches(sum + before) {
          high = place
        } else if reaches(through) {
          return (place + 1, through)
        } else {
          (low, sum) = (place + 1, through)
        }
      }
      return (low, sum)
    }
  }

  /// Moves a candidate of middling rank to its place in the order, what is before it in front of it and
  /// the rest behind, and returns the place and the weight of what stands before.
  private static func partition(
    _ all: UnsafeMutableBufferPointer<Candidate>, _ low: Int, _ high: Int
  ) -> (place: Int, before: Double) {
    let (first, between, last) = (low, low + (high - low) / 2, high - 1)
    let (a, b, c) = (all[first].rank, all[between].rank, all[last].rank)
    let middle = a > b ? (b > c ? between : a > c ? last : first) : a > c ? first : b > c ? last : between
    all.swapAt(middle, last)
    let pivot = all[last].rank
    var (place, before) = (low, 0.0)
    // Without a branch, which the processor could not predict.
    for index in low..<last {
      let next = all[index]
      all[index] = all[place]
      all[place] = next
      let precedes = next.rank > pivot
      place &+= precedes ? 1 : 0
      before += precedes ? next.weight : 0
    }
    all.swapAt(place, last)
    return (place, before)
  }
}
