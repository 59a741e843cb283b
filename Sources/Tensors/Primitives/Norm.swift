import Kernels

/// `sum = x + dropout(branch)`, `y = norm(sum)·weight + bias`.
package struct NormKernel: KernelCall {
  package let kind: NormKind
  package let rows: Int
  package let width: Int
  package let x: Buffer
  package let branch: Buffer?
  package let dropout: Dropout?
  package let sum: Buffer?
  package let weight: Buffer?
  package let bias: Buffer?
  package let epsilon: Float
  package let y: Buffer
  package let mean: Buffer?
  package let inverse: Buffer?
  package var operands: [Buffer?] { [x, branch, sum, y] }
}

/// The gradients of `NormKernel` with respect to the sum, the weight and the bias.
package struct NormBackwardKernel: KernelCall {
  package let kind: NormKind
  package let rows: Int
  package let width: Int
  package let x: Buffer
  package let mean: Buffer?
  package let inverse: Buffer
  package let weight: Buffer?
  package let dy: Buffer
  package let dx: Buffer
  package let accumulate: Bool
  package let weightGradient: Buffer?
  package let biasGradient: Buffer?
  package let accumulateParameters: Bool
  package var operands: [Buffer?] { [x, dy, dx] }
}

extension Pass {
  /// Layer norm or RMS norm of the last axis.
  ///
  ///     layer: y = (x − mean)/√(variance + ε)·weight + bias        rms: y = x/√(mean(x²) + ε)·weight
  ///
  /// - Shapes: `x` and the result `[…, width]`, `weight` and `bias` `[width]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Source: Ba et al., "Layer normalization", 2016; Zhang and Sennrich, "Root mean square layer
  ///   normalization", 2019.
  public func norm(
    _ x: Tensor, kind: NormKind, weight: Tensor?, bias: Tensor?, epsilon: Double, name: String = "norm"
  ) throws -> Tensor {
    try joinedNorm(
      x, branch: nil, dropout: nil, kind: kind, weight: weight, bias: bias, epsilon: epsilon, name: name
    ).output
  }

  /// The residual join and the norm that follows it, in one pass over memory.
  ///
  ///     sum = x + dropout(branch);   output = norm(sum)
  ///
  /// - Shapes: `x`, `branch`, `sum` and `output` `[…, width]`; `weight` and `bias` `[width]`.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public func norm(
    _ x: Tensor, adding branch: Tensor, dropoutRate: Double, kind: NormKind, weight: Tensor?, bias: Tensor?,
    epsilon: Double, name: String
  ) throws -> (sum: Tensor, output: Tensor) {
    try joinedNorm(
      x, branch: branch, dropout: dropout(dropoutRate, name), kind: kind, weight: weight, bias: bias,
      epsilon: epsilon, name: name)
  }

  private func joinedNorm(
    _ x: Tensor, branch: Tensor?, dropout: Dropout?, kind: NormKind, weight: Tensor?, bias: Tensor?,
    epsilon: Double, name: String
  ) throws -> (sum: Tensor, output: Tensor) {
    let (rows, width) = (x.shape.rows, x.shape.width)
    if let branch { try expectShape(branch.shape, x.shape, "branch", in: name) }
    if let weight { try expectShape(weight.shape, ["width": width], "weight", in: name) }
    if let bias { try expectShape(bias.shape, ["width": width], "bias", in: name) }
    return try operation("norm", "\(x.shape)") {
      let sum = branch == nil ? x : try output(x.shape, from: [x, branch])
      let rowShape: Shape = ["rows": rows]
      let mean = kind == .layer && tape != nil ? try context.allocate(rowShape) : nil
      let inverse = tape != nil ? try context.allocate(rowShape) : nil
      let y = try output(x.shape, from: [sum, weight, bias])
      perform(
        NormKernel(
          kind: kind, rows: rows, width: width, x: x.buffer, branch: branch?.buffer, dropout: dropout,
          sum: branch == nil ? nil : sum.buffer, weight: weight?.buffer, bias: bias?.buffer,
          epsilon: Float(epsilon), y: y.buffer, mean: mean, inverse: inverse))
      guard let inverse else { return (sum, y) }
      let (shape, input) = (x.shape, sum.buffer)
      y.recompute = { context, _ in
        let again = try context.allocate(shape)
        context.perform(
          NormKernel(
            kind: kind, rows: rows, width: width, x: input, branch: nil, dropout: nil, sum: nil,
            weight: weight?.buffer, bias: bias?.buffer, epsilon: Float(epsilon), y: again, mean: nil,
            inverse: nil))
        return again
      }

      func backward(_ dy: Buffer, into slot: (buffer: Buffer, accumulate: Bool), _ sweep: BackwardSweep)
        throws
      {
        let weightSlot = try sweep.gradient(of: weight?.node)
        let biasSlot = try sweep.gradient(of: bias?.node)
        sweep.perform(
          NormBackwardKernel(
            kind: kind, rows: rows, width: width, x: input, mean: mean, inverse: inverse,
            weight: weight?.buffer, dy: dy, dx: slot.buffer, accumulate: slot.accumulate,
            weightGradient: weightSlot?.buffer, biasGradient: biasSlot?.buffer,
            accumulateParameters: (weightSlot ?? biasSlot)?.accumulate ?? false))
      }

      guard let branch else {
        record("norm", y) { dy, sweep in
          let slot = try sweep.gradient(of: x.node) ?? (try sweep.context.allocate(x.shape), false)
          try backward(dy, into: slot, sweep)
        }
        return (sum, y)
      }
      let (xNode, branchNode) = (x.node, branch.node)
      record("norm", outputs: [sum, y]) { gradients, sweep in
        var dSum = try gradients[0].map { try sweep.writable($0, shape) }
        if let dy = gradients[1] {
          let target = try dSum ?? sweep.context.allocate(shape)
          try backward(dy, into: (target, dSum != nil), sweep)
          dSum = target
        }
        guard let dSum else { return }
        try sweep.accumulateBranch(dSum, dropout: dropout, shape: shape, into: branchNode)
        try sweep.accumulate(dSum, into: xNode)
      }
      return (sum, y)
    }
  }
}

extension BackwardSweep {
  /// Gives the gradient of a residual sum to its branch, through the same dropout as forward.
  func accumulateBranch(_ gradient: Buffer, dropout: Dropout?, shape: Shape, into node: GradientNode?) throws
  {
    guard let dropout else { return try accumulate(gradient, into: node) }
    let passed = try context.allocate(shape)
    context.perform(DropoutKernel(count: shape.count, x: gradient, dropout: dropout, y: passed))
    try accumulate(passed, into: node)
  }
}
