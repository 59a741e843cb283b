/// `y = activation(x)`; `y` may be `x`.
package func activationForward(
  _ pool: ThreadPool, count: Int, activation: Activation, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  forEachChunk(pool, count: count) { range in
    let (x, y) = operands.value
    activate(activation, range, x, y)
  }
}

/// `y = activation(x)` and `slope = activation′(x)`, together little more than one of them; `slope` may be `x`.
package func activationWithSlope(
  _ pool: ThreadPool, count: Int, activation: Activation, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>, slope: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y, slope: slope))
  forEachChunk(pool, count: count) { range in
    let (x, y, slope) = operands.value
    switch activation {
    case .identity: mapLanes(range, x, y, slope, IdentityLanes.both)
    case .relu: mapLanes(range, x, y, slope, ReLULanes.both)
    case .gelu: mapLanes(range, x, y, slope, GELULanes.both)
    case .geluTanh: mapLanes(range, x, y, slope, GELUTanhLanes.both)
    case .silu: mapLanes(range, x, y, slope, SiLULanes.both)
    case .reluSquared: mapLanes(range, x, y, slope, ReLUSquaredLanes.both)
    }
  }
}

/// `dx = dy·activation′(x)`; `dx` may be `dy`.
package func activationBackward(
  _ pool: ThreadPool, count: Int, activation: Activation, x: UnsafePointer<Float>, dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, dy: dy, dx: dx))
  forEachChunk(pool, count: count) { range in
    let (x, dy, dx) = operands.value
    multiplyBySlope(activation, range, x, dy, dx)
  }
}

/// `y = activation(x)` for a range of elements.
func activate(
  _ activation: Activation, _ range: Range<Int>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  switch activation {
  case .identity: mapLanes(range, x, y) { $0 }
  case .relu: mapLanes(range, x, y, ReLULanes.value(_:))
  case .gelu: mapLanes(range, x, y, GELULanes.value(_:))
  case .geluTanh: mapLanes(range, x, y, GELUTanhLanes.value(_:))
  case .silu: mapLanes(range, x, y, SiLULanes.value(_:))
  case .reluSquared: mapLanes(range, x, y, ReLUSquaredLanes.value(_:))
  }
}

/// `dx = dy·activation′(x)` for a range of elements.
func multiplyBySlope(
  _ activation: Activation, _ range: Range<Int>, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  _ dx: UnsafeMutablePointer<Float>
) {
  switch activation {
  case .identity: mapLanes(range, dy, dx) { $0 }
  case .relu: mapLanes(range, x, dy, dx, ReLULanes.slope(_:times:))
  case .gelu: mapLanes(range, x, dy, dx, GELULanes.slope(_:times:))
  case .geluTanh: mapLanes(range, x, dy, dx, GELUTanhLanes.slope(_:times:))
  case .silu: mapLanes(range, x, dy, dx, SiLULanes.slope(_:times:))
  case .reluSquared: mapLanes(range, x, dy, dx, ReLUSquaredLanes.slope(_:times:))
  }
}

/// `y = activation(gate)·value`, where each row of `x` holds `width` gates and then `width` values.
///
/// - Shapes: `x` `[rows, 2·width]`, `y` `[rows, width]`.
package func gatedForward(
  _ pool: ThreadPool, rows: Int, width: Int, activation: Activation, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, y: y))
  forEachRowRange(pool, rows: rows, width: 2 * width) { range in
    let (x, y) = operands.value
    switch activation {
    case .identity: gate(IdentityLanes.self, range, width, x, y)
    case .relu: gate(ReLULanes.self, range, width, x, y)
    case .gelu: gate(GELULanes.self, range, width, x, y)
    case .geluTanh: gate(GELUTanhLanes.self, range, width, x, y)
    case .silu: gate(SiLULanes.self, range, width, x, y)
    case .reluSquared: gate(ReLUSquaredLanes.self, range, width, x, y)
    }
  }
}

@inline(__always)
private func gate<F: LaneActivation>(
  _ function: F.Type, _ rows: Range<Int>, _ width: Int, _ x: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>
) {
  for row in rows {
    let gates = x + row * 2 * width
    mapLanes(0..<width, gates, gates + width, y + row * width, F.value(_:times:))
  }
}

/// `dGate = dy·value·activation′(gate)`, `dValue = dy·activation(gate)`.
///
/// - Shapes: `x` and `dx` `[rows, 2·width]`, `dy` `[rows, width]`.
package func gatedBackward(
  _ pool: ThreadPool, rows: Int, width: Int, activation: Activation, x: UnsafePointer<Float>,
  dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
) {
  let operands = Shared((x: x, dy: dy, dx: dx))
  forEachRowRange(pool, rows: rows, width: 2 * width) { range in
    let (x, dy, dx) = operands.value
    switch activation {
    case .identity: gateBackward(IdentityLanes.self, range, width, x, dy, dx)
    case .relu: gateBackward(ReLULanes.self, range, width, x, dy, dx)
    case .gelu: gateBackward(GELULanes.self, range, width, x, dy, dx)
    case .geluTanh: gateBackward(GELUTanhLanes.self, range, width, x, dy, dx)
    case .silu: gateBackward(SiLULanes.self, range, width, x, dy, dx)
    case .reluSquared: gateBackward(ReLUSquaredLanes.self, range, width, x, dy, dx)
    }
  }
}

@inline(__always)
private func gateBackward<F: LaneActivation>(
  _ function: F.Type, _ rows: Range<Int>, _ width: Int, _ x: UnsafePointer<Float>,
  _ dy: UnsafePointer<Float>, _ dx: UnsafeMutablePointer<Float>
) {
  for row in rows {
    let (gates, values) = (x + row * 2 * width, x + (row * 2 + 1) * width)
    let (gateGradients, valueGradients) = (dx + row * 2 * width, dx + (row * 2 + 1) * width)
    let gradients = dy + row * width
    mapLanes(0..<width, gates, valueGradients, gateGradients, F.both)
    mapLanes(0..<width, gradients, valueGradients, valueGradients) { $0 * $1 }
    mapLanes(0..<width, gradients, gateGradients, gateGradients) { $0 * $1 }
    mapLanes(0..<width, values, gateGradients, gateGradients) { $0 * $1 }
  }
}
