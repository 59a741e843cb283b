import Kernels

extension CPUKernels {
  /// The general operations.
  static func addGeneral(to table: inout KernelTable<CPUResources>) {
    table.add(BroadcastKernel.self) { call, cpu in
      broadcast(cpu.pool, call.operation, call.view, x: call.x.floats, v: call.v.floats, y: call.y.floats)
    }
    table.add(
      SumToBroadcastKernel.self, scratch: { call, _ in sumToBroadcastScratch(call.view) },
      body: { call, cpu in
        sumToBroadcast(
          cpu.pool, call.view, a: call.a.floats, b: call.b?.floats, v: call.v.floats,
          accumulate: call.accumulate, scratch: cpu.scratch)
      })
    table.add(
      CausalConvolutionKernel.self, scratch: { call, _ in call.taps * call.channels },
      body: { call, cpu in
        causalConvolution(
          cpu.pool, batch: call.batch, time: call.time, channels: call.channels, taps: call.taps,
          x: call.x.floats, history: call.history?.floats, weight: call.weight.floats,
          bias: call.bias?.floats,
          y: call.y.floats, scratch: cpu.scratch)
      })
    table.add(
      CausalConvolutionInputGradientKernel.self, scratch: { call, _ in call.taps * call.channels },
      body: { call, cpu in
        causalConvolutionInputGradient(
          cpu.pool, batch: call.batch, time: call.time, channels: call.channels, taps: call.taps,
          weight: call.weight.floats, dy: call.dy.floats, dx: call.dx.floats, accumulate: call.accumulate,
          scratch: cpu.scratch)
      })
    table.add(
      CausalConvolutionWeightGradientKernel.self,
      scratch: { call, _ in
        causalConvolutionScratch(rows: call.batch * call.time, channels: call.channels, taps: call.taps)
      },
      body: { call, cpu in
        causalConvolutionWeightGradient(
          cpu.pool, batch: call.batch, time: call.time, channels: call.channels, taps: call.taps,
          x: call.x.floats, dy: call.dy.floats, weightGradient: call.weight?.buffer.floats,
          biasGradient: call.bias?.buffer.floats, accumulateWeight: call.weight?.accumulate ?? false,
          accumulateBias: call.bias?.accumulate ?? false, scratch: cpu.scratch)
      })
    table.add(CopyRunsKernel.self) { call, cpu in
      copyRuns(
        cpu.pool, runs: call.runs, length: call.length, x: call.x.floats + call.xOffset,
        xStride: call.xStride, y: call.y.floats + call.yOffset, yStride: call.yStride,
        accumulate: call.accumulate)
    }
    table.add(PermuteKernel.self) { call, cpu in
      permuteAxes(cpu.pool, sizes: call.sizes, order: call.order, x: call.x.floats, y: call.y.floats)
    }
    table.add(SumKernel.self) { call, cpu in
      sumOverAxis(cpu.pool, call.view, factor: call.factor, x: call.x.floats, y: call.y.floats)
    }
    table.add(SpreadKernel.self) { call, cpu in
      spreadOverAxis(
        cpu.pool, call.view, factor: call.factor, dy: call.dy.floats, dx: call.dx.floats,
        accumulate: call.accumulate)
    }
    table.add(MaxKernel.self) { call, cpu in
      maxOverAxis(cpu.pool, call.view, x: call.x.floats, y: call.y.floats, places: call.places.integers)
    }
    table.add(MaxBackwardKernel.self) { call, cpu in
      maxOverAxisGradient(
        cpu.pool, call.view, places: call.places.integers, dy: call.dy.floats, dx: call.dx.floats,
        accumulate: call.accumulate)
    }
    table.add(CumulativeSumKernel.self) { call, cpu in
      cumulativeSum(cpu.pool, call.view, reversed: call.reversed, x: call.x.floats, y: call.y.floats)
    }
    table.add(LinearScanKernel.self) { call, cpu in
      linearScan(
        cpu.pool, call.view, a: call.a.floats, x: call.x.floats, initial: call.initial?.floats,
        y: call.y.floats)
    }
    table.add(LinearScanBackwardKernel.self) { call, cpu in
      linearScanGradient(
        cpu.pool, call.view, a: call.a.floats, y: call.y.floats, initial: call.initial?.floats,
        dy: call.dy.floats, dx: call.dx.floats, da: call.da?.floats,
        initialGradient: call.initialGradient?.floats)
    }
    table.add(SoftmaxKernel.self) { call, cpu in
      softmaxRows(
        cpu.pool, rows: call.rows, width: call.width, x: call.x.floats, y: call.y.floats,
        logarithm: call.logarithm)
    }
    table.add(SoftmaxBackwardKernel.self) { call, cpu in
      if call.logarithm {
        logSoftmaxGradient(
          cpu.pool, rows: call.rows, width: call.width, y: call.y.floats, dy: call.dy.floats,
          dx: call.dx.floats, accumulate: call.accumulate)
      } else {
        softmaxGradient(
          cpu.pool, rows: call.rows, width: call.width, y: call.y.floats, dy: call.dy.floats,
          dx: call.dx.floats, accumulate: call.accumulate)
      }
    }
    table.add(LogSumExpKernel.self) { call, cpu in
      logSumExpRows(cpu.pool, rows: call.rows, width: call.width, x: call.x.floats, y: call.y.floats)
    }
    table.add(LogSumExpBackwardKernel.self) { call, cpu in
      logSumExpGradient(
        cpu.pool, rows: call.rows, width: call.width, x: call.x.floats, y: call.y.floats, dy: call.dy.floats,
        dx: call.dx.floats, accumulate: call.accumulate)
    }
    table.add(TopKKernel.self) { call, cpu in
      topK(
        cpu.pool, rows: call.rows, width: call.width, k: call.k, x: call.x.floats, values: call.values.floats,
        places: call.places.integers)
    }
    table.add(TopKBackwardKernel.self) { call, cpu in
      topKGradient(
        cpu.pool, rows: call.rows, width: call.width, k: call.k, places: call.places.integers,
        dy: call.dy.floats, dx: call.dx.floats, accumulate: call.accumulate)
    }
  }
}
