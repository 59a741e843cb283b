import Kernels

extension CPUKernels {
  /// Element by element.
  static func addElementwise(to table: inout KernelTable<CPUResources>) {
    table.add(FillKernel.self) { call, cpu in
      fill(cpu.pool, count: call.count, call.buffer.floats, value: call.value)
    }
    table.add(ClearRangeKernel.self) { call, cpu in
      fill(cpu.pool, count: call.range.count, call.buffer.floats + call.range.lowerBound, value: 0)
    }
    table.add(AddScaledKernel.self) { call, cpu in
      if call.adds {
        addScaled(cpu.pool, count: call.count, x: call.x.floats, scale: call.factor, y: call.y.floats)
      } else {
        scale(cpu.pool, count: call.count, x: call.x.floats, by: call.factor, y: call.y.floats)
      }
    }
    table.add(AddKernel.self) { call, cpu in
      add(cpu.pool, count: call.count, a: call.a.floats, b: call.b.floats, y: call.y.floats)
    }
    table.add(MultiplyKernel.self) { call, cpu in
      multiply(cpu.pool, count: call.count, a: call.a.floats, b: call.b.floats, y: call.y.floats)
    }
    table.add(DropoutKernel.self) { call, cpu in
      dropoutForward(cpu.pool, count: call.count, x: call.x.floats, dropout: call.dropout, y: call.y.floats)
    }
    table.add(AddDroppedKernel.self) { call, cpu in
      addDropped(
        cpu.pool, count: call.count, x: call.x.floats, branch: call.branch.floats, dropout: call.dropout,
        y: call.y.floats)
    }
    table.add(GatedKernel.self) { call, cpu in
      gatedForward(
        cpu.pool, rows: call.rows, width: call.width, activation: call.activation, x: call.x.floats,
        y: call.y.floats)
    }
    table.add(GatedBackwardKernel.self) { call, cpu in
      gatedBackward(
        cpu.pool, rows: call.rows, width: call.width, activation: call.activation, x: call.x.floats,
        dy: call.dy.floats, dx: call.dx.floats)
    }
    table.add(ActivationKernel.self) { call, cpu in
      if let slope = call.slope {
        return activationWithSlope(
          cpu.pool, count: call.count, activation: call.activation, x: call.x.floats, y: call.y.floats,
          slope: slope.floats)
      }
      activationForward(
        cpu.pool, count: call.count, activation: call.activation, x: call.x.floats, y: call.y.floats)
    }
    table.add(ActivationBackwardKernel.self) { call, cpu in
      activationBackward(
        cpu.pool, count: call.count, activation: call.activation, x: call.x.floats, dy: call.dy.floats,
        dx: call.dx.floats)
    }
  }
}
