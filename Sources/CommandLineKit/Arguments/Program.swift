import Foundation
import Settings

/// A program of several commands: dispatch, help, version, errors and exit codes.
public struct Program: Sendable {
  /// The name that is typed.
  public let name: String
  /// One line.
  public let summary: String
  /// The version that `--version` prints.
  public let version: String
  /// The commands under their headings, in the order of help.
  public let sections: [(title: String, commands: [Command])]
  private let isWrongUse: @Sendable (any Error) -> Bool
  private let unknownFlag: @Sendable (Command, String, String?) -> String?
  private let strayArgument: @Sendable (Command, String) -> String?

  /// A program.
  ///
  /// - Parameters:
  ///   - name: the name of the program.
  ///   - summary: one line for the help.
  ///   - version: the version.
  ///   - sections: the groups of commands, for the help.
  ///   - isWrongUse: errors beyond `UsageError` that are the user's rather than the work's.
  ///   - unknownFlag: what a flag that a command does not have stands for elsewhere, in words for its error:
  ///     the command, the flag without dashes and the word behind it. Nil: nothing.
  ///   - strayArgument: what an argument that a command has no place for stands for, in words for its error.
  public init(
    name: String, summary: String, version: String, sections: [(title: String, commands: [Command])],
    isWrongUse: @escaping @Sendable (any Error) -> Bool = { _ in false },
    unknownFlag: @escaping @Sendable (Command, String, String?) -> String? = { _, _, _ in nil },
    strayArgument: @escaping @Sendable (Command, String) -> String? = { _, _ in nil }
  ) {
    self.strayArgument = strayArgument
    self.name = name
    self.summary = summary
    self.version = version
    self.sections = sections
    self.isWrongUse = isWrongUse
    self.unknownFlag = unknownFlag
  }

  /// A program whose commands are under one heading.
  public init(name: String, summary: String, version: String = "", commands: [Command]) {
    self.init(name: name, summary: summary, version: version, sections: [("Commands", commands)])
  }

  /// Every command.
  public var commands: [Command] { sections.flatMap(\.commands) }

  /// Runs the command of `arguments` (without the program's name) and returns the exit code.
  public func run(_ arguments: [String], on console: Console) -> Int32 {
    let code: Int32
    do {
      try dispatch(arguments, on: console)
      code = ExitCode.success
    } catch let end as EarlyEnd {
      code = end.code
    } catch {
      console.error(message(of: error), program: name)
      code = error is UsageError || isWrongUse(error) ? ExitCode.wrongUse : ExitCode.failure
    }
    if code == ExitCode.success, let lost = console.outputFailure {
      console.error("cannot write the output: \(lost)", program: name)
      return ExitCode.failure
    }
    return code
  }

  /// Runs the process's own arguments and ends the process.
  public func main() -> Never {
    // A reader that stops early (`… | head`) must not kill a run that is at work.
    signal(SIGPIPE, SIG_IGN)
    // A limit of file size (`ulimit -f`) is an error of the write, as a full disk is, and no sudden end.
    signal(SIGXFSZ, SIG_IGN)
    exit(run(Array(CommandLine.arguments.dropFirst()), on: .standard()))
  }

  private func dispatch(_ arguments: [String], on console: Console) throws {
    guard let first = arguments.first else { return console.block(help(width: console.helpWidth)) }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--help", "-h": return console.block(help(width: console.helpWidth))
    case "--version": return console.line("\(name) \(version)")
    case "help":
      guard let topic = rest.first(where: { !$0.hasPrefix("-") }) else {
        return console.block(help(width: console.helpWidth))
      }
      return console.block(help(of: try command(topic), width: console.helpWidth))
    default: break
    }
    if first.hasPrefix("-") {
      throw UsageError("unknown flag \(first) before a command; \(name) --help lists the options")
    }
    let command = try command(first)
    if CommandLineParser.asksForHelp(rest) {
      return console.block(help(of: command, width: console.helpWidth))
    }
    var parser = CommandLineParser(
      command, console: console, hint: { unknownFlag(command, $0, $1) },
      stray: { strayArgument(command, $0) })
    try command.run(try parser.parse(rest))
  }

  private func command(_ word: String) throws -> Command {
    if let found = commands.first(where: { $0.name == word }) { return found }
    let hint = nearestName(to: word, among: commands.map(\.name) + ["help"]).map {
      "; did you mean \"\($0)\"?"
    }
    throw UsageError("unknown command \"\(word)\"" + (hint ?? "; \(name) --help lists all commands"))
  }
}
