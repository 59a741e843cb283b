/// Finds the minimum of a smooth convex function from its gradient: deterministic, with nothing to tune.
///
/// - Source: Nocedal, "Updating quasi-Newton matrices with limited storage", 1980; Liu and Nocedal, "On the
///   limited memory BFGS method for large scale optimization", 1989.
struct LimitedMemoryBFGS {
  /// The largest entry of the gradient at which the search ends.
  let bound: Double
  /// Steps at most.
  let maxSteps: Int
  /// Steps that are remembered.
  private static let memory = 10

  /// Where a search ended.
  struct Minimum {
    let point: [Double]
    let value: Double
    /// The largest entry of the gradient: above the bound when the search gave up.
    let gradient: Double
    let steps: Int
  }

  /// A step and what it changed in the gradient.
  private struct Change {
    let step: [Double]
    let gradient: [Double]
    let product: Double

    init(step: [Double], gradient: [Double]) {
      self.step = step
      self.gradient = gradient
      product = LimitedMemoryBFGS.product(step, gradient)
    }
  }

  /// The minimum of `function`, which returns its value and writes its gradient.
  func minimum(from start: [Double], _ function: ([Double], inout [Double]) -> Double) -> Minimum {
    var point = start
    var gradient = [Double](repeating: 0, count: start.count)
    var value = function(point, &gradient)
    var changes: [Change] = []
    var steps = 0
    while steps < maxSteps, Self.largest(gradient) > bound {
      let direction = Self.direction(gradient, changes)
      let slope = Self.product(direction, gradient)
      // The first step knows nothing of the curvature.
      var length = changes.isEmpty ? 1 / max(1, Self.product(gradient, gradient).squareRoot()) : 1
      var next = (point: point, gradient: gradient, value: Double.infinity)
      // Half as far until the value falls as it should, up to rounding (Armijo).
      for _ in 0..<60 {
        for place in point.indices { next.point[place] = point[place] + length * direction[place] }
        next.value = function(next.point, &next.gradient)
        if next.value <= value + 1e-4 * length * slope + 1e-14 * abs(value) { break }
        length /= 2
      }
      guard next.value <= value + 1e-14 * abs(value) else { break }
      let change = Change(
        step: zip(next.point, point).map { $0 - $1 }, gradient: zip(next.gradient, gradient).map { $0 - $1 })
      if change.product > 0 { changes.append(change) }
      if changes.count > Self.memory { changes.removeFirst() }
      (point, gradient, value) = next
      steps += 1
    }
    return Minimum(point: point, value: value, gradient: Self.largest(gradient), steps: steps)
  }

  /// Where the remembered curvature says that the minimum lies: the two loops over the memory.
  private static func direction(_ gradient: [Double], _ changes: [Change]) -> [Double] {
    var direction = gradient.map { -$0 }
    var weights: [Double] = []
    for change in changes.reversed() {
      let weight = product(change.step, direction) / change.product
      weights.append(weight)
      for place in direction.indices { direction[place] -= weight * change.gradient[place] }
    }
    if let last = changes.last {
      let scale = last.product / product(last.gradient, last.gradient)
      for place in direction.indices { direction[place] *= scale }
    }
    for (change, weight) in zip(changes, weights.reversed()) {
      let correction = weight - product(change.gradient, direction) / change.product
      for place in direction.indices { direction[place] += correction * change.step[place] }
    }
    return direction
  }

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func largest(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
}
