import Foundation
import Kernels

extension Context {
  /// A context on this machine's processor.
  ///
  /// - Parameters:
  ///   - threads: defaults to the number of cores.
  ///   - seed: the random seed.
  /// - Throws: `MemoryError` when no memory can be reserved.
  public static func cpu(threads: Int? = nil, seed: UInt64 = 1) throws -> Context {
    let pool = ThreadPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    return Context(device: try CPUDevice(pool: pool), seed: seed)
  }

  /// A context that only counts.
  ///
  /// - Throws: never in practice.
  public static func dry(threads: Int? = nil, seed: UInt64 = 1) throws -> Context {
    Context(
      device: try DryDevice(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount), seed: seed)
  }
}
