import Foundation
import Text
import Zoo

/// A checkpoint that is written from the live tensors by a thread of its own while training continues.
///
/// Forward and backward passes only read what is saved; a writer waits until it has
/// been handed to the system. Flushing to the disk and the renaming need no tensor and continue after that.
final class BackgroundSave: @unchecked Sendable {
  // Shared with the thread that writes: everything below is guarded by `condition`, the tensors by the
  // promise above.
  let url: URL
  private let condition = NSCondition()
  private var isCopied = false
  private var outcome: Result<Void, any Error>?
  private var buffers: [NamedBuffer]

  /// Begins to write.
  init(_ buffers: [NamedBuffer], record: CheckpointRecord, tokenizer: any Tokenizer, to url: URL) {
    self.buffers = buffers
    self.url = url
    let thread = Thread { [self] in
      let result = Result {
        try ModelFile.write(self.buffers, record: record, tokenizer: tokenizer, to: url) { self.copied() }
      }
      // The memory pool belongs to the thread that trains, so no buffer may end on this one.
      finish(result)
    }
    thread.name = "checkpoint"
    thread.start()
  }

  /// Returns when the tensors may change.
  func waitUntilCopied() {
    condition.withLock { while !isCopied { condition.wait() } }
  }

  /// Whether the file is complete, or could not be written.
  var isFinished: Bool { condition.withLock { outcome != nil } }

  /// Returns when the file is complete.
  ///
  /// - Throws: `CheckpointError` when it could not be written.
  func wait() throws {
    let result = condition.withLock {
      while outcome == nil { condition.wait() }
      buffers = []
      return outcome
    }
    try result?.get()
  }

  private func copied() {
    condition.withLock {
      isCopied = true
      condition.broadcast()
    }
  }

  private func finish(_ result: Result<Void, any Error>) {
    condition.withLock {
      isCopied = true
      outcome = result
      condition.broadcast()
    }
  }
}
