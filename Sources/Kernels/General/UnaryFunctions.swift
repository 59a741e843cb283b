import CLanes

/// `tanh x`
public struct Tanh: UnaryFunction {
  public let name = "tanh"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> { tanh(x) }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let y = tanh(x)
    return 1 - y * y
  }
}

/// `1/(1 + e^−x)`
public struct Sigmoid: UnaryFunction {
  public let name = "sigmoid"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> { sigmoid(x) }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // σ(x)·σ(−x) keeps its digits where σ(x) is almost 1.
    sigmoid(x) * sigmoid(0 - x)
  }
}

/// `e^x`
public struct Exponential: UnaryFunction {
  public let name = "exp"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> { exp(x) }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> { exp(x) }
}

/// `ln x`; −∞ at 0 and NaN below.
public struct Logarithm: UnaryFunction {
  public let name = "log"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // The polynomial is for normal numbers: 0, subnormal numbers and what is negative take the value beside it.
    let inner = logarithm(larger(x, Lanes(repeating: .leastNormalMagnitude)))
    let outside = lanes_choose(x, Lanes(repeating: .nan), Lanes(repeating: -.infinity))
    return lanes_choose(x - Lanes(repeating: .leastNormalMagnitude), outside, inner)
  }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> { 1 / x }
}

/// `√x`; NaN below 0.
public struct SquareRoot: UnaryFunction {
  public let name = "sqrt"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> { squareRoot(x) }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> { 0.5 / squareRoot(x) }
}

/// `1/√x`; NaN below 0.
public struct ReciprocalSquareRoot: UnaryFunction {
  public let name = "rsqrt"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> { 1 / squareRoot(x) }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> { -0.5 / (x * squareRoot(x)) }
}

/// `1/x`
public struct Reciprocal: UnaryFunction {
  public let name = "reciprocal"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> { 1 / x }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> { -1 / (x * x) }
}

/// `x²`
public struct Square: UnaryFunction {
  public let name = "square"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> { x * x }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> { x + x }
}

/// `bound·tanh(x/bound)`: nearly `x` where that is small, and never beyond the bound.
///
/// - Source: Bello et al., "Neural combinatorial optimization", 2016; Gemma Team, "Gemma 2", 2024.
public struct SoftCap: UnaryFunction {
  public let name = "softCap"
  /// The bound of the results; above 0.
  public let bound: Float
  public init(_ bound: Float) { self.bound = bound }
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> { tanh(x * (1 / bound)) * bound }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let bent = tanh(x * (1 / bound))
    return 1 - bent * bent
  }
}

/// `x`, but not below `lower` and not above `upper`. The slope is 1 strictly between them, else 0.
public struct Clamp: UnaryFunction {
  public let name = "clamp"
  /// The least result.
  public let lower: Float
  /// The largest result.
  public let upper: Float

  /// - Precondition: `lower` is not above `upper`.
  public init(_ lower: Float, _ upper: Float) {
    precondition(lower <= upper, "clamp: lower \(lower) is above upper \(upper)")
    self.lower = lower
    self.upper = upper
  }

  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> {
    larger(smaller(x, Lanes(repeating: upper)), Lanes(repeating: lower))
  }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> {
    lanes_positive(x - lower) * lanes_positive(Lanes(repeating: upper) - x)
  }
}

/// `ln(1 + e^x)`
///
/// - Source: Dugas et al., "Incorporating second-order functional knowledge", 2001.
public struct Softplus: UnaryFunction {
  public let name = "softplus"
  public init() {}
  @inline(__always) public func value(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // max(x, 0) + ln(1 + e^−|x|), where nothing overflows; with s = u/(2 + u) ln(1 + u) is 2·artanh(s), which keeps
    // the digits of a small u.
    let u = expOfNonpositive(0 - magnitude(x))
    let s = u / (u + 2)
    let t = s * s
    var p = Lanes(repeating: 1 / 13)
    p = Lanes(repeating: 1 / 11).addingProduct(p, t)
    p = Lanes(repeating: 1 / 9).addingProduct(p, t)
    p = Lanes(repeating: 1 / 7).addingProduct(p, t)
    p = Lanes(repeating: 1 / 5).addingProduct(p, t)
    p = Lanes(repeating: 1 / 3).addingProduct(p, t)
    p = Lanes(repeating: 1).addingProduct(p, t)
    return larger(x, Lanes(repeating: 0)).addingProduct(s + s, p)
  }
  @inline(__always) public func slope(_ x: SIMD8<Float>) -> SIMD8<Float> { sigmoid(x) }
}
