import Kernels
import Tensors
import Transformer

/// Makes the device that a check computes on, for a number of threads.
public typealias DeviceMaker = @Sendable (_ threads: Int) throws -> any Device

/// Makes the device of this machine's processor.
///
/// - Throws: `MemoryError` when no memory can be reserved.
@Sendable public func processor(threads: Int) throws -> any Device {
  try CPUDevice(pool: ThreadPool(threads: threads))
}

extension Parameter {
  /// The gradient of the last backward pass; empty where the model does not train.
  public var gradient: [Float] {
    guard let buffer = tensor.node?.persistent else { return [] }
    return Tensor(shape: tensor.shape, buffer: buffer, node: nil).values()
  }
}
