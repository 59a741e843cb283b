import Kernels

extension CPUKernels {
  /// Attention and the rows that a cache keeps.
  static func addAttention(to table: inout KernelTable<CPUResources>) {
    table.add(
      AttentionKernel.self, scratch: { call, threads in attentionScratch(call.sizes, threads: threads) },
      body: { call, cpu in
        attentionForward(
          cpu.pool, call.sizes, call.inputs.extras, q: call.q.floats, k: call.k.floats, v: call.v.floats,
          out: call.output.floats, logSumExp: call.logSumExp?.floats, sink: call.sink?.floats,
          scratch: cpu.scratch)
      })
    table.add(
      AttentionBackwardKernel.self,
      scratch: { call, threads in attentionBackwardScratch(call.sizes, threads: threads) },
      body: { call, cpu in
        attentionBackward(
          cpu.pool, call.sizes, call.inputs.extras, q: call.q.floats, k: call.k.floats, v: call.v.floats,
          out: call.output.floats, dOut: call.outputGradient.floats, logSumExp: call.logSumExp.floats,
          dq: call.dq.floats, dk: call.dk.floats, dv: call.dv.floats, dBias: call.dBias?.floats,
          dSinks: call.dSinks?.floats, scratch: cpu.scratch)
      })
    table.add(
      DistanceScoresKernel.self, scratch: { call, threads in call.shape.scratch(threads: threads) },
      body: { call, cpu in
        distanceScores(
          cpu.pool, call.shape, content: call.content.floats, positions: call.positions.floats,
          rows: call.rows.integers, y: call.y.floats, scratch: cpu.scratch)
      })
    table.add(
      DistanceScoresBackwardKernel.self,
      scratch: { call, threads in call.forward.shape.scratch(threads: threads) },
      body: { call, cpu in
        distanceScoresGradient(
          cpu.pool, call.forward.shape, content: call.forward.content.floats,
          positions: call.forward.positions.floats, rows: call.forward.rows.integers, dy: call.dy.floats,
          dContent: call.dContent.floats, dPositions: call.dPositions.floats, scratch: cpu.scratch)
      })
    table.add(StoreRowsKernel.self) { call, cpu in
      storeRows(
        cpu.pool, batch: call.batch, time: call.time, width: call.width, capacity: call.capacity,
        starts: call.starts.integers, x: call.rows.floats, xStride: call.rows.stride,
        y: call.cache.floats + call.cacheOffset, yStride: call.cacheStride)
    }
    table.add(CopyKernel.self) { call, _ in
      (call.x.floats + call.yOffset).update(from: call.x.floats + call.xOffset, count: call.count)
    }
  }
}

extension AttentionOperand {
  /// The first row.
  fileprivate var floats: UnsafeMutablePointer<Float> { buffer.floats + offset }
}

extension AttentionInputs {
  fileprivate var extras: AttentionExtras {
    AttentionExtras(
      ranges: visible.buffer.integers, rangeBatch: visible.shape.sizes[0], slopes: slopes?.floats,
      dropout: dropout, bias: bias?.buffer.floats, biasBatch: bias?.batch ?? 1, biasStride: bias?.stride ?? 0,
      sinks: sinks?.floats, queryOffsets: starts?.integers)
  }
}
