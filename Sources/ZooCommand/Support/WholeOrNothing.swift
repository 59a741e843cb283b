import CommandLineKit
import Training

/// While a command writes a folder in portions, a signal ends it between two of them: what was written is removed, as
/// after an error.
enum WholeOrNothing {
  /// Runs `body` with a call that throws once a signal came.
  ///
  /// - Throws: `EarlyEnd` with the exit code of the signal; whatever `body` throws.
  static func run<Result>(_ body: (_ check: @escaping () throws -> Void) throws -> Result) throws -> Result {
    let stop = StopSignal()
    stop.listen()
    defer { stop.restore() }
    return try body {
      if let code = stop.exitCode { throw EarlyEnd(code: code) }
    }
  }
}
