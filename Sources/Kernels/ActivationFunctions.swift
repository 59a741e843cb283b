import CLanes

/// An activation as the loops want it: value and slope of eight elements, chosen at compile time.
///
/// Values err by at most about 1e-6 relative to the largest term of the formula; near a zero of the
/// function the error is absolute.
protocol LaneActivation {
  static func value(_ x: Lanes) -> Lanes
  /// The value, with the same bits, and the slope: what they have in common is computed once.
  static func both(_ x: Lanes) -> (value: Lanes, slope: Lanes)
}

extension LaneActivation {
  @inline(__always) static func value(_ x: Lanes, times factor: Lanes) -> Lanes { value(x) * factor }
  @inline(__always) static func slope(_ x: Lanes, times factor: Lanes) -> Lanes { both(x).slope * factor }
}

enum IdentityLanes: LaneActivation {
  @inline(__always) static func value(_ x: Lanes) -> Lanes { x }
  @inline(__always) static func both(_ x: Lanes) -> (value: Lanes, slope: Lanes) { (x, Lanes(repeating: 1)) }
}

enum ReLULanes: LaneActivation {
  @inline(__always) static func value(_ x: Lanes) -> Lanes { larger(x, Lanes(repeating: 0)) }
  /// The slope is 0 at 0, as elsewhere.
  @inline(__always) static func both(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    (value(x), lanes_positive(x))
  }
}

/// Beyond this distance from 0 a share is 0 or 1 to all digits: bounds keep an infinity from meeting a zero.
private let bound: Float = 100

enum GELULanes: LaneActivation {
  /// Φ(x), the normal distribution function.
  @inline(__always) private static func distribution(_ x: Lanes) -> Lanes {
    Lanes(repeating: 0.5).addingProduct(erf(x * 0.707_106_78), Lanes(repeating: 0.5))
  }
  @inline(__always) static func value(_ x: Lanes) -> Lanes {
    larger(x, Lanes(repeating: -bound)) * distribution(x)
  }
  /// The slope is `Φ(x) + x·φ(x)`.
  @inline(__always) static func both(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let near = clamped(x, to: bound)
    let share = distribution(near)
    let slope = share.addingProduct(near * 0.398_942_28, expOfNonpositive(near * near * -0.5))
    return (larger(x, Lanes(repeating: -bound)) * share, slope)
  }
}

/// `½·x·(1 + tanh u)` with `u = √(2/π)·(x + 0.044715·x³)`, which is `x·sigmoid(2u)`.
enum GELUTanhLanes: LaneActivation {
  /// `2·√(2/π)`
  private static var linear: Lanes { Lanes(repeating: 1.595_769_12) }
  /// `2·√(2/π)·0.044715`
  private static var cubic: Lanes { Lanes(repeating: 0.071_354_816) }
  /// `sigmoid(2u)`
  @inline(__always) private static func share(_ x: Lanes, square: Lanes) -> Lanes {
    sigmoid(x * linear.addingProduct(square, cubic))
  }
  @inline(__always) static func value(_ x: Lanes) -> Lanes {
    larger(x, Lanes(repeating: -bound)) * share(x, square: x * x)
  }
  @inline(__always) static func both(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let near = clamped(x, to: bound)
    let square = near * near
    let s = share(near, square: square)
    let slope = s.addingProduct(near * s, (1 - s) * linear.addingProduct(square, cubic * 3))
    return (larger(x, Lanes(repeating: -bound)) * s, slope)
  }
}

enum ReLUSquaredLanes: LaneActivation {
  @inline(__always) static func value(_ x: Lanes) -> Lanes {
    let positive = larger(x, Lanes(repeating: 0))
    return positive * positive
  }
  @inline(__always) static func both(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let positive = larger(x, Lanes(repeating: 0))
    return (positive * positive, positive + positive)
  }
}

enum SiLULanes: LaneActivation {
  @inline(__always) static func value(_ x: Lanes) -> Lanes { both(x).value }
  @inline(__always) static func both(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let s = sigmoid(x)
    return (larger(x, Lanes(repeating: -bound)) * s, s * (1 + clamped(x, to: bound) * (1 - s)))
  }
}
