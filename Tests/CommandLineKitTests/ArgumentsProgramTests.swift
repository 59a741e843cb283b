import Foundation
import TestSupport
import Testing

@testable import CommandLineKit

private struct WorkError: Error, CustomStringConvertible { let description = "the disk is full" }
private struct DescriptorError: Error, CustomStringConvertible { let description = "width: found 7" }

private func program(_ run: @escaping @Sendable (ParsedArguments) throws -> Void = { _ in }) -> Program {
  Program(
    name: "zoo", summary: "trains and compares small transformers", version: "0.1.0",
    sections: [
      ("Look", [Command(name: "list", summary: "shows what there is", run: run)]),
      ("Train", [sampleCommand(run)]),
    ], isWrongUse: { $0 is DescriptorError })
}

/// Exit code, output and errors of a command line.
private func run(
  _ line: String, _ body: @escaping @Sendable (ParsedArguments) throws -> Void = { _ in }
) -> (code: Int32, output: String, errors: String) {
  let (console, output, errors) = Console.captured()
  let code = program(body).run(line.split(separator: " ").map(String.init), on: console)
  return (code, output.text, errors.text)
}

@Suite struct ArgumentsProgram {
  @Test(arguments: [
    ("lst", "\"lst\" \"list\""),
    ("quux", "\"quux\" --help"),
    ("--jsn", "--jsn --help"),
    ("help trian", "\"trian\" \"train\""),
    ("train", "<model>"),
  ])
  func wrongUseIsOneLineAndTwo(_ line: String, _ expected: String) {
    let result = run(line)
    #expect(result.code == 2)
    #expect(result.errors.hasPrefix("zoo: error: ") && facts(result.errors) == expected)
    #expect(result.errors.filter { $0 == "\n" }.count == 1 && result.errors.hasSuffix("\n"))
    #expect(result.output.isEmpty)
  }

  @Test func endsWithTheCodeOfTheError() {
    #expect(run("list").code == 0)
    let failed = run("list") { _ in throw WorkError() }
    #expect(failed.code == 1)
    #expect(failed.errors == "zoo: error: the disk is full\n")
    #expect(run("list") { _ in throw DescriptorError() }.code == 2)
    #expect(run("list") { _ in throw UsageError("list: no") }.code == 2)
  }

  @Test func foundationErrorsNameThePlaceOnly() {
    let result = run("list") { _ in _ = try Data(contentsOf: URL(fileURLWithPath: "/nowhere/at/all")) }
    #expect(result.code == 1)
    #expect(result.errors.hasPrefix("zoo: error: /nowhere/at/all: "))
    #expect(!result.errors.contains("NSError") && !result.errors.contains("Domain="))
  }

  @Test func helpIsNeverAnError() {
    for line in ["", "--help", "-h", "help"] {
      let result = run(line)
      #expect(result.code == 0)
      #expect(result.output.hasPrefix("zoo: trains and compares"))
    }
    for line in ["train --help", "train --steps x -h", "help train"] {
      let result = run(line) { _ in throw WorkError() }
      #expect(result.code == 0)
      #expect(result.output.hasPrefix("zoo train: trains one model\n"))
    }
    #expect(run("--version").output == "zoo 0.1.0\n")
    #expect(run("train x -- --help").output.isEmpty)
  }

  @Test func helpOfTheProgram() {
    #expect(
      program().help(width: 60).joined(separator: "\n") == """
        zoo: trains and compares small transformers

        Usage: zoo <command> [arguments]

        Look:
          list       shows what there is

        Train:
          train      trains one model

        Options:
          --help     show this help, or the help of a command
          --version  show the version
        """)
  }

  @Test func helpOfACommand() {
    #expect(
      program().help(of: sampleCommand(), width: 64).joined(separator: "\n") == """
        zoo train: trains one model

        Usage: zoo train <model> [<text> …] [options]

        Trains a model on text and writes a run folder with everything
        that is needed to go on.

        The same seed gives the same bits.

        Arguments:
          <model>             a preset or a descriptor file
          <text>              files to read

        Budget:
          --steps <integer>   optimiser steps (from 1 to 1000; default:
                              100)
          --minutes <number>  wall-clock time (from 0 to 600)

        Options:
          --shift <number>    any number
          --course <name>     the schedule's course (cosine, linear)
          --set <path=value>  changes a setting (may be repeated)
          --json              prints JSON
          --help              show this

        Examples:
          zoo train gpt --steps 100
              trains for 100 steps
          zoo train bert --set width=128
              trains a narrower encoder
        """)
  }

  @Test(arguments: [40, 60, 80, 100])
  func helpKeepsToTheWidth(_ width: Int) {
    let lines = program().help(width: width) + program().help(of: sampleCommand(), width: width)
    // Command lines are never broken: they are there to be copied.
    for line in lines where !line.hasPrefix("  zoo ") { #expect(displayWidth(line) <= width) }
  }
}
