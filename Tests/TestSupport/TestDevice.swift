import Foundation
import Kernels
import Tensors

/// The device that tests compute on: the processor, or what `ZOO_TEST_DEVICE` names.
package enum TestDevice {
  /// A device with memory of its own: a `GuardedDevice` where `ZOO_TEST_DEVICE` is `guarded`.
  @Sendable package static func make(threads: Int) throws -> any Device {
    switch ProcessInfo.processInfo.environment["ZOO_TEST_DEVICE"] {
    case nil, "", "cpu": return try CPUDevice(pool: ThreadPool(threads: threads))
    case "guarded": return try GuardedDevice(threads: threads)
    case let name?: preconditionFailure("ZOO_TEST_DEVICE is \"\(name)\"; known: cpu, guarded")
    }
  }
}

extension Context {
  /// A context on the device that tests compute on.
  ///
  /// - Throws: `MemoryError` when no memory can be reserved.
  package static func tested(threads: Int, seed: UInt64 = 1) throws -> Context {
    Context(device: try TestDevice.make(threads: threads), seed: seed)
  }
}

extension Tensor {
  /// Changes the values, which go to the host and back.
  package func change(_ body: (inout [Float]) throws -> Void) throws {
    var values = values()
    try body(&values)
    try buffer.upload(values)
  }
}
