import Foundation
import TestSupport
import Testing

/// Every command of the README and of the pages in `docs/`, as it stands there, in the order in which it stands there.
///
/// Each page begins in a folder of its own in which ``StartedFolder/command`` was run, and finds what it says there.
@Suite(StartedFolder()) struct DocumentedCommandsTests {
  /// The page on which a line stands first: comparisons that are only begun leave nothing, and are begun once.
  private static let firstPages = Dictionary(
    DocumentedPage.paths.flatMap { path in
      ((try? DocumentedPage(path).blocks("sh").flatMap { $0 }) ?? []).map { ($0, path) }
    }, uniquingKeysWith: { first, _ in first })

  @Test(arguments: DocumentedPage.paths) func everyCommandWorksInTheOrderWritten(_ path: String) throws {
    let page = try DocumentedPage(path)
    try StartedFolder.withCopy { folder in
      for (name, text) in page.files {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      for block in page.blocks("sh") {
        var place = folder
        for line in block {
          let command = DocumentedCommand(line)
          switch command.words.first {
          case "./zoo" where command.trainsSeveral && Self.firstPages[line] != path: break
          case "./zoo": try run(command, in: place)
          case "./test", "./bench": try checkScript(command)
          case "cd" where command.words.count == 2:
            place.append(path: command.words[1])
            #expect(FileManager.default.fileExists(atPath: place.path), "\(line)")
          case "swift":
            // What takes minutes is run by `./test --examples`.
            #expect(["build", "test"].contains(command.words.dropFirst().first), "\(line)")
            let manifest = place.appending(path: "Package.swift").path
            #expect(FileManager.default.fileExists(atPath: manifest), "\(line) without a package")
          default: Issue.record("\(path): no test runs: \(line)")
          }
        }
      }
    }
  }

  /// Commands in sentences and tables exist, with their options; what they do is shown by commands in blocks.
  @Test(arguments: DocumentedPage.paths) func everyCommandInASentenceExists(_ path: String) throws {
    let commands = try DocumentedPage(path).codeSpans.map(DocumentedCommand.init)
    try withTemporaryFolder { folder in
      for command in commands where command.words.count > 1 || command.words.first != "./zoo" {
        switch command.words.first {
        case "./zoo" where command.words[1].hasPrefix("--"): try run(command, in: folder)
        case "./zoo":
          let help = try ZooProcess.run([command.words[1], "--help"], in: folder)
          #expect(help.status == 0, "\(path): \(command.line)")
          for option in command.options {
            #expect(help.output.contains(option), "\(path): \(command.line) has no \(option)")
          }
          if let suite = command.suite { try run(DocumentedCommand("./zoo list \(suite)"), in: folder) }
        case "./test", "./bench": try checkScript(command)
        default: break
        }
      }
    }
  }

  private func run(_ command: DocumentedCommand, in folder: URL) throws {
    guard command.line != StartedFolder.command else { return }
    let outcome =
      try command.trainsSeveral ? begun(command, in: folder) : ZooProcess.run(command.shortened, in: folder)
    // A processor without instructions for it refuses bfloat16, and says so.
    if command.line.contains("recipe.precision=bf16"), outcome.errors.contains("needs a processor") {
      #expect(outcome.status == 1 && outcome.errors.contains("recipe.precision"), "\(outcome.errors)")
      return
    }
    #expect(
      outcome.status == (command.trainsSeveral ? 128 + SIGINT : 0), "\(command.line): \(outcome.errors)")
    #expect(!outcome.output.isEmpty, "\(command.line) printed nothing")
  }

  /// A comparison or an ablation as it is written, stopped as soon as it trains: whatever can be wrong with a command
  /// is found before that, and what its report then shows is tested elsewhere.
  private func begun(_ command: DocumentedCommand, in folder: URL) throws -> ZooProcess.Outcome {
    func begunRuns() -> Int {
      let files = FileManager.default.enumerator(atPath: folder.appending(path: "runs").path)
      return (files?.allObjects as? [String] ?? []).count { $0.hasSuffix("/metrics.jsonl") }
    }
    let before = begunRuns()
    let process = try ZooProcess(Array(command.words.dropFirst()), in: folder)
    while process.isRunning, begunRuns() == before { usleep(20_000) }
    process.send(SIGINT)
    return process.wait()
  }

  /// A script is not run, which would take minutes, but it has the options.
  private func checkScript(_ command: DocumentedCommand) throws {
    let script = DocumentedPage.root.appending(path: command.words[0]).standardizedFileURL
    let process = Process()
    let output = Pipe()
    process.executableURL = script
    process.arguments = ["--help"]
    process.standardOutput = output
    try process.run()
    let help = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command.line)")
    for option in command.options { #expect(help.contains(option), "\(command.line) has no \(option)") }
  }
}
