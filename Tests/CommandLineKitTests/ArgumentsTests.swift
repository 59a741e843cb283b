import Foundation
import TestSupport
import Testing

@testable import CommandLineKit

/// A command with one of everything.
func sampleCommand(_ run: @escaping @Sendable (ParsedArguments) throws -> Void = { _ in }) -> Command {
  Command(
    name: "train", summary: "trains one model",
    discussion: """
      Trains a model on text and writes a run folder
      with everything that is needed to go on.

      The same seed gives the same bits.
      """,
    examples: [
      Example("zoo train gpt --steps 100", "trains for 100 steps"),
      Example("zoo train bert --set width=128", "trains a narrower encoder"),
    ],
    positionals: [
      Positional("model", help: "a preset or a descriptor file"),
      Positional("text", .text, .repeated, help: "files to read"),
    ],
    options: [
      .value("steps", .integer(1...1000), default: "100", help: "optimiser steps", group: "Budget"),
      .value("minutes", .number(0...600), help: "wall-clock time", group: "Budget"),
      .value("shift", .number(), help: "any number"),
      .value("course", .choice(["cosine", "linear"]), as: "name", help: "the schedule's course"),
      .value("set", .text, as: "path=value", help: "changes a setting", repeatable: true),
      .flag("json", help: "prints JSON"),
    ],
    conflicts: [Conflict(["steps", "minutes"], because: "a run has one budget")], run: run)
}

private func parse(_ line: String) throws -> ParsedArguments {
  var parser = CommandLineParser(sampleCommand(), console: Console.captured().console)
  return try parser.parse(line.split(separator: " ").map(String.init))
}

@Suite struct ArgumentsParsing {
  @Test func optionsBelongToTheValueBeforeThem() throws {
    let command = Command(
      name: "mix", summary: "mixes",
      options: [
        .value("set", .text, help: "a text", repeatable: true),
        .value("gain", .number(0...9), of: "set", help: "how much the text before it counts"),
      ]
    ) { _ in }
    func parse(_ line: String) throws -> ParsedArguments {
      var parser = CommandLineParser(command, console: Console.captured().console)
      return try parser.parse(line.split(separator: " ").map(String.init))
    }
    let parsed = try parse("--set a=1 --set b=1 --gain 2 --set c=1 --gain 2")
    #expect(parsed.attached("gain") == [1: "2", 2: "2"])
    #expect(try parse("--set a=1").attached("gain").isEmpty)
    for line in ["--gain 2 --set a=1", "--set a=1 --gain 2 --gain 3", "--set a=1 --gain 10"] {
      let error = #expect(throws: UsageError.self) { try parse(line) }
      #expect(error.map { "\($0)" }?.contains("--gain") == true)
    }
  }

  @Test func anOptionOfOneOrAllIsOneForAllOrOneForEach() throws {
    let command = Command(
      name: "fit", summary: "s",
      options: [
        .value("set", .text, help: "a text", repeatable: true),
        .value("field", .text, as: "name", ofOneOrAll: "set", help: "the field of the text"),
      ]
    ) { _ in }
    func parse(_ line: String) throws -> ParsedArguments {
      var parser = CommandLineParser(command, console: Console.captured().console)
      return try parser.parse(line.split(separator: " ").map(String.init))
    }
    for line in ["--field x", "--field x --set a --set b", "--set a --field x --set b"] {
      #expect(try parse(line).options("field") == ["x"])
    }
    let each = try parse("--set a --field x --set b --set c --field x")
    #expect(each.attached("field") == [0: "x", 2: "x"] && each.options("field").count == 2)
    for line in [
      "--field x --set a --field y", "--field x --field y", "--set a --field x --field y",
    ] {
      let error = #expect(throws: UsageError.self) { try parse(line) }
      #expect(error.map { "\($0)" }?.contains("--field") == true)
    }
  }

  @Test func takesValuesInBothForms() throws {
    let parsed = try parse("gpt --steps=7 --shift -0.5 a.txt --set a=1 --set=b=2 --json b.txt")
    #expect(parsed.positional("model") == "gpt")
    #expect(parsed.positionals("text") == ["a.txt", "b.txt"])
    #expect(parsed.positionals == ["gpt", "a.txt", "b.txt"])
    #expect(parsed.integer("steps") == 7)
    #expect(parsed.number("shift") == -0.5)
    #expect(parsed.options("set") == ["a=1", "b=2"])
    #expect(parsed.flag("json"))
    #expect(parsed.isGiven("steps") && !parsed.isGiven("minutes"))
  }

  /// The same numbers as in files of settings.
  @Test(arguments: [
    ("1000", 1000), ("1_000", 1000), ("1e3", 1000), ("+7", 7), ("0x1F", 31), ("2.50e2", 250), ("1e0", 1),
  ])
  func numbersAreWrittenAsInSettings(_ word: String, _ value: Int) throws {
    #expect(try parse("gpt --steps \(word)").integer("steps") == value)
    #expect(try parse("gpt --shift -\(word.drop { $0 == "+" })").number("shift") == -Double(value))
  }

