import Kernels
import Zoo

extension HidingOrder {
  /// `count` places below `length`, in order of their place.
  func places(count: Int, of length: Int, row: Int, key: PhiloxKey) -> [Int] {
    switch self {
    case .random: shuffledPlaces(count: count, of: length, row: row, key: key).sorted()
    case .leftToRight: Array(length - count..<length)
    case .rightToLeft: Array(0..<count)
    }
  }

  /// Those of the hidden places that may come next in the order, and so are predicted.
  func next(of hidden: [Int]) -> ArraySlice<Int> {
    switch self {
    case .random: hidden[...]
    case .leftToRight: hidden.prefix(1)
    case .rightToLeft: hidden.suffix(1)
    }
  }
}

/// By what a predicted token counts in the loss.
package enum HiddenWeight: String, Sendable, CaseIterable {
  /// All count the same, so rows that hide much count more.
  case alike
  /// Every row counts the same, whatever it hides: the loss is then the bound of the likelihood.
  case bound

  /// The weights of all predictions of a batch, which add up to their number; nil: all are 1.
  ///
  /// - Parameter predictions: of every row.
  func weights(_ predictions: [Int]) -> [Float]? {
    guard self == .bound, Set(predictions).count > 1 else { return nil }
    let mean = Double(predictions.reduce(0, +)) / Double(predictions.count)
    return predictions.flatMap { [Float](repeating: Float(mean / Double($0)), count: $0) }
  }
}
