import Kernels

extension CPUKernels {
  /// Matrix products and linear maps.
  static func addMatrix(to table: inout KernelTable<CPUResources>) {
    table.add(LinearKernel.self) { call, cpu in
      linearForward(
        cpu.pool, rows: call.rows, inputs: call.inputs, outputs: call.outputs, x: call.x.floats,
        weight: call.weight.floats, bias: call.bias?.floats, activation: call.activation,
        preactivation: call.preactivation?.floats, y: call.y.floats, precision: call.precision)
    }
    table.add(MatrixProductKernel.self) { call, cpu in
      matrixMultiply(
        cpu.pool, m: call.m, n: call.n, k: call.k, call.a.floats + call.aOffset,
        aStride: call.transposeA ? call.m : call.k, transposeA: call.transposeA, call.b.floats,
        bStride: call.transposeB ? call.k : call.n, transposeB: call.transposeB, call.c.floats + call.cOffset,
        cStride: call.n, accumulate: call.accumulate, precision: call.precision)
    }
    table.add(
      BiasActivationBackwardKernel.self,
      scratch: { call, _ in biasActivationScratch(rows: call.rows, width: call.width) },
      body: { call, cpu in
        biasActivationBackward(
          cpu.pool, rows: call.rows, width: call.width, activation: call.activation,
          preactivation: call.preactivation?.floats, holdsSlope: call.holdsSlope, dy: call.gradient.floats,
          biasGradient: call.biasGradient?.floats, accumulate: call.accumulate, scratch: cpu.scratch)
      })
    table.add(BatchedProductKernel.self) { call, cpu in
      batchedProduct(
        cpu.pool, batch: call.batch, m: call.m, n: call.n, k: call.k, a: call.a.floats,
        transposeA: call.transposeA, b: call.b.floats, transposeB: call.transposeB, c: call.c.floats,
        accumulate: call.accumulate)
    }
  }
}
