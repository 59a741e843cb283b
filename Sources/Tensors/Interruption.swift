/// A stop was requested, and the computation that was under way ended before it had a result.
public struct Interruption: Error, CustomStringConvertible {
  /// An interruption.
  package init() {}

  public var description: String { "interrupted" }
}

extension Context {
  /// Ends what is under way where ``isInterrupted`` says so. Asked before every operation, forward and backward.
  ///
  /// - Throws: `Interruption`.
  func checkInterruption() throws {
    if let isInterrupted, isInterrupted() { throw Interruption() }
  }
}
