import Kernels

/// The record of a forward pass, replayed in reverse for gradients.
///
/// Reverse-mode differentiation over fused primitives. Each record keeps the nodes of its outputs and a
/// closure over exactly the tensors that its backward needs; both are released as soon as it has run.
public final class Tape {
  struct Record {
    let name: String
    let detail: String
    let outputs: [GradientNode]
    let backward: (_ gradients: [Buffer?], _ sweep: BackwardSweep) throws -> Void
  }

  private var records: [Record] = []

  /// An empty tape.
  public init() {}

  /// The number of recorded primitives that were not yet replayed.
  public var count: Int { records.count }

  func append(_ record: Record) { records.append(record) }

  /// Fills the gradients of every parameter that `loss` depends on, and empties the tape.
  ///
  /// - Parameters:
  ///   - loss: a single value.
  ///   - context: the context of the forward pass.
  /// - Throws: `ShapeError` when `loss` is no single value or depends on no parameter; `NonFiniteError` where the
  ///   context checks values; `MemoryError`.
  public func backward(from loss: Tensor, in context: Context) throws {
    try backward(from: [(loss, 1)], in: context)
  }

  /// Fills the gradients of every parameter that the losses depend on, and empties the tape. What no loss depends on
  /// gets no gradient.
  ///
  /// - Parameters:
  ///   - losses: single values, each with the factor by which it counts.
  ///   - context: the context of the forward pass.
  /// - Throws: as `backward(from:in:)`.
  public func backward(from losses: [(loss: Tensor, factor: Float)], in context: Context) throws {
    let sweep = BackwardSweep(context: context)
    for (loss, factor) in losses {
      guard let node = loss.node, loss.shape.count == 1 else {
        throw ShapeError(
          component: "backward", role: "loss", expected: "one value that depends on a parameter",
          actual: "\(loss.shape)")
      }
      let seed = try context.allocate(loss.shape)
      context.perform(FillKernel(buffer: seed, count: 1, value: factor))
      try sweep.accumulate(seed, into: node)
    }
    try play(sweep)
  }

  /// The gradients for an output whose own gradient is known (a vector-Jacobian product); empties the tape.
  ///
  /// - Shapes: `gradient` as `output`.
  /// - Throws: `ShapeError` when the shapes differ or `output` depends on no parameter; otherwise as
  ///   `backward(from:in:)`.
  public func backward(from output: Tensor, gradient: Tensor, in context: Context) throws {
    try expectShape(gradient.shape, output.shape, "gradient", in: "backward")
    guard let node = output.node else {
      throw ShapeError(
        component: "backward", role: "output", expected: "one that depends on a parameter",
        actual: "a constant")
    }
    let sweep = BackwardSweep(context: context)
    try sweep.accumulate(gradient.buffer, into: node)
    try play(sweep)
  }

  private func play(_ sweep: BackwardSweep) throws {
    while let record = records.popLast() {
      let gradients = record.outputs.map { sweep.take($0) }
      // What nothing downstream used has no gradient, and then neither have its inputs.
      guard gradients.contains(where: { $0 != nil }) else { continue }
      try sweep.context.checkInterruption()
      let name = record.name + ".backward"
      try sweep.context.performing(name) {
        try sweep.context.span(name, record.detail) { try record.backward(gradients, sweep) }
      }
      try sweep.checkWritten(by: name)
    }
  }
}

/// The backward pass under way: hands out the places into which gradients are written.
public final class BackwardSweep {
  /// The context that the pass runs in.
  public let context: Context
  /// Gradients that the running operation writes, while values are checked.
  private var written: [(gradient: Buffer, shape: Shape)] = []

  init(context: Context) { self.context = context }

  /// Refuses a NaN or an infinity in what an operation wrote.
  func checkWritten(by operation: String) throws {
    for (gradient, shape) in written { try context.check(gradient, shape, of: operation) }
    written.removeAll(keepingCapacity: true)
  }

  /// Where a backward writes the gradient of an input, and whether it must be added to what is there.
  ///
  /// - Parameter node: of the input; nil for a constant, and then there is no place.
  ///
  /// - Throws: `MemoryError`.
  public func gradient(of node: GradientNode?) throws -> (buffer: Buffer, accumulate: Bool)? {
    guard let node else { return nil }
    let slot = try place(for: node)
    if context.checksValues { written.append((slot.buffer, node.shape)) }
    return slot
  }

  private func place(for node: GradientNode) throws -> (buffer: Buffer, accumulate: Bool) {
    if let persistent = node.persistent {
      defer { node.isWritten = true }
      return (persistent, node.isWritten)
    }
    if let gradient = node.gradient {
      if gradient.holders > 1 {
        gradient.holders -= 1
        node.gradient = try copy(gradient, of: node.shape)
        node.gradient?.holders = 1
      }
      return (node.gradient ?? gradient, true)
    }
    let fresh = try context.allocate(node.shape)
    fresh.holders = 1
    node.gradient = fresh
    return (fresh, false)
  }

  /// Adds a finished gradient to that of `node`. The buffer itself is taken where it is the first: it may be shared
  /// with other nodes, and must not be changed afterwards.
  ///
  /// - Throws: `MemoryError`.
  public func accumulate(_ gradient: Buffer, into node: GradientNode?) throws {
    guard let node else { return }
    if context.checksValues { written.append((gradient, node.shape)) }
    if let persistent = node.persistent {
      context.perform(
        node.isWritten
          ? AddScaledKernel(count: node.shape.count, x: gradient, scale: 1, y: persistent)
          : AddScaledKernel(copying: gradient, to: persistent, count: node.shape.count))
      node.isWritten = true
      return
    }
    guard node.gradient != nil else {
      gradient.holders += 1
      node.gradient = gradient
      return
    }
    if let slot = try self.gradient(of: node) {
      context.perform(AddScaledKernel(count: node.shape.count, x: gradient, scale: 1, y: slot.buffer))
    }
  }

  /// `gradient` if nothing else references it, else a copy: what a backward that works in place may change.
  ///
  /// - Throws: `MemoryError`.
  public func writable(_ gradient: Buffer, _ shape: Shape) throws -> Buffer {
    gradient.holders == 0 ? gradient : try copy(gradient, of: shape)
  }

  /// Runs one kernel, or counts it on a dry device.
  public func perform<K: KernelCall>(_ kernel: K) { context.perform(kernel) }

  func take(_ node: GradientNode) -> Buffer? {
    defer { node.gradient = nil }
    node.gradient?.holders -= 1
    return node.gradient
  }

  private func copy(_ source: Buffer, of shape: Shape) throws -> Buffer {
    let target = try context.allocate(shape)
    context.perform(AddScaledKernel(copying: source, to: target, count: shape.count))
    return target
  }
}
