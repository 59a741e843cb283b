import Foundation
import Synchronization

/// Where text goes: a file, a terminal, or memory in tests.
public protocol TextSink: Sendable {
  /// Writes text at once; a failure is kept, never thrown, so that printing cannot stop work.
  func write(_ text: String)
  /// The first failure, in words; a reader that went away is none.
  var failure: String? { get }
}

/// Text that goes to an open file.
public final class FileSink: TextSink {
  private let handle: FileHandle
  private let state = Mutex<(failure: String?, isClosed: Bool)>((nil, false))

  /// A sink over an open file.
  public init(_ handle: FileHandle) { self.handle = handle }

  public var failure: String? { state.withLock { $0.failure } }

  public func write(_ text: String) {
    state.withLock { state in
      guard !state.isClosed else { return }
      do {
        try handle.write(contentsOf: Data(text.utf8))
      } catch {
        state.isClosed = true
        if !Self.isBrokenPipe(error) { state.failure = message(of: error) }
      }
    }
  }

  private static func isBrokenPipe(_ error: any Error) -> Bool {
    let error = error as NSError
    let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError
    return [error, inner].contains { $0?.domain == NSPOSIXErrorDomain && $0?.code == Int(EPIPE) }
  }
}

/// Text that is kept, for tests and for composing.
public final class MemorySink: TextSink {
  private let kept = Mutex("")

  /// An empty sink.
  public init() {}

  /// Everything written so far.
  public var text: String { kept.withLock { $0 } }
  public var failure: String? { nil }
  public func write(_ text: String) { kept.withLock { $0 += text } }
}
