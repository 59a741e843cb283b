/// A 32-bit floating-point array, contiguous and row-major, with a named shape.
///
/// A tensor belongs to the context that made it and stays on the thread that made it.
public final class Tensor {
  /// The sizes, outermost first.
  public let shape: Shape
  /// The memory, `shape.count` floats.
  public let buffer: Buffer
  /// Work that fills the memory when an operation needs the values before a backward pass has; nil: they are there.
  var deferred: Deferred?
  /// Accumulates the gradient; nil for a constant.
  public let node: GradientNode?
  /// Recomputes the values, with the same bits, from what the tape keeps anyway; nil: they are kept. Told
  /// whether this is the last time.
  var recompute: ((Context, _ isLast: Bool) throws -> Buffer)?
  private let readers = Readers()

  /// How many backward passes will need the values. A separate object, because a closure that needs them must not hold the tensor.
  private final class Readers {
    var left = 0
  }

  /// A tensor over a buffer.
  public init(shape: Shape, buffer: Buffer, node: GradientNode?) {
    self.shape = shape
    self.buffer = buffer
    self.node = node
  }

  /// What the backward of an operation captures to read the values of an input, once: the buffer, or how to
  /// recompute it. Recomputing an activation or a norm costs one pass over memory, less than holding it until then.
  ///
  /// Call it only when the backward will run; `x.buffer` may be captured instead where the memory does not matter.
  public func saveForBackward() -> (Context) throws -> Buffer {
    guard let recompute else { return { [buffer] _ in buffer } }
    readers.left += 1
    return { [readers] context in
      readers.left -= 1
      return try recompute(context, readers.left == 0)
    }
  }

  /// The values, copied out; zeros on a dry device. NaN when they were deferred and could not be computed, or could
  /// not be fetched.
  public func values() -> [Float] { values(0..<shape.count) }

  /// The values row by row, each `shape.width` long.
  public func rows() -> [[Float]] {
    (0..<shape.rows).map { values($0 * shape.width..<($0 + 1) * shape.width) }
  }

  private func values(_ range: Range<Int>) -> [Float] {
    guard buffer.holdsValues else { return [Float](repeating: 0, count: range.count) }
    do {
      try deferred?.force()
      return try buffer.download(Float.self, range)
    } catch {
      return [Float](repeating: .nan, count: range.count)
    }
  }
}

/// 32-bit integers on a device: token ids, positions of predictions, ranges of attention.
public final class Indices {
  /// The sizes, outermost first.
  public let shape: Shape
  /// The memory, `shape.count` integers.
  public let buffer: Buffer
  /// The same values on the host, where the dry device finds what costs depend on.
  package let host: [Int32]
  /// As of a tensor.
  var deferred: Deferred?

  /// Integers over a buffer that already holds them.
  init(shape: Shape, buffer: Buffer, host: [Int32]) {
    self.shape = shape
    self.buffer = buffer
    self.host = host
  }

  /// The values on the device, copied out; zeros on a dry device, and where they were deferred and could not be
  /// computed, or could not be fetched.
  public func values() -> [Int32] {
    guard buffer.holdsValues else { return [Int32](repeating: 0, count: shape.count) }
    do {
      try deferred?.force()
      return try buffer.download(Int32.self, 0..<shape.count)
    } catch {
      return [Int32](repeating: 0, count: shape.count)
    }
  }
}

/// Work whose results several tensors share, done when the first of them is needed, and once.
final class Deferred {
  private var work: (() throws -> Void)?

  init(_ work: @escaping () throws -> Void) { self.work = work }

  /// Does the work if it is not done yet.
  func force() throws {
    try work?()
    work = nil
  }

  /// Notes that the results are there.
  func isDone() { work = nil }
}

/// Accumulates the gradient of a tensor during the backward pass.
///
/// The tape holds nodes, not tensors: a value that no backward pass needs is freed as soon as the
/// forward pass has moved on.
public final class GradientNode {
  /// The shape of the tensor and of its gradient.
  public let shape: Shape
  /// The gradient of an activation while the backward pass runs.
  var gradient: Buffer?
  /// The gradient of a parameter, which outlives the pass; nil for an activation.
  public let persistent: Buffer?
  /// Whether this step has already written the persistent gradient.
  public var isWritten = false

  /// A node for an activation, or for a parameter when `persistent` is given.
  public init(shape: Shape, persistent: Buffer? = nil) {
    self.shape = shape
    self.persistent = persistent
  }
}
