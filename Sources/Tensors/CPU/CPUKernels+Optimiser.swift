import Kernels

extension CPUKernels {
  /// Initial values and the update of parameters.
  static func addOptimiser(to table: inout KernelTable<CPUResources>) {
    table.add(AdamWKernel.self) { call, cpu in
      adamW(
        cpu.pool, count: call.count, weight: call.weight.floats, gradient: call.gradient.floats,
        firstMoment: call.firstMoment.floats, secondMoment: call.secondMoment.floats, step: call.step)
    }
    table.add(FillNormalKernel.self) { call, cpu in
      fillNormal(
        cpu.pool, count: call.count, call.buffer.floats, key: call.key, mean: 0, deviation: call.deviation,
        truncatedAt: call.truncatedAt)
    }
    table.add(FillUniformKernel.self) { call, cpu in
      fillUniform(
        cpu.pool, count: call.count, call.buffer.floats, key: call.key, low: -call.limit, high: call.limit)
    }
  }
}
