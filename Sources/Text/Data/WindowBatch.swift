/// Windows of content, as they come from the data: every model cuts the same ones.
public struct WindowBatch: Sendable, Equatable {
  /// Token ids, `[batch, length]` row by row; `length` is the context plus the objective's look-ahead.
  public let ids: [Int32]
  /// How many windows.
  public let batch: Int
  /// Tokens in each window.
  public let length: Int

  /// A number that changes where a document begins, `[batch, length]`; nil where nothing needs it.
  public let documents: [Int32]?

  /// Windows of one length.
  public init(ids: [Int32], batch: Int, length: Int, documents: [Int32]? = nil) {
    precondition(ids.count == batch * length, "\(ids.count) ids are not \(batch) windows of \(length)")
    self.ids = ids
    self.batch = batch
    self.length = length
    precondition(documents.map { $0.count == ids.count } ?? true, "a document number a token")
    self.documents = documents
  }
}