  @Test func fillsDefaultsAndLeavesTheRestOut() throws {
    let parsed = try parse("gpt")
    #expect(parsed.integer("steps") == 100)
    #expect(!parsed.isGiven("steps"))
    #expect(parsed.option("minutes") == nil)
    #expect(parsed.options("set").isEmpty)
    #expect(parsed.positionals("text").isEmpty)
    #expect(!parsed.flag("json"))
  }

  @Test func twoDashesEndFlags() throws {
    let parsed = try parse("-- --json -x -3")
    #expect(parsed.positionals == ["--json", "-x", "-3"])
    #expect(!parsed.flag("json"))
    #expect(try parse("gpt -").positionals == ["gpt", "-"])
    #expect(try parse("gpt --set=-x").options("set") == ["-x"])
    #expect(try parse("gpt --set=").options("set") == [""])
  }

  @Test(arguments: [
    ("", "<model>"),
    ("gpt --step 3", "--step --steps"),
    ("gpt -steps 3", "--steps"),
    ("gpt --frobnicate", "--frobnicate --help"),
    ("gpt --steps", "--steps 1 1000"),
    ("gpt --steps --json", "--steps 1 1000"),
    (
      "gpt --set -x",
      "--set --set=-x"
    ),
    (
      "gpt --steps many",
      "--steps \"many\" 1 1000 1000 1_000 1e3"
    ),
    (
      "gpt --steps 1.5",
      "--steps \"1.5\" 1 1000 1000 1_000 1e3"
    ),
    ("gpt --steps=0", "--steps 0 1 1000"),
    ("gpt --steps 1001", "--steps 1001 1 1000"),
    ("gpt --minutes -1", "--minutes -1 0 600"),
    (
      "gpt --minutes nan",
      "--minutes \"nan\" 0 600 1000 1_000 1e3"
    ),
    (
      "gpt --shift x",
      "--shift \"x\" 1000 1_000 1e3"
    ),
    (
      "gpt --steps 007",
      "--steps \"007\" 0 7 1 1000 1000 1_000 1e3"
    ),
    ("gpt --json=yes", "--json \"yes\""),
    ("gpt --steps 3 --steps 4", "--steps"),
    ("gpt --steps 3 --minutes 4", "--steps --minutes"),
    (
      "gpt --course cosin",
      "--course \"cosin\" \"cosine\""
    ),
    ("gpt --course x", "--course \"x\""),
  ])
  func wrongUseNamesTheArgument(_ line: String, _ expected: String) {
    let error = #expect(throws: UsageError.self) { try parse(line) }
    #expect(error?.description.hasPrefix("train: ") == true)
    #expect(facts(error?.description ?? "") == expected)
  }

  @Test func limitsReadAsANote() {
    #expect(ValueKind.integer(1...8).limits == "from 1 to 8" && ValueKind.text.limits == nil)
    #expect(ValueKind.integer(0...Int.max).limits == "at least 0")
    #expect(ValueKind.number(0.001...1_000_000).limits == "from 0.001 to 1_000_000")
    #expect(ValueKind.number(-Double.infinity...2).limits == "at most 2" && ValueKind.integer().limits == nil)
  }

  @Test func placesAreCountedAndChecked() throws {
    let command = Command(
      name: "list", summary: "",
      positionals: [Positional("count", .integer(1...3), .optional, help: "how many")]
    ) { _ in }
    func parse(_ words: [String]) throws -> ParsedArguments {
      var parser = CommandLineParser(command, console: Console.captured().console)
      return try parser.parse(words)
    }
    #expect(try parse([]).positional("count") == nil)
    #expect(try parse(["2"]).positional("count") == "2")
    let extra = #expect(throws: UsageError.self) { try parse(["2", "3"]) }
    #expect(facts(extra?.description ?? "") == "\"3\" [<count>]")
    let outside = #expect(throws: UsageError.self) { try parse(["-2"]) }
    #expect(facts(outside?.description ?? "") == "<count> -2 1 3")
  }

  @Test func requiredOptionsAndPlaces() throws {
    let command = Command(
      name: "attention", summary: "",
      positionals: [Positional("run", .text, .repeatedAtLeastOnce, help: "run folders")],
      options: [.value("text", help: "the sentence", required: true)]
    ) { _ in }
    func parse(_ words: [String]) throws -> ParsedArguments {
      var parser = CommandLineParser(command, console: Console.captured().console)
      return try parser.parse(words)
    }
    let option = #expect(throws: UsageError.self) { try parse(["a"]) }
    #expect(option?.description.contains("--text <text>: the sentence") == true)
    let place = #expect(throws: UsageError.self) { try parse(["--text", "a b"]) }
    #expect(place?.description.contains("<run>: run folders") == true)
    #expect(try parse(["a", "b", "--text", "a b"]).positionals("run") == ["a", "b"])
  }
}
