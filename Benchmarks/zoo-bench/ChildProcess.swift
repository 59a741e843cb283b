import Foundation
import Zoo

/// A measurement in a process of its own: its memory is its own, and nothing is warm from another's.
enum ChildProcess {
  /// This program, once more.
  static let ownProgram = ProgramBuild.path

  /// The path of a peer's script.
  static func peer(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../peer/\(name)")
      .standardized
      .path
  }

  /// Runs a program and reads the JSON that it prints.
  ///
  /// - Throws: `ChildFailure` with the end of what it said.
  static func measure<Result: Decodable>(_ program: String, _ arguments: [String], as type: Result.Type)
    throws
    -> Result
  {
    let process = Process()
    let (output, errors) = (Pipe(), FileManager.default.temporaryDirectory.appending(path: UUID().uuidString))
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: errors) }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    do {
      return try JSONDecoder().decode(Result.self, from: printed)
    } catch {
      let said = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
      throw ChildFailure(
        description: ([program] + arguments).joined(separator: " ") + " failed: " + said.suffix(400))
    }
  }
}

/// A process that did not print what it should.
struct ChildFailure: Error, CustomStringConvertible {
  let description: String
}
