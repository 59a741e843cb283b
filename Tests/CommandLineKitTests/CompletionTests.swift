import Foundation
import Testing

@testable import CommandLineKit

/// Completions offer what the parser takes.
@Suite struct CompletionTests {
  private static let program = Program(
    name: "zoo", summary: "a program's \"summary\"",
    commands: [
      sampleCommand(),
      Command(
        name: "plugin", summary: "it's [a]: b",
        positionals: [
          Positional("action", .choice(["new", "build"]), help: "what"), Positional("name", help: "n"),
        ]
      ) { _ in },
    ])

  /// What bash would offer behind the words, the last of which is being typed.
  private func offered(_ words: [String], by script: String) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    let line = words.map { singleQuoted($0) }.joined(separator: " ")
    let ask = "COMP_WORDS=(\(line)); COMP_CWORD=\(words.count - 1); _zoo; printf '%s\\n' \"${COMPREPLY[@]}\""
    process.arguments = ["--norc", "-euc", script + ask]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text.split(separator: "\n").map(String.init)
  }

  @Test func bashOffersCommandsOptionsAndValues() throws {
    let script = Self.program.completion(for: .bash)
    #expect(try offered(["zoo", ""], by: script) == ["train", "plugin", "help", "--help", "--version"])
    #expect(try offered(["zoo", "pl"], by: script) == ["plugin"])
    #expect(try offered(["zoo", "train", "--s"], by: script) == ["--steps", "--shift", "--set"])
    #expect(try offered(["zoo", "train", "--course", ""], by: script) == ["cosine", "linear"])
    #expect(try offered(["zoo", "train", "--course", "=", "l"], by: script) == ["linear"])
    #expect(try offered(["zoo", "plugin", ""], by: script) == ["new", "build"])
    #expect(try offered(["zoo", "help", "t"], by: script) == ["train"])
    // Files: bash's own answer where there is none.
    #expect(try offered(["zoo", "train", ""], by: script) == [])
    #expect(try offered(["zoo", "train", "--steps", "1"], by: script) == [])
  }

  /// Neither shell needs to be installed where this runs: every option has its line, with its quotes closed.
  @Test func zshAndFishHaveEveryOption() {
    let zsh = Self.program.completion(for: .zsh)
    #expect(zsh.hasPrefix("#compdef zoo\n"))
    #expect(zsh.contains("'plugin:it'\\''s [a]: b'"))
    #expect(zsh.contains("'--course=[the schedule'\\''s course]:name:(cosine linear)'"))
    #expect(zsh.contains("'*--set=[changes a setting]:path=value:_files'"))
    #expect(zsh.contains("'--json[prints JSON]'") && zsh.contains("'1: :(new build)'"))
    let fish = Self.program.completion(for: .fish)
    #expect(fish.contains("-a plugin -d 'it\\'s [a]: b'"))
    #expect(
      fish.contains("train' -l course -d 'the schedule\\'s course' -x -a 'cosine linear'\n"))
    #expect(
      fish.contains("-l steps -d 'optimiser steps' -x\n") && fish.contains("-l json -d 'prints JSON'\n"))
    for option in sampleCommand().options {
      #expect(zsh.contains("--\(option.name)") && fish.contains(" -l \(option.name) "), "\(option.name)")
    }
  }

  private static func isInstalled(_ shell: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/\(shell)")
  }

  /// The output of a shell that runs a script.
  private func output(_ arguments: [String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return text.split(separator: "\n").map(String.init)
  }

  @Test(.enabled(if: isInstalled("fish"), "fish is not installed"))
  func fishOffersCommandsOptionsAndValues() throws {
    let script = Self.program.completion(for: .fish)
    func offered(_ line: String) throws -> [String] {
      try output(["fish", "--no-config", "-c", script + "complete -C \(singleQuoted(line, escaped: true))"])
        .map {
          String($0.prefix { $0 != "\t" })
        }
    }
    #expect(try offered("zoo tr") == ["train"])
    #expect(try offered("zoo help t") == ["train"])
    #expect(try offered("zoo train --s") == ["--set", "--shift", "--steps"])
    #expect(try offered("zoo train --course ") == ["cosine", "linear"])
    #expect(try offered("zoo train --course=l") == ["--course=linear"])
    #expect(try offered("zoo train --steps ") == [])
    #expect(try offered("zoo plugin ") == ["build", "new"])
    // A command's name in another place is not the command, and a second place takes files.
    #expect(try offered("zoo plugin train --s") == [])
    #expect(try offered("zoo plugin build /us").contains("/usr/"))
  }

  @Test(.enabled(if: isInstalled("zsh"), "zsh is not installed"))
  func zshReadsItsScript() throws {
    #expect(try output(["zsh", "-f", "-n", "-c", Self.program.completion(for: .zsh)]) == [])
  }
}
