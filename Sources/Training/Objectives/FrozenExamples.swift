import Tensors
import Text
import Zoo

extension Objective {
  /// Held-out windows as this objective prepares them, always the same: what is hidden depends on nothing but the
  /// place of the batch, not on the seed of a run.
  ///
  /// - Parameters:
  ///   - windows: of one length, look-ahead included.
  ///   - documents: the document numbers of each window, as long as it; nil where nothing needs them.
  ///   - batch: windows in one example; the last one may have fewer.
  /// - Throws: `TextError` when the vocabulary lacks a special token that the task needs.
  package func frozen(
    _ windows: [[Int32]], documents: [[Int32]]? = nil, batch: Int, vocabulary: Vocabulary
  ) throws -> [Example] {
    try stride(from: 0, to: windows.count, by: batch).enumerated().map { index, start in
      let part = windows[start..<min(start + batch, windows.count)]
      return try prepare(
        WindowBatch(
          ids: part.flatMap { $0 }, batch: part.count, length: part.first?.count ?? 0,
          documents: documents?[start..<start + part.count].flatMap { $0 }),
        vocabulary: vocabulary, key: RandomStream(seed: 0).key("evaluation", step: index))
    }
  }
}
