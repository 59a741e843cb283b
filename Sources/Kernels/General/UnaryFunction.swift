/// A differentiable function of one number, applied element by element.
///
/// An open family: a type in any module conforms by giving the function and its derivative for eight numbers at once,
/// and becomes an operation by `Pass.map(_:_:)`.
public protocol UnaryFunction: Sendable {
  /// What profiles and errors call the function, such as `"tanh"`.
  var name: String { get }
  /// The function of eight numbers.
  func value(_ x: SIMD8<Float>) -> SIMD8<Float>
  /// The derivative at eight numbers.
  func slope(_ x: SIMD8<Float>) -> SIMD8<Float>
  /// `y = f(x)` for `count` elements; `y` may be `x`. The default calls `value`.
  func apply(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>)
  /// `dx = dy·f′(x)` for `count` elements, or added to `dx`. The default calls `slope`.
  func applyGradient(
    count: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>,
    accumulate: Bool)
}

// Inlinable, so that a conforming type in another module gets loops of its own around its function.
extension UnaryFunction {
  @inlinable
  public func apply(count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
    mapLanes(0..<count, x, y) { value($0) }
  }

  @inlinable
  public func applyGradient(
    count: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>,
    accumulate: Bool
  ) {
    if accumulate {
      var index = 0
      while index < count {
        let rest = min(8, count - index)
        let (at, gradient) = (load(x + index, count: rest), load(dy + index, count: rest))
        store(load(dx + index, count: rest) + gradient * slope(at), dx + index, count: rest)
        index += 8
      }
    } else {
      mapLanes(0..<count, x, dy, dx) { slope($0) * $1 }
    }
  }
}

/// `y = f(x)`; `y` may be `x`.
package func applyFunction<F: UnaryFunction>(
  _ pool: ThreadPool, _ function: F, count: Int, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  forEachChunk(pool, count: count) { range in
    let (x, y) = operands.value
    function.apply(count: range.count, x + range.lowerBound, y + range.lowerBound)
  }
}

/// `dx = dy·f′(x)`, or added to `dx`.
package func applyFunctionGradient<F: UnaryFunction>(
  _ pool: ThreadPool, _ function: F, count: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>, accumulate: Bool
) {
  let operands = Shared((x: x, dy: dy, dx: dx))
  forEachChunk(pool, count: count) { range in
    let ((x, dy, dx), first) = (operands.value, range.lowerBound)
    function.applyGradient(count: range.count, x + first, dy + first, dx + first, accumulate: accumulate)
  }
}
