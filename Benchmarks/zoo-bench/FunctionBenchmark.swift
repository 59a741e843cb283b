import Kernels

/// Functions of numbers that a core's own cache holds: what their arithmetic costs, without the memory.
enum FunctionBenchmark {
  /// Rows of a softmax, and their width: 128 KiB.
  private static let (rows, width) = (32, 1024)

  /// Numbers a second on one thread, in thousands of millions, by function.
  static func measure() -> [String: Double] {
    let pool = ThreadPool(threads: 1)
    let count = rows * width
    let arrays = (0..<3).map { _ in UnsafeMutablePointer<Float>.allocate(capacity: count) }
    defer { for array in arrays { array.deallocate() } }
    let (x, y, dy) = (arrays[0], arrays[1], arrays[2])
    for index in 0..<count { (x[index], y[index], dy[index]) = (Float(index % 97) * 0.1 - 5, 0, 1) }
    func speed(_ body: () -> Void) -> Double { Double(count) / best(of: 2000, body) * 1e-9 }

    var figures = [
      "softmax, Gelem/s": speed { softmaxRows(pool, rows: rows, width: width, x: x, y: y, logarithm: false) }
    ]
    for activation in [Activation.gelu, .geluTanh, .silu] {
      figures["\(activation.rawValue), Gelem/s"] = speed {
        activationForward(pool, count: count, activation: activation, x: x, y: y)
      }
      figures["\(activation.rawValue) backward, Gelem/s"] = speed {
        activationBackward(pool, count: count, activation: activation, x: x, dy: dy, dx: y)
      }
    }
    return figures
  }
}
