import Foundation
import TestSupport
import Testing

@testable import ZooCommand

/// Every command that the program advises anywhere works as it is printed.
@Suite struct AdvisedCommandsTests {
  /// What is constructed in the sources is in the table, and nothing else.
  @Test func everyAdvisedCommandHasACase() throws {
    let found = try Self.constructions()
    let known = Set(AdvisedCommand.all.map(\.key)).union(AdvisedCommand.afterSignals)
    #expect(found.subtracting(known).sorted() == [], "advice without a case in AdvisedCommand.all")
    #expect(known.subtracting(found).sorted() == [], "cases of advice that nobody gives")
  }

  @Test(arguments: AdvisedCommand.all.indices) func itWorksAsItIsPrinted(_ index: Int) throws {
    let advised = AdvisedCommand.all[index]
    try AdvisedCommand.inFolder { folder in
      try advised.prepare(folder)
      let outcome = try ZooProcess.run(advised.wrong, in: folder)
      let said = outcome.output + outcome.errors
      #expect(said.contains("./zoo " + advised.advice), "\(advised.key): \(said)")
      try advised.between(folder)
      var line = advised.advice
      for (name, value) in advised.placeholders { line = line.replacingOccurrences(of: name, with: value) }
      let followed = try ZooProcess.run(try Self.words(line) + advised.more, in: folder)
      #expect(followed.status == 0, "\(advised.key): \(line): \(followed.errors)")
    }
  }

  /// What is advised in words, such as `add --force`, is in the table of options, and nothing else.
  @Test func everyAdvisedOptionHasACase() throws {
    var found: Set<String> = []
    try Self.eachLine { file, line in
      let isHelp = ["help:", "Example(", "\"zoo "].contains { line.contains($0) }
      guard !isHelp, line.contains("\"") else { return }
      for match in line.matches(of: #/(?:with|such as|give|add|or|write|by|needs) (--[a-z][a-z-]*)/#) {
        found.insert("\(file): \(match.1)")
      }
    }
    let known = Set(AdvisedOption.all.map(\.key)).union(AdvisedOption.elsewhere.keys)
    #expect(found.subtracting(known).sorted() == [], "advice without a case in AdvisedOption.all")
    #expect(known.subtracting(found).sorted() == [], "cases of advice that nobody gives")
  }

  @Test(arguments: AdvisedOption.all.indices) func anOptionWorksAsItIsPrinted(_ index: Int) throws {
    let advised = AdvisedOption.all[index]
    try AdvisedCommand.inFolder { folder in
      try advised.prepare(folder)
      let outcome = try ZooProcess.run(advised.wrong, in: folder)
      #expect(
        (outcome.output + outcome.errors).contains(advised.said), "\(advised.key): \(outcome.errors)")
      for line in advised.followed {
        let followed = try ZooProcess.run(line, in: folder)
        #expect(followed.status == 0, "\(advised.key): \(line): \(followed.errors)")
      }
    }
  }

  /// The words that a shell makes of a line, which is what a reader pastes.
  private static func words(_ line: String) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "printf '%s\\n' " + line]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").map(String.init)
  }

  /// Every construction of a command in the sources: the file and the words, `…` for what is not a literal.
  private static func constructions() throws -> Set<String> {
    var keys: Set<String> = []
    try eachLine { file, line in
      guard file != "ShellCommand.swift" else { return }
      for piece in line.components(separatedBy: "ShellCommand(").dropFirst() {
        keys.insert("\(file): \(literals(of: piece))")
      }
    }
    return keys
  }

  /// Every line of the sources that is no documentation, with the name of its file.
  private static func eachLine(_ body: (_ file: String, _ line: String) -> Void) throws {
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources")
    for path in FileManager.default.subpaths(atPath: sources.path) ?? [] where path.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
      for line in text.split(separator: "\n") where !line.contains("///") {
        body((path as NSString).lastPathComponent, String(line))
      }
    }
  }

  /// The arguments at the beginning of a piece of source, up to their closing parenthesis.
  private static func literals(of source: String) -> String {
    var (words, word, depth, inText) = ([String](), "", 0, false)
    func end() { if !word.isEmpty { words.append(word.trimmingCharacters(in: .whitespaces)) } }
    for character in source {
      if character == "\"" { inText.toggle() }
      if !inText {
        if character == ")", depth == 0 { break }
        if "([".contains(character) { depth += 1 }
        if ")]".contains(character) { depth -= 1 }
        if character == ",", depth == 0 {
          end()
          word = ""
          continue
        }
      }
      word.append(character)
    }
    end()
    return words.map { word in
      let inner = word.dropFirst().dropLast()
      return word.hasPrefix("\"") && word.hasSuffix("\"") && !inner.contains("\\") ? String(inner) : "…"
    }.joined(separator: " ")
  }
}
