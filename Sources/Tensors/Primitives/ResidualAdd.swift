import Kernels

/// `y = x + dropout(branch)`.
package struct AddDroppedKernel: KernelCall {
  package let count: Int
  package let x: Buffer
  package let branch: Buffer
  package let dropout: Dropout?
  package let y: Buffer
  package var operands: [Buffer?] { [x, branch, y] }
}

extension Pass {
  /// The residual join where no norm follows.
  ///
  ///     sum = x + dropout(branch)
  ///
  /// - Shapes: `x`, `branch` and the result are equal.
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  /// - Source: He et al., "Deep residual learning", 2015.
  public func residual(_ x: Tensor, adding branch: Tensor, dropoutRate: Double, name: String) throws -> Tensor
  {
    try expectShape(branch.shape, x.shape, "branch", in: name)
    return try operation("residual", "\(x.shape)") {
      let dropout = dropout(dropoutRate, name)
      let y = try output(x.shape, from: [x, branch])
      perform(
        AddDroppedKernel(
          count: x.shape.count, x: x.buffer, branch: branch.buffer, dropout: dropout, y: y.buffer))
      let (shape, xNode, branchNode) = (x.shape, x.node, branch.node)
      record("residual", y) { gradient, sweep in
        try sweep.accumulateBranch(gradient, dropout: dropout, shape: shape, into: branchNode)
        try sweep.accumulate(gradient, into: xNode)
      }
      return y
    }
  }
}
