/// Windows of content, as they come from the data: every model cuts the same ones.
public struct WindowBatch: Sendable, Equatable {
  /// Token ids, `[batch, length]` row by row; `length` is the context plus the objective's look-ahead.
  public let ids: [Int32]
  /// How many windows.
  public let batch: Int
  /// Tokens in each window.
  public let length: Int

  /// Windows of one length.
  public init(ids: [Int32], batch: Int, length: Int) {
    precondition(ids.count == batch * length, "\(ids.count) ids are not \(batch) windows of \(length)")
    self.ids = ids
    self.batch = batch
    self.length = length
  }
}
