import Kernels

/// One forward pass: its tape, dropout step and observers.
///
/// Components receive the pass with their input and call its operations (`pass.linear`, `pass.norm`, …).
/// Training or evaluation is a property of the pass, never of a model.
public final class Pass {
  /// What an attention layer shows to observers.
  public typealias AttentionSink = (_ path: String, _ probabilities: Tensor) -> Void
  /// What the layers of a model show to observers.
  public typealias LayerSink = (_ layer: Int, _ vectors: Tensor) -> Void

  /// Device, memory, profiler.
  public let context: Context
  /// The record for the backward pass; nil when no gradients are wanted.
  public let tape: Tape?
  /// Distinguishes the dropout of one forward pass from the next.
  public let step: Int
  /// Receives the attention probabilities `[batch, heads, query, key]` of every layer when set.
  package let attentionSink: AttentionSink?
  /// Receives the vectors `[batch, time, width]` that each layer passes on when set: 0 is the embedding, the
  /// last what the head reads.
  package let layerSink: LayerSink?
  /// What linear maps and the loss of a language-model head multiply, forward and backward; attention, which is a
  /// small part, stays in single precision.
  public let precision: ProductPrecision
  /// Where the tokens of the pass continue in a cache; nil: every sequence begins with the pass.
  public let continued: Continuation?

  /// Results of the operation that runs, while values are checked.
  private var made: [Tensor] = []

  /// Losses that components of the model added to the loss of its predictions.
  public private(set) var auxiliaryLosses: [(name: String, loss: Tensor)] = []

  /// Adds a loss to what is trained, such as one that balances experts. Scale it before: it counts once.
  ///
  /// Nothing happens in a pass that records no gradients, or where the loss depends on no parameter.
  ///
  /// - Parameters:
  ///   - loss: the loss.
  ///   - name: what the log of a run calls it; parts with one name are added up.
  /// - Shapes: `loss` one value.
  /// - Throws: `ShapeError` that names `name`.
  public func addLoss(_ loss: Tensor, name: String) throws {
    try expect(loss.shape.count == 1, "loss", in: name, expected: "one value", actual: "\(loss.shape)")
    if tape != nil, loss.node != nil { auxiliaryLosses.append((name, loss)) }
  }

  /// Whether dropout applies: exactly when gradients are recorded.
  public var isTraining: Bool { tape != nil }

  private init(
    context: Context, tape: Tape? = nil, step: Int = 0, attentionSink: AttentionSink? = nil,
    layerSink: LayerSink? = nil, precision: ProductPrecision = .fp32, continued: Continuation? = nil
  ) {
    self.context = context
    self.tape = tape
    self.step = step
    self.attentionSink = attentionSink
    self.layerSink = layerSink
    self.precision = precision
    self.continued = continued
  }

  /// A pass that records gradients and applies dropout.
  ///
  /// - Parameters:
  ///   - context: the context that computes.
  ///   - step: the number of the pass (each micro-batch has its own).
  ///   - precision: what the products of linear maps multiply; evaluations always take single precision.
  public static func training(
    _ context: Context, step: Int, precision: ProductPrecision = .fp32
  ) -> Pass {
    Pass(context: context, tape: Tape(), step: step, precision: precision)
  }

  /// A pass that only computes values.
  public static func inference(
    _ context: Context, attentionSink: AttentionSink? = nil, layerSink: LayerSink? = nil
  ) -> Pass {
    Pass(context: context, attentionSink: attentionSink, layerSink: layerSink)
  }

  /// A pass that reads further tokens of some of a cache's sequences and adds them to it.
  ///
  /// Attention sees the tokens that were read before; positions continue from them. The cache must be told
  /// afterwards, by `advance`.
  ///
  /// - Throws: `ShapeError` when the cache has no such sequences; `MemoryError`.
  public static func inference(
    _ context: Context, continuing rows: Range<Int>, of cache: KeyValueCache
  ) throws -> Pass {
    Pass(context: context, continued: try Continuation(cache, rows: rows, context: context))
  }

  /// The position of every token of the pass in its sequence, `[batch, time]`.
  ///
  /// - Throws: `ShapeError` when the pass continues a cache that has no room for them.
  public func positions(batch: Int, time: Int) throws -> [Int32] {
    try continued?.expectRoom(batch: batch, time: time, in: "positions")
    return (0..<batch).flatMap { row in
      let start = continued?.starts.host[row] ?? 0
      return start..<start + Int32(time)
    }
  }

