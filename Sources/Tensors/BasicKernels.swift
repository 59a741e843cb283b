// The kernels that tape and caches need of a device; every operation brings its own.

/// `buffer[i] = value`.
package struct FillKernel: KernelCall {
  package let buffer: Buffer
  package let count: Int
  package let value: Float
  package var operands: [Buffer?] { [buffer] }
}

/// `y = scale·x`, added to `y` or in its place.
package struct AddScaledKernel: KernelCall {
  package let count: Int
  package let x: Buffer
  package let factor: Float
  package let y: Buffer
  package let adds: Bool

  init(count: Int, x: Buffer, scale: Float, y: Buffer, adds: Bool = true) {
    self.count = count
    self.x = x
    factor = scale
    self.y = y
    self.adds = adds
  }

  init(copying x: Buffer, to y: Buffer, count: Int) {
    self.init(count: count, x: x, scale: 1, y: y, adds: false)
  }

  package var operands: [Buffer?] { [x, y] }
}

/// Copies runs of floats from one spacing to another.
package struct CopyRunsKernel: KernelCall {
  package let runs: Int
  package let length: Int
  package let x: Buffer
  package let xOffset: Int
  package let xStride: Int
  package let y: Buffer
  package let yOffset: Int
  package let yStride: Int
  package let accumulate: Bool
  package var operands: [Buffer?] { [x, y] }
}

/// Rows of queries, keys or values: where the first begins, and how far apart they are.
package struct AttentionOperand {
  package let buffer: Buffer
  package var offset = 0
  package let stride: Int

  init(_ buffer: Buffer, offset: Int = 0, stride: Int) {
    self.buffer = buffer
    self.offset = offset
    self.stride = stride
  }
}
