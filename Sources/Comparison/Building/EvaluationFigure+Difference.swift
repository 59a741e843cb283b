import Inference
import Statistics
import Training

extension EvaluationFigure {
  /// This figure minus another model's, with an interval over the items that both were asked; without one where the
  /// items are not known.
  func difference(from other: EvaluationFigure) -> Measured {
    guard let own = sample, let base = other.sample, own.items.count == base.items.count else {
      return Measured(value - other.value)
    }
    if let weights = own.weights {
      return WindowMeasure(bytes: weights.map { Int($0) }).perByte(zip(own.items, base.items).map { $0 - $1 })
    }
    if isShare { return PairedShares(own.items.map { $0 == 1 }, base.items.map { $0 == 1 }).difference }
    let comparison = PairedComparison(own.items, base.items)
    return Measured(comparison.mean, interval: comparison.interval())
  }
}