  /// The dropout of rate `rate` at the place `name`; nil when it does nothing.
  func dropout(_ rate: Double, _ name: String) -> Dropout? {
    guard isTraining, rate > 0 else { return nil }
    return Dropout(rate: Float(rate), key: context.random.key(name + ".dropout", step: step))
  }

  /// A tensor for the output of an operation, with undefined values. It has a gradient when the pass records and
  /// one of `inputs` has one.
  ///
  /// Call it before the inputs' values are read: those that were deferred are computed here.
  ///
  /// - Throws: `MemoryError`.
  public func output(_ shape: Shape, from inputs: [Tensor?]) throws -> Tensor {
    for input in inputs { try input?.deferred?.force() }
    let needsGradient = tape != nil && inputs.contains { $0?.node != nil }
    let result = Tensor(
      shape: shape, buffer: try context.allocate(shape),
      node: needsGradient ? GradientNode(shape: shape) : nil)
    if context.checksValues { made.append(result) }
    return result
  }

  /// Defines one differentiable operation: the form of every operation, the core's and a plugin's.
  ///
  /// `body` computes the output and records its backward. What the backward needs is what its closure captures:
  /// it is released as soon as the backward has run. FLOPs and memory traffic are stated by the kernels.
  ///
  ///     /// y = x², element by element.
  ///     func square(_ x: Tensor) throws -> Tensor {
  ///       try operation("square", "\(x.shape)") {
  ///         let y = try output(x.shape, from: [x])
  ///         perform(SquareKernel(x: x.buffer, y: y.buffer, count: x.shape.count))
  ///         record("square", y) { [node = x.node] dy, sweep in
  ///           guard let (dx, accumulate) = try sweep.gradient(of: node) else { return }
  ///           sweep.perform(SquareBackwardKernel(x: x.buffer, dy: dy, dx: dx, accumulate: accumulate, …))
  ///         }
  ///         return y
  ///       }
  ///     }
  ///
  /// - Parameters:
  ///   - name: what a profile and a `NonFiniteError` call the operation.
  ///   - detail: its shapes, for the profile.
  ///   - body: computes the output and records its backward pass.
  /// - Throws: what `body` throws; `NonFiniteError` where the context checks values and an output is not finite;
  ///   `MissingKernelError` where the device lacks a kernel; `MemoryError`; `Interruption`.
  public func operation<Result>(
    _ name: String, _ detail: @autoclosure () -> String, _ body: () throws -> Result
  ) throws -> Result {
    try context.checkInterruption()
    let first = made.count
    defer { made.removeSubrange(first...) }
    let result = try context.performing(name) { try context.span(name, detail(), body) }
    for tensor in made[first...] { try context.check(tensor.buffer, tensor.shape, of: name) }
    return result
  }

  /// Runs one kernel, or counts it on a dry device.
  public func perform<K: KernelCall>(_ kernel: K) { context.perform(kernel) }

  /// Records how the gradient of `output` becomes gradients of the inputs; nothing when none is wanted.
  ///
  /// - Parameters:
  ///   - name: the name of the operation.
  ///   - output: the output of the operation.
  ///   - backward: receives the gradient of the output, which it must not change (see
  ///     `BackwardSweep.writable`), and writes the gradients of the inputs by `BackwardSweep.gradient(of:)`
  ///     or `BackwardSweep.accumulate(_:into:)`. It runs only when something downstream used the output.
  public func record(
    _ name: String, _ output: Tensor,
    backward: @escaping (_ gradient: Buffer, _ sweep: BackwardSweep) throws -> Void
  ) {
    guard let tape, let node = output.node else { return }
    let record = Tape.Record(name: name, detail: detail(output.shape), outputs: [node]) { gradients, sweep in
      if let gradient = gradients[0] { try backward(gradient, sweep) }
    }
    tape.append(record)
  }

  /// The form for an operation with several outputs; a gradient is nil where an output went unused.
  public func record(
    _ name: String, outputs: [Tensor],
    backward: @escaping (_ gradients: [Buffer?], _ sweep: BackwardSweep) throws -> Void
  ) {
    let nodes = outputs.compactMap(\.node)
    guard let tape, nodes.count == outputs.count else { return }
    tape.append(Tape.Record(name: name, detail: detail(outputs[0].shape), outputs: nodes, backward: backward))
  }

  private func detail(_ shape: Shape) -> String { context.profiler == nil ? "" : "\(shape)" }
}
