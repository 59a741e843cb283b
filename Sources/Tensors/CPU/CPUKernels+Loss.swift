import Kernels

extension CPUKernels {
  /// The loss of a language-model head.
  static func addLoss(to table: inout KernelTable<CPUResources>) {
    table.add(SoftmaxCrossEntropyKernel.self) { call, cpu in
      softmaxCrossEntropy(
        cpu.pool, rows: call.rows, vocabulary: call.vocabulary, logits: call.logits.floats,
        bias: call.bias?.floats, cap: call.cap, targets: call.targets.integers + call.offset,
        weights: call.weights.map { UnsafePointer($0.floats + call.offset) },
        losses: call.losses.floats + call.offset, hits: call.hits.integers + call.offset,
        gradientScale: call.gradientScale)
    }
    table.add(LogitsKernel.self) { call, cpu in
      matrixMultiply(
        cpu.pool, m: call.rows, n: call.vocabulary, k: call.width, call.x.floats + call.offset * call.width,
        aStride: call.width, transposeA: false, call.weight.floats, bStride: call.width, transposeB: true,
        call.logits.floats, cStride: call.vocabulary, accumulate: false, precision: call.precision)
    }
    table.add(LogitsWeightGradientKernel.self) { call, cpu in
      matrixMultiply(
        cpu.pool, m: call.vocabulary, n: call.width, k: call.rows, call.logitsGradient.floats,
        aStride: call.vocabulary, transposeA: true, call.x.floats + call.offset * call.width,
        bStride: call.width, transposeB: false, call.weightGradient.floats, cStride: call.width,
        accumulate: call.accumulate, precision: call.precision)
    }
    table.add(MeanKernel.self) { call, cpu in
      let values = UnsafeBufferPointer(start: call.x.floats, count: call.count)
      let sum =
        call.weights.map { weights in
          values.indices.reduce(0.0) { $0 + Double(values[$1]) * Double(weights.floats[$1]) }
        } ?? values.reduce(0.0) { $0 + Double($1) }
      call.y.floats[0] = Float(sum / Double(call.count)) * call.weight
    }
  }
}
