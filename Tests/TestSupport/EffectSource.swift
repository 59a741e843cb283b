import Foundation

/// Random effects for simulations: normal, or with tails as heavy as Student's t with three degrees of freedom.
package struct EffectSource {
  private var random: RepeatableRandom
  private let heavy: Bool

  package init(seed: Int, heavy: Bool) {
    random = RepeatableRandom(seed: seed)
    self.heavy = heavy
  }

  /// Box and Muller.
  private mutating func normal() -> Double {
    let share = Double(random.integer(1...1_000_000)) / 1_000_001
    let turn = Double(random.integer(0...999_999)) / 1_000_000
    return (-2 * log(share)).squareRoot() * cos(2 * .pi * turn)
  }

  /// The next effect, of mean 0.
  package mutating func next() -> Double {
    guard heavy else { return normal() }
    let top = normal()
    var squares = 0.0
    for _ in 0..<3 {
      let part = normal()
      squares += part * part
    }
    return top / (squares / 3).squareRoot()
  }
}
