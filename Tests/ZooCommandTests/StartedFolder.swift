import Foundation
import TestSupport
import Testing

/// A folder in which ``command`` was run, small, once for all tests of a suite.
struct StartedFolder: SuiteTrait, TestScoping {
  /// The command with which the README begins.
  static let command = "./zoo compare bert gpt"

  @TaskLocal private static var shared: URL?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // What of the project's own files commands name; a copy, for plugins are written beside their sources.
    for name in ["Examples", "recipes"] {
      try FileManager.default.copyItem(
        at: DocumentedPage.root.appending(path: name), to: folder.appending(path: name))
    }
    let book = (0..<4000).map { "line \($0) of a book that says \($0 % 17) things\n" }.joined()
    try Data(book.utf8).write(to: folder.appending(path: "book.txt"))
    let outcome = try ZooProcess.run(DocumentedCommand(Self.command).shortened, in: folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    try await Self.$shared.withValue(folder) { try await function() }
  }

  /// Calls `body` with a copy of the folder, which is removed afterwards.
  ///
  /// - Throws: what `body` throws; when the suite of the test has not this trait.
  static func withCopy(_ body: (URL) throws -> Void) throws {
    let shared = try #require(shared, "the suite has no trait StartedFolder()")
    try withTemporaryFolder { folder in
      let copy = folder.appending(path: "copy")
      try FileManager.default.copyItem(at: shared, to: copy)
      try body(copy)
    }
  }
}
