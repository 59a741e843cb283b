import Foundation

/// A Python script of `Tests/interop`, run by the interpreter of a virtual environment that `./test` made.
public struct PythonScript {
  /// What went wrong in Python.
  public struct Failure: Error, CustomStringConvertible {
    /// The end of what the script said.
    public let description: String
  }

  private let interpreter: String
  private let script: URL

  /// A script by name.
  ///
  /// - Parameters:
  ///   - variable: the environment variable that holds the interpreter's path, such as `ZOO_INTEROP_PYTHON`.
  public init(_ name: String, variable: String) throws {
    guard let interpreter = ProcessInfo.processInfo.environment[variable] else {
      throw Failure(description: "\(variable) is not set: run ./test --interop or ./test --peer")
    }
    self.interpreter = interpreter
    script = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("interop/\(name)")
  }

  /// Whether the environment names an interpreter, for `.enabled(if:)`.
  public static func isAvailable(_ variable: String) -> Bool {
    ProcessInfo.processInfo.environment[variable] != nil
  }

  /// Runs the script and returns the JSON that it printed.
  ///
  /// - Throws: `Failure` with the script's own words when it does not exit with 0.
  public func callAsFunction<Result: Decodable>(_ arguments: String..., as: Result.Type) throws -> Result {
    try withTemporaryFolder { folder in
      // Files rather than pipes: nothing to fill up while the other end is not being read.
      let files = ["out", "err"].map { folder.appendingPathComponent($0) }
      for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: interpreter)
      process.arguments = [script.path] + arguments
      process.standardOutput = try FileHandle(forWritingTo: files[0])
      process.standardError = try FileHandle(forWritingTo: files[1])
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        let words = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
        throw Failure(description: "\(script.lastPathComponent): \(words.suffix(2000))")
      }
      return try JSONDecoder().decode(Result.self, from: try Data(contentsOf: files[0]))
    }
  }
}
