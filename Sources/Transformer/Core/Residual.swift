import Tensors

/// The residual stream between two sublayers: its value, and a branch that has not joined yet.
///
/// The join waits for the norm that follows, so that both happen in one pass over memory. This is the
/// only place where a branch meets the stream, for every placement of the norms.
///
/// - Shapes: `[batch, time, width]`; `[rows, width]` after only some rows were kept.
struct ResidualStream {
  private var value: Tensor
  private var pending: (branch: Tensor, name: String)?
  private let dropout: Double

  /// - Parameter dropout: the share of each branch that is dropped while training.
  init(_ value: Tensor, dropout: Double) {
    self.value = value
    self.dropout = dropout
  }

  /// Adds a branch that comes from the part called `name`.
  mutating func add(_ branch: Tensor, from name: String, _ pass: Pass) throws {
    _ = try joined(pass)
    pending = (branch, name)
  }

  /// The stream with every branch in it.
  mutating func joined(_ pass: Pass) throws -> Tensor {
    if let (branch, name) = pending {
      value = try pass.residual(value, adding: branch, dropoutRate: dropout, name: name)
      pending = nil
    }
    return value
  }

  /// Goes on with some rows alone: what follows works on each position by itself.
  mutating func keep(_ rows: Indices, _ pass: Pass) throws {
    value = try pass.gather(try joined(pass), rows: rows, name: "stream")
  }

  /// The norm of the stream; the stream itself goes on unnormalised (pre-norm).
  mutating func normalised(by norm: any Norm, _ pass: Pass) throws -> Tensor {
    guard let (branch, name) = pending else { return try norm(value, pass) }
    // The dropout's name belongs to the branch, so that it does not depend on what joins it.
    let (sum, output) = try norm(value, adding: branch, dropoutRate: dropout, name: name, pass)
    value = sum
    pending = nil
    return output
  }

  /// Replaces the stream by its norm (post-norm).
  mutating func normalise(by norm: any Norm, _ pass: Pass) throws {
    value = try normalised(by: norm, pass)
  }
}
