import Foundation
import Text

/// Takes the next token from a model's logits.
///
/// Candidates stand in the order of their probability, equal ones in that of their ids. That order is only
/// made where it matters: what is wanted is where sums along it reach a bound, which a partial selection
/// finds in time linear in the vocabulary.
///
/// - Source: top-k: Fan et al., 2018; top-p: Holtzman et al., 2020; selection: Hoare, "Find", 1961.
struct TokenChoice {
  let options: GenerationOptions
  /// Tokens of the tokenizer; a model may know more.
  let vocabulary: Int

  /// The token at `share` of the cumulated probability, after temperature and truncation. Special tokens
  /// are never content.
  func callAsFunction(_ logits: [Float], share: Double) -> Int32 {
    let content = min(SpecialTokens.count, vocabulary)..<min(logits.count, vocabulary)
    var best = content.lowerBound
    for index in content where logits[index] > logits[best] { best = index }
    guard options.temperature > 0, !content.isEmpty else { return Int32(content.isEmpty ? 0 : best) }
    var candidates = content.map { Candidate(logit: logits[$0], id: Int32($0), weight: 1) }
    if let most = options.topK, most < candidates.count {
      candidates.removeSubrange(Candidate.select(&candidates, until: Double(most)).count...)
    }
    let top = Double(logits[best])
    for index in candidates.indices {
      candidates[index].weight = exp((Double(candidates[index].logit) - top) / options.temperature)
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
  let logit: Float
  let id: Int32
  var weight: Double

  /// Whether it stands before another in the order of probability.
  private func precedes(_ other: Candidate) -> Bool { (logit, other.id) > (other.logit, id) }

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
    // What is before `low` counts and does not reach the bound; what is from `high` on is not needed.
    var (low, high, sum) = (0, candidates.count, 0.0)
    while low < high {
      candidates.swapAt(middle(of: candidates, low, high), high - 1)
      let pivot = candidates[high - 1]
      var (place, before) = (low, 0.0)
      for index in low..<high - 1 where candidates[index].precedes(pivot) {
        before += candidates[index].weight
        candidates.swapAt(index, place)
        place += 1
      }
      candidates.swapAt(place, high - 1)
      if place > low, reaches(sum + before) {
        high = place
      } else if reaches(sum + before + pivot.weight) {
        return (place + 1, sum + before + pivot.weight)
      } else {
        sum += before + pivot.weight
        low = place + 1
      }
    }
    return (low, sum)
  }

  /// The one of three that stands between the others.
  private static func middle(of candidates: [Candidate], _ low: Int, _ high: Int) -> Int {
    let (first, between, last) = (low, low + (high - low) / 2, high - 1)
    let (a, b, c) = (candidates[first], candidates[between], candidates[last])
    if a.precedes(b) { return b.precedes(c) ? between : a.precedes(c) ? last : first }
    return a.precedes(c) ? first : b.precedes(c) ? last : between
  }
}
