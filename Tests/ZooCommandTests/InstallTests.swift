import CommandLineKit
import Foundation
import TestSupport
import Testing

@testable import ZooCommand

/// `zoo install`: the program stands on its own wherever its folder is moved.
@Suite struct InstallTests {
  /// A program with nothing of the checkout in its environment.
  private static func run(_ program: URL, _ words: [String], in folder: URL, trace: Bool = false) throws -> (
    code: Int32, output: String
  ) {
    let process = Process()
    process.executableURL = program
    process.arguments = words
    process.currentDirectoryURL = folder
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path].merging(
      trace ? ["LD_TRACE_LOADED_OBJECTS": "1"] : [:]
    ) { $1 }
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test func anInstalledProgramStandsOnItsOwn() throws {
    try withTemporaryFolder { folder in
      let installed = try ZooProcess.run(["install", "first"], in: folder)
      #expect(installed.status == 0 && installed.errors.isEmpty, "\(installed.errors)")
      #expect(installed.output.contains("installed ") && installed.output.contains("export PATH="))
      let moved = folder.appending(path: "a b/moved")
      try FileManager.default.createDirectory(
        at: moved.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.moveItem(at: folder.appending(path: "first"), to: moved)
      let program = moved.appending(path: "bin/zoo")

      // The runtime and the presets are those below the folder.
      let libraries = try Self.run(program, [], in: folder, trace: true).output
      let core = libraries.split(separator: "\n").first { $0.contains("libswiftCore.so") } ?? ""
      #expect(core.contains("a b/moved"), "\(libraries)")
      try Data("{ extends: 'gpt', summary: 'only here' }".utf8).write(
        to: moved.appending(path: "share/zoo/models/only-here.json5"))
      let list = try Self.run(program, ["list"], in: folder)
      #expect(list.code == 0 && list.output.contains("only-here"), "\(list.output)")

      let trained = try Self.run(program, ["train", "gpt", "--steps", "2", "--threads", "1"], in: folder)
      #expect(trained.code == 0, "\(trained.output)")
      #expect(
        FileManager.default.fileExists(atPath: folder.appending(path: "runs/gpt-1/run.json").path))

      // What it advises begins with the program as it was called.
      let empty = folder.appending(path: "empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      let none = try Self.run(program, ["runs"], in: empty)
      #expect(none.output.hasSuffix("with: '\(program.path)' train gpt\n"), "\(none.output)")

      // What needs the build says so.
      for action in ["new", "build"] {
        let refused = try Self.run(program, ["plugin", action, "Mine"], in: folder)
        #expect(
          refused.code == 1 && refused.output.contains("plugin Mine: the program is installed ("),
          "\(refused.output)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "Mine").path))

      // It installs itself again, over an older one, and leaves what others have put there.
      let kept = folder.appending(path: "second/share/zoo/models/mine.json5")
      try FileManager.default.createDirectory(
        at: kept.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("{}".utf8).write(to: kept)
      for _ in 0..<2 {
        let again = try Self.run(program, ["install", "second"], in: folder)
        #expect(again.code == 0, "\(again.output)")
      }
      #expect(try Data(contentsOf: kept) == Data("{}".utf8))
      let second = try Self.run(folder.appending(path: "second/bin/zoo"), ["--version"], in: folder)
      #expect(second.code == 0 && second.output == "zoo \(ProgramVersion.current)\n")
    }
  }

  @Test func completionsKnowEveryCommand() throws {
    try withTemporaryFolder { folder in
      #expect(try ZooProcess.run(["install", "."], in: folder).status == 0)
      let installation = Installation(prefix: folder.path)
      for shell in Shell.allCases {
        let script = try String(contentsOf: installation.completion(for: shell), encoding: .utf8)
        #expect(script == ZooProgram.program.completion(for: shell))
        for command in ZooProgram.program.commands {
          #expect(script.contains(command.name), "\(shell): \(command.name)")
          for option in command.options {
            #expect(script.contains(option.name), "\(shell): \(command.name) --\(option.name)")
          }
        }
      }
      let syntax = try Self.run(
        URL(fileURLWithPath: "/bin/bash"), ["-n", installation.completion(for: .bash).path], in: folder)
      #expect(syntax.code == 0, "\(syntax.output)")
    }
  }

  @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
    try withTemporaryFolder { folder in
      try Data("kept".utf8).write(to: folder.appending(path: "file"))
      let refused = try ZooProcess.run(["install", "file"], in: folder)
      #expect(refused.status == 1 && refused.errors.contains("file/lib/zoo/"), "\(refused.errors)")
      #expect(refused.errors.contains("name a folder that can be written"), "\(refused.errors)")
      #expect(try String(contentsOf: folder.appending(path: "file"), encoding: .utf8) == "kept")
      let empty = try ZooProcess.run(["install", ""], in: folder)
      #expect(empty.status == 2 && empty.errors.contains("<prefix> is empty"), "\(empty.errors)")
    }
  }

  /// A program of one's own that is linked without the path would not find its runtime.
  @Test func onlyAProgramThatFindsItsRuntimeIsInstalled() throws {
    try withTemporaryFolder { folder in
      for (name, text, isFound) in [
        ("with", "a\0$ORIGIN:$ORIGIN/../lib/zoo:/opt/swift\0", true),
        ("without", "a\0$ORIGIN:/opt/swift\0", false),
      ] {
        let program = folder.appending(path: name)
        try Data(text.utf8).write(to: program)
        #expect(Installation.seeksItsRuntime(program) == isFound, "\(name)")
      }
      #expect(!Installation.seeksItsRuntime(folder.appending(path: "nowhere")))
    }
  }

  @Test func theRuntimeIsWhatLiesBesideItsCore() {
    let paths = [
      "", "/opt/a b/libswiftCore.so", "/opt/a b/libFoundation.so", "/usr/lib/libz.so.1",
      "/home/plugins/Mine.so",
      "/opt/a b/libother.so.1",
    ]
    #expect(
      LoadedLibraries.runtime(among: paths).map(\.path)
        == ["/opt/a b/libFoundation.so", "/opt/a b/libswiftCore.so"])
    #expect(LoadedLibraries.runtime(among: ["/lib/x.so"]) == [])
    #expect(LoadedLibraries.swiftRuntime().count > 5)
  }
}
