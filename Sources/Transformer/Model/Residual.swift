import Tensors

/// The residual stream between two sublayers: its value, and a branch that has not joined yet.
///
/// The join waits for the norm that follows, so that both happen in one pass over memory. This is the
/// only place where a branch meets the stream, for every placement of the norms.
///
/// - Shapes: `[batch, time, width]`; `[rows, width]` after only some rows were kept.
public struct ResidualStream {
  private var value: Tensor
  private var pending: (branch: Tensor, name: String)?
  private let dropout: Double

  /// A stream that begins with `value`.
  ///
  /// - Parameters:
  ///   - value: the vectors that the first block reads.
  ///   - dropout: the rate at which branches are dropped while training.
  public init(_ value: Tensor, dropout: Double) {
    self.value = value
    self.dropout = dropout
  }

  /// Adds a branch that comes from the part called `name`: its path, which names the random numbers of its dropout.
  ///
  /// - Throws: `ShapeError` that names `name`; `MemoryError`.
  public mutating func add(_ branch: Tensor, from name: String, _ pass: Pass) throws {
    _ = try joined(pass)
    pending = (branch, name)
  }

  /// The stream with every branch in it.
  ///
  /// - Throws: `ShapeError` when a branch has another shape; `MemoryError`.
  public mutating func joined(_ pass: Pass) throws -> Tensor {
    if let (branch, name) = pending {
      value = try pass.residual(value, adding: branch, dropoutRate: dropout, name: name)
      pending = nil
    }
    return value
  }

  /// Keeps some rows alone, `[rows]` flat positions: what follows works on each position by itself.
  ///
  /// - Throws: `ShapeError` when a row lies outside; `MemoryError`.
  public mutating func keep(_ rows: Indices, _ pass: Pass) throws {
    value = try pass.gather(try joined(pass), rows: rows, name: "stream")
  }

  /// The norm of the stream, whose own value stays unnormalised (pre-norm).
  ///
  /// - Throws: what the norm throws.
  public mutating func normalised(by norm: any Norm, _ pass: Pass) throws -> Tensor {
    guard let (branch, name) = pending else { return try norm(value, pass) }
    // The dropout's name belongs to the branch, so that it does not depend on what joins it.
    let (sum, output) = try norm(value, adding: branch, dropoutRate: dropout, name: name, pass)
    value = sum
    pending = nil
    return output
  }

  /// Replaces the stream by its norm (post-norm).
  ///
  /// - Throws: what the norm throws.
  public mutating func normalise(by norm: any Norm, _ pass: Pass) throws {
    value = try normalised(by: norm, pass)
  }
}
