import Kernels

extension CPUKernels {
  /// Row by row.
  static func addRows(to table: inout KernelTable<CPUResources>) {
    table.add(NormKernel.self) { call, cpu in
      normForward(
        cpu.pool, kind: call.kind, rows: call.rows, width: call.width, x: call.x.floats,
        branch: call.branch?.floats, dropout: call.dropout, sum: call.sum?.floats,
        weight: call.weight?.floats, bias: call.bias?.floats, epsilon: call.epsilon, y: call.y.floats,
        mean: call.mean?.floats, inverse: call.inverse?.floats)
    }
    table.add(
      NormBackwardKernel.self,
      scratch: { call, _ in normBackwardScratch(rows: call.rows, width: call.width) },
      body: { call, cpu in
        normBackward(
          cpu.pool, kind: call.kind, rows: call.rows, width: call.width, x: call.x.floats,
          mean: call.mean?.floats, inverse: call.inverse.floats, weight: call.weight?.floats,
          dy: call.dy.floats, dx: call.dx.floats, accumulate: call.accumulate,
          weightGradient: call.weightGradient?.floats, biasGradient: call.biasGradient?.floats,
          accumulateParameters: call.accumulateParameters, scratch: cpu.scratch)
      })
    table.add(HeadNormKernel.self) { call, cpu in
      headNormForward(
        cpu.pool, rows: call.rows, stride: call.stride, queryHeads: call.queryHeads, keyHeads: call.keyHeads,
        headWidth: call.headWidth, queryWeight: call.queryWeight.floats, keyWeight: call.keyWeight.floats,
        epsilon: call.epsilon, x: call.x.floats, y: call.y.floats, inverse: call.inverse.floats)
    }
    table.add(
      HeadNormBackwardKernel.self,
      scratch: { call, _ in
        headNormBackwardScratch(rows: call.forward.rows, headWidth: call.forward.headWidth)
      },
      body: { call, cpu in
        headNormBackward(
          cpu.pool, rows: call.forward.rows, stride: call.forward.stride, queryHeads: call.forward.queryHeads,
          keyHeads: call.forward.keyHeads, headWidth: call.forward.headWidth,
          queryWeight: call.forward.queryWeight.floats, keyWeight: call.forward.keyWeight.floats,
          x: call.forward.x.floats, inverse: call.forward.inverse.floats, dy: call.dy.floats,
          dx: call.dx.floats, queryWeightGradient: call.queryWeightGradient.floats,
          keyWeightGradient: call.keyWeightGradient.floats, accumulateParameters: call.accumulateParameters,
          scratch: cpu.scratch)
      })
    table.add(EmbeddingKernel.self) { call, cpu in
      embeddingForward(
        cpu.pool, rows: call.rows, width: call.width,
        lookups: call.lookups.map { Lookup(ids: $0.ids.integers, table: $0.table.floats, scale: $0.scale) },
        y: call.y.floats)
    }
    table.add(EmbeddingBackwardKernel.self) { call, cpu in
      embeddingBackward(
        cpu.pool, rows: call.rows, width: call.width, ids: call.ids.integers, scale: call.scale,
        dy: call.dy.floats, tableGradient: call.tableGradient.floats)
    }
    table.add(GatherRowsKernel.self) { call, cpu in
      gatherRows(
        cpu.pool, rows: call.rows, width: call.width, indices: call.indices.integers, x: call.x.floats,
        y: call.y.floats)
    }
    table.add(ScatterRowsKernel.self) { call, cpu in
      scatterRows(
        cpu.pool, rows: call.rows, width: call.width, indices: call.indices.integers, x: call.x.floats,
        y: call.y.floats, destinationRows: call.destinationRows, accumulate: call.accumulate)
    }
    table.add(MeanRowsKernel.self) { call, cpu in
      meanRows(
        cpu.pool, count: call.count, width: call.width, ranges: call.ranges.integers, x: call.x.floats,
        y: call.y.floats)
    }
    table.add(MeanRowsBackwardKernel.self) { call, cpu in
      meanRowsBackward(
        cpu.pool, count: call.count, width: call.width, ranges: call.ranges.integers, dy: call.dy.floats,
        dx: call.dx.floats, rows: call.rows, accumulate: call.accumulate)
    }
    table.add(RotaryKernel.self) { call, cpu in
      rotary(
        cpu.pool, rows: call.rows, stride: call.stride, time: call.time, starts: call.starts?.integers,
        heads: call.heads, headWidth: call.headWidth, rotatedWidth: call.rotatedWidth,
        table: call.table.floats, inverse: call.inverse, x: call.x.floats, y: call.y.floats)
    }
  }
}
