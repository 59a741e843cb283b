/// An activation as the loops want it: value and slope of eight elements, chosen at compile time.
///
/// Values err by at most about 1e-6 relative to the largest term of the formula; near a zero of the
/// function the error is absolute.
protocol LaneActivation {
  static func value(_ x: Lanes) -> Lanes
  static func slope(_ x: Lanes) -> Lanes
}

enum IdentityLanes: LaneActivation {
  @inline(__always) static func value(_ x: Lanes) -> Lanes { x }
  @inline(__always) static func slope(_ x: Lanes) -> Lanes { Lanes(repeating: 1) }
}

enum ReLULanes: LaneActivation {
  @inline(__always) static func value(_ x: Lanes) -> Lanes {
    keepingNaN(of: x, choose(sign: x, ifNegative: Lanes(repeating: 0), otherwise: x))
  }
  /// 0 at 0, as elsewhere.
  @inline(__always) static func slope(_ x: Lanes) -> Lanes {
    choose(sign: 0 - x, ifNegative: Lanes(repeating: 1), otherwise: Lanes(repeating: 0))
  }
}

enum GELULanes: LaneActivation {
  /// Φ(x), the normal distribution function.
  @inline(__always) private static func distribution(_ x: Lanes) -> Lanes {
    0.5 + 0.5 * erf(x * 0.707_106_78)
  }
  @inline(__always) static func value(_ x: Lanes) -> Lanes { x * distribution(x) }
  /// `Φ(x) + x·φ(x)`
  @inline(__always) static func slope(_ x: Lanes) -> Lanes {
    distribution(x).addingProduct(x * 0.398_942_28, exp(x * x * -0.5))
  }
}

enum GELUTanhLanes: LaneActivation {
  /// √(2/π)
  private static var root: Float { 0.797_884_56 }
  private static var cubic: Float { 0.044_715 }
  @inline(__always) private static func bend(_ x: Lanes) -> Lanes {
    let inner: Lanes = 1 + x * x * cubic
    return tanh(x * root * inner)
  }
  @inline(__always) static func value(_ x: Lanes) -> Lanes { 0.5 * x * (1 + bend(x)) }
  @inline(__always) static func slope(_ x: Lanes) -> Lanes {
    let t = bend(x)
    let inner: Lanes = (1 + x * x * (3 * cubic)) * root
    let outer: Lanes = x * (1 - t * t)
    return (1 + t + outer * inner) * 0.5
  }
}

enum SiLULanes: LaneActivation {
  @inline(__always) static func value(_ x: Lanes) -> Lanes { x * sigmoid(x) }
  @inline(__always) static func slope(_ x: Lanes) -> Lanes {
    let s = sigmoid(x)
    return s * (1 + x * (1 - s))
  }
}
