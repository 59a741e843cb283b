import Foundation
import Kernels
import Tensors

/// The speed of large matrix products on a context's threads: the floor under every training step.
public enum GemmPeak {
  /// FLOPs per second, the best of several products of 1024×1024×1024.
  ///
  /// - Parameters:
  ///   - context: the context that computes.
  ///   - precision: what they multiply.
  /// - Throws: `MemoryError`.
  public static func measure(_ context: Context, _ precision: ProductPrecision) throws -> Double {
    let size = 1024
    let values = [Float](repeating: 0.5, count: size * size)
    let x = try context.tensor(values, ["rows": size, "width": size])
    let weight = try context.tensor(values, ["outputs": size, "inputs": size])
    var best = 0.0
    for _ in 0..<12 {
      let (began, flops) = (DispatchTime.now().uptimeNanoseconds, context.device.matrixFlops)
      let pass = Pass.training(context, step: 0, precision: precision)
      _ = try pass.linear(x, weight: weight, bias: nil)
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9
      best = max(best, Double(context.device.matrixFlops - flops) / seconds)
    }
    return best
  }
}
