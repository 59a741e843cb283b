import Foundation
import Zoo

/// A built program beside the tests, run as a user would: a process of its own, in a folder of its own.
public struct ZooProcess {
  /// What a run of the program left.
  public struct Outcome {
    /// The exit code; for a signal that was not caught, its number plus 128.
    public let status: Int32
    /// What it printed.
    public let output: String
    /// What it printed as errors and progress.
    public let errors: String
  }

  private let process = Process()
  private let outputFile: URL
  private let errorFile: URL

  /// Starts the program with arguments in `folder`.
  ///
  /// - Parameters:
  ///   - arguments: the arguments of the program.
  ///   - program: the product's name; the test target depends on it, so that it is built.
  ///   - folder: the working folder.
  ///   - addressLimit: bytes of addresses that it may have (`ulimit -v`); nil: as many as this process.
  ///   - environment: variables that are added to the environment.
  /// - Throws: when the program was not built or cannot be started.
  public init(
    _ arguments: [String], program: String = "zoo", in folder: URL, addressLimit: Int? = nil,
    environment: [String: String] = [:]
  ) throws {
    let own = URL(fileURLWithPath: ProgramBuild.path)
    let file = own.deletingLastPathComponent().appendingPathComponent(program)
    outputFile = folder.appendingPathComponent(".output-\(UUID().uuidString)")
    errorFile = folder.appendingPathComponent(".errors-\(UUID().uuidString)")
    for file in [outputFile, errorFile] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    if let addressLimit {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments =
        ["-c", "ulimit -v \(addressLimit / 1024) && exec \"$@\"", "sh", file.path] + arguments
    } else {
      process.executableURL = file
      process.arguments = arguments
    }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
  }

  /// What was printed as errors and progress so far.
  public var errorsSoFar: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }
  /// Whether it still runs.
  public var isRunning: Bool { process.isRunning }

  /// Sends a signal.
  public func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end.
  public func wait() -> Outcome {
    process.waitUntilExit()
    defer { for file in [outputFile, errorFile] { try? FileManager.default.removeItem(at: file) } }
    let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
    return Outcome(
      status: status, output: (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "",
      errors: errorsSoFar)
  }

  /// Runs the program to its end.
  ///
  /// - Throws: when the program was not built or cannot be started.
  public static func run(
    _ arguments: [String], program: String = "zoo", in folder: URL, addressLimit: Int? = nil,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try ZooProcess(
      arguments, program: program, in: folder, addressLimit: addressLimit, environment: environment
    ).wait()
  }

  /// Runs the program to its end, or kills it after `limit` seconds: its status is then that of `SIGKILL`.
  ///
  /// - Throws: when the program was not built or cannot be started.
  public static func run(_ arguments: [String], in folder: URL, limit: Double) throws -> Outcome {
    let process = try ZooProcess(arguments, in: folder)
    let deadline = Date().addingTimeInterval(limit)
    while process.isRunning, Date() < deadline { usleep(5000) }
    if process.isRunning { process.send(SIGKILL) }
    return process.wait()
  }
}
