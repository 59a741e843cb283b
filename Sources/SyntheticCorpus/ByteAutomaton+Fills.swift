import Foundation

extension ByteAutomaton {
  /// The probability of each byte at a gap of one byte, most probable first.
  ///
  /// - Parameters:
  ///   - left: the text before the gap, which begins with a sentence.
  ///   - right: the text behind the gap as far as it is known, or nil when only the left side is.
  /// - Returns: probabilities that sum to 1; empty when no byte fits.
  public func byteDistribution(
    left: String, right: String? = nil
  ) -> [(byte: UInt8, probability: Double)] {
    guard let start = transitions.follow(left.utf8) else { return [] }
    var found: [(UInt8, bits: Double)] = []
    for edge in transitions.edges(start.state) {
      guard let rest = transitions.follow((right ?? "").utf8, from: transitions.target(edge)) else {
        continue
      }
      found.append((transitions.symbols[edge], transitions.bits[edge] + rest.bits))
    }
    return normalised(found).map { (byte: $0.0, probability: $0.probability) }
  }

  /// The probability of each word at a gap of one word, most probable first.
  ///
  /// - Parameters:
  ///   - left: the text before the gap, which begins with a sentence; the space before the word may be
  ///     left out, and is then supplied unless the gap is the first word of a sentence.
  ///   - right: the text right behind the word as far as it is known (its space or punctuation included),
  ///     or nil when only the left side is.
  /// - Returns: words without spaces, with probabilities that sum to 1; empty when no word fits.
  public func wordDistribution(
    left: String, right: String? = nil
  ) -> [(word: String, probability: Double)] {
    let needsSpace = left.utf8.last.map { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") } ?? false
    guard let start = transitions.follow((needsSpace ? left + " " : left).utf8) else { return [] }
    var found: [(String, bits: Double)] = []
    var spelled: [UInt8] = []
    func visit(_ state: Int, _ bits: Double) {
      var ending = 0.0
      for edge in transitions.edges(state) {
        if isLetter(transitions.symbols[edge]) {
          spelled.append(transitions.symbols[edge])
          visit(transitions.target(edge), bits + transitions.bits[edge])
          spelled.removeLast()
        } else {
          ending += transitions.probabilities[edge]
        }
      }
      guard !spelled.isEmpty, ending > 0 else { return }
      var bitsBehind = -log2(ending)
      if let right, let first = right.utf8.first {
        guard !isLetter(first), let rest = transitions.follow(right.utf8, from: state) else { return }
        bitsBehind = rest.bits
      }
      found.append((String(decoding: spelled, as: UTF8.self), bits + bitsBehind))
    }
    visit(start.state, 0)
    return normalised(found).map { (word: $0.0, probability: $0.probability) }
  }

  /// The most probable word at a gap of one word, and its probability; nil when none fits.
  package func bestFill(left: String, right: String? = nil) -> (word: String, probability: Double)? {
    wordDistribution(left: left, right: right).first
  }

  /// Whether a byte is part of a word and not between two.
  func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}

/// Probabilities from their −log2, most probable first. The least number of bits is taken off first, so that a
/// long right side does not round every candidate to 0.
func normalised<Value: Comparable>(_ found: [(Value, bits: Double)]) -> [(Value, probability: Double)] {
  guard let least = found.map(\.bits).min() else { return [] }
  let weights = found.map { exp2(least - $0.bits) }
  let total = weights.reduce(0, +)
  return zip(found, weights).map { ($0.0, probability: $1 / total) }
    .sorted { ($1.probability, $0.0) < ($0.probability, $1.0) }
}
