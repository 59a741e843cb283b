import COpenBLAS
import CommandLineKit
import Foundation
import Kernels
import ZooCommand

/// What no program gets past on this machine, in this minute.
struct MachineLimits: Codable {
  /// FLOPs a second of matrix products that share nothing, one a thread: OpenBLAS's or ours, whichever are faster; in
  /// bfloat16 ours.
  var flops: Double
  /// Bytes a second of `y += x` over memory far larger than the caches: two reads and a write.
  var bandwidth: Double

  /// Measures both: the best of several tries, each a few tenths of a second.
  static func measure(threads: Int, precision: ProductPrecision) -> MachineLimits {
    let pool = ThreadPool(threads: threads)
    return MachineLimits(flops: productSpeed(pool, precision), bandwidth: memorySpeed(pool))
  }

  private static func productSpeed(_ pool: ThreadPool, _ precision: ProductPrecision) -> Double {
    openblas_set_num_threads(1)
    let side = 1024
    let operands = (0..<pool.threads).map { _ in
      Operands(x: .allocate(side * side, 0.5), y: .allocate(side * side, 0.25), z: .allocate(side * side, 0))
    }
    defer { for operand in operands { operand.free() } }
    let perTry = 4
    func seconds(_ product: @Sendable (Operands) -> Void) -> Double {
      best(of: 6) {
        pool.run(tiles: pool.threads) { tile, _ in for _ in 0..<perTry { product(operands[tile]) } }
      }
    }
    let alone = ThreadPool(threads: 1)
    var fastest = seconds { own in
      matrixMultiply(
        alone, m: side, n: side, k: side, own.x, aStride: side, transposeA: false, own.y, bStride: side,
        transposeB: true, own.z, cStride: side, accumulate: false, precision: precision)
    }
    if precision == .fp32 {
      let library = seconds { own in
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(side), Int32(side), Int32(side), 1, own.x,
          Int32(side), own.y, Int32(side), 0, own.z, Int32(side))
      }
      fastest = min(fastest, library)
    }
    return Double(2 * side * side * side * perTry * pool.threads) / fastest
  }

  private static func memorySpeed(_ pool: ThreadPool) -> Double {
    let (count, tiles) = (1 << 24, 64)
    let arrays = Operands(x: .allocate(count, 1e-9), y: .allocate(count, 1), z: .allocate(1, 0))
    defer { arrays.free() }
    let seconds = best(of: 8) {
      pool.run(tiles: tiles) { tile, _ in
        var index = count / tiles * tile
        let end = index + count / tiles
        while index < end {
          let x = UnsafeRawPointer(arrays.x + index).loadUnaligned(as: SIMD16<Float>.self)
          let y = UnsafeRawPointer(arrays.y + index).loadUnaligned(as: SIMD16<Float>.self)
          UnsafeMutableRawPointer(arrays.y + index).storeBytes(of: x + y, as: SIMD16<Float>.self)
          index += 16
        }
      }
    }
    return Double(3 * 4 * count) / seconds
  }
}

/// Arrays that tiles on several threads read and write, each its own part.
private struct Operands: @unchecked Sendable {
  let x: UnsafeMutablePointer<Float>
  let y: UnsafeMutablePointer<Float>
  let z: UnsafeMutablePointer<Float>

  func free() { for array in [x, y, z] { array.deallocate() } }
}

extension UnsafeMutablePointer<Float> {
  fileprivate static func allocate(_ count: Int, _ value: Float) -> Self {
    let result = allocate(capacity: count)
    result.initialize(repeating: value, count: count)
    return result
  }
}

extension Command {
  /// The machine's limits, as one line of JSON.
  static let limits = Command(
    name: "limits", summary: "measure the matrix products' peak and the memory's bandwidth",
    options: [
      .value("threads", .integer(1...1024), default: "2", help: "threads"),
      .value(
        "precision", .choice(ProductPrecision.allCases.map(\.rawValue)), default: "fp32",
        help: "what products multiply"),
    ]
  ) { arguments in
    try arguments.console.json(
      MachineLimits.measure(
        threads: arguments.integer("threads") ?? 2,
        precision: arguments.option("precision").flatMap(ProductPrecision.init) ?? .fp32))
  }
}
