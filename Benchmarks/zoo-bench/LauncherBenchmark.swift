import Foundation

/// What the launcher `./zoo` costs beside the program that it starts.
enum LauncherBenchmark {
  /// Starts in one measurement: the end of a single one is noticed too late for its milliseconds.
  private static let starts = 10

  /// Seconds that a start takes longer through the launcher, the median of five measurements in turn.
  ///
  /// - Throws: `ChildFailure` when the launcher does not work here.
  static func overhead() throws -> Double {
    let launcher = ChildProcess.peer("../../zoo")
    let program = URL(fileURLWithPath: ChildProcess.ownProgram).deletingLastPathComponent()
      .appending(path: "zoo").path
    // The first start may build the program.
    _ = try seconds(launcher)
    return try middle((0..<5).map { _ in try seconds(launcher) - seconds(program) }) ?? .nan
  }

  private static func seconds(_ program: String) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", "for start in $(seq \(starts)); do \"$0\" --version >/dev/null || exit 1; done", program,
    ]
    let began = DispatchTime.now().uptimeNanoseconds
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ChildFailure(description: "\(program) failed") }
    return Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9 / Double(starts)
  }
}
