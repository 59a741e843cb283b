import Kernels

extension Reference {
  /// `factor·x + y`
  @inlinable
  public static func addScaled<T: ReferenceNumber>(x: [T], scale: T, y: [T]) -> [T] {
    zip(x, y).map { $0 * scale + $1 }
  }

  /// `a + b`
  @inlinable
  public static func add<T: ReferenceNumber>(_ a: [T], _ b: [T]) -> [T] { zip(a, b).map { $0 + $1 } }

  /// `a·b`, element by element.
  @inlinable
  public static func multiply<T: ReferenceNumber>(_ a: [T], _ b: [T]) -> [T] { zip(a, b).map { $0 * $1 } }

  /// `dropout(x)`: each element times the factor of its index.
  @inlinable
  public static func dropout<T: ReferenceNumber>(_ x: [T], _ dropout: Dropout?) -> [T] {
    x.indices.map { x[$0] * T(dropout?.factor(at: $0) ?? 1) }
  }

  /// `x + dropout(branch)`
  @inlinable
  public static func addDropped<T: ReferenceNumber>(x: [T], branch: [T], dropout: Dropout?) -> [T] {
    add(x, Self.dropout(branch, dropout))
  }

  /// `Σ x²`
  @inlinable
  public static func sumOfSquares<T: ReferenceNumber>(_ x: [T]) -> T { x.reduce(0) { $0 + $1 * $1 } }

  /// An activation of one number.
  @inlinable
  public static func activation<T: ReferenceNumber>(_ activation: Activation, _ x: T) -> T {
    switch activation {
    case .identity: x
    case .relu: x > 0 ? x : 0
    case .gelu: x / 2 * (1 + T.erf(x / T(2).squareRoot()))
    case .geluTanh: x / 2 * (1 + T.tanh((2 / T.pi).squareRoot() * (x + T(0.044715) * x * x * x)))
    case .silu: x / (1 + T.exp(-x))
    case .reluSquared: x > 0 ? x * x : 0
    }
  }

  /// The derivative of an activation at one number.
  @inlinable
  public static func activationSlope<T: ReferenceNumber>(_ activation: Activation, _ x: T) -> T {
    switch activation {
    case .identity: return 1
    case .relu: return x > 0 ? 1 : 0
    case .reluSquared: return x > 0 ? 2 * x : 0
    case .gelu:
      let density = T.exp(-x * x / 2) / (2 * T.pi).squareRoot()
      return (1 + T.erf(x / T(2).squareRoot())) / 2 + x * density
    case .geluTanh:
      let (root, cubic) = ((2 / T.pi).squareRoot(), T(0.044715))
      let bend = T.tanh(root * (x + cubic * x * x * x))
      return (1 + bend) / 2 + x / 2 * (1 - bend * bend) * root * (1 + 3 * cubic * x * x)
    case .silu:
      let gate = 1 / (1 + T.exp(-x))
      return gate * (1 + x * (1 - gate))
    }
  }

  /// `activation(gate)·value`; each row of `x` holds `width` gates, then `width` values.
  @inlinable
  public static func gated<T: ReferenceNumber>(
    _ activation: Activation, rows: Int, width: Int, x: [T]
  ) -> [T] {
    (0..<rows * width).map { index in
      let gate = index / width * 2 * width + index % width
      return Self.activation(activation, x[gate]) * x[gate + width]
    }
  }

  /// The gradient of `gated`.
  @inlinable
  public static func gatedBackward<T: ReferenceNumber>(
    _ activation: Activation, rows: Int, width: Int, x: [T], dy: [T]
  ) -> [T] {
    var dx = x
    for index in dy.indices {
      let gate = index / width * 2 * width + index % width
      dx[gate] = dy[index] * x[gate + width] * activationSlope(activation, x[gate])
      dx[gate + width] = dy[index] * Self.activation(activation, x[gate])
    }
    return dx
  }
}
