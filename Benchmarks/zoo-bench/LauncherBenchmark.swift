import Foundation

/// What the launcher `./zoo` costs beside the program that it starts.
enum LauncherBenchmark {
  /// Seconds that a start takes longer through the launcher, the median of ten starts of either in turn.
  ///
  /// - Throws: `ChildFailure` when the launcher does not work here.
  static func overhead() throws -> Double {
    let launcher = ChildProcess.peer("../../zoo")
    let program = URL(fileURLWithPath: ChildProcess.ownProgram).deletingLastPathComponent()
      .appending(path: "zoo").path
    // The first start may build the program.
    _ = try seconds(launcher)
    return try middle((0..<10).map { _ in try seconds(launcher) - seconds(program) }) ?? .nan
  }

  private static func seconds(_ program: String) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--version"]
    process.standardOutput = Pipe()
    let began = DispatchTime.now().uptimeNanoseconds
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ChildFailure(description: "\(program) failed") }
    return Double(DispatchTime.now().uptimeNanoseconds - began) * 1e-9
  }
}
