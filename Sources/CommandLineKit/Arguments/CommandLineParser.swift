import Foundation
import Settings
import Wording

/// Turns the words of a command line into arguments of a command.
///
/// A flag or an option begins with two dashes, and `--` ends them: what follows is positional even when
/// it begins with a dash. A word like `-0.5` is a number, never a flag.
struct CommandLineParser {
  let command: Command
  let console: Console
  /// What a flag that the command does not have stands for elsewhere, with the word behind it, in words.
  let hint: @Sendable (_ flag: String, _ value: String?) -> String?

  /// What an argument that the command has no place for stands for, in words.
  let stray: @Sendable (String) -> String?

  private var positionals: [String] = []
  private var flags: Set<String> = []
  private var values: [String: [String]] = [:]
  private var attached: [String: [Int: String]] = [:]

  init(
    _ command: Command, console: Console,
    hint: @escaping @Sendable (String, String?) -> String? = { _, _ in nil },
    stray: @escaping @Sendable (String) -> String? = { _ in nil }
  ) {
    self.stray = stray
    self.command = command
    self.console = console
    self.hint = hint
  }

  /// Whether the words ask for help.
  static func asksForHelp(_ words: [String]) -> Bool {
    words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
  }

  /// Parses the words after the command's name.
  ///
  /// - Throws: `UsageError`.
  mutating func parse(_ words: [String]) throws -> ParsedArguments {
    var index = 0
    var isLiteral = false
    while index < words.count {
      let word = words[index]
      index += 1
      if isLiteral || !looksLikeFlag(word) {
        positionals.append(word)
      } else if word == "--" {
        isLiteral = true
      } else {
        try take(word, from: words, at: &index)
      }
    }
    try check()
    return ParsedArguments(
      command: command, console: console, positionals: positionals, flags: flags, values: values,
      attached: attached)
  }

  private mutating func take(_ word: String, from words: [String], at index: inout Int) throws {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts[0].hasPrefix("--"), let option = command.option(String(parts[0].dropFirst(2))) else {
      let next = index < words.count && !looksLikeFlag(words[index]) ? words[index] : nil
      throw unknown(parts[0], value: parts.count == 2 ? parts[1] : next)
    }
    guard let kind = option.kind else {
      if parts.count == 2 {
        throw error("--\(option.name) is a flag and takes no value, but \"\(parts[1])\" was given")
      }
      flags.insert(option.name)
      return
    }
    let value: String
    if parts.count == 2 {
      value = parts[1]
    } else if index < words.count, !looksLikeFlag(words[index]) {
      value = words[index]
      index += 1
    } else {
      let hint =
        index < words.count && words[index] != "--" && !isDeclared(words[index])
        ? " (write a value that begins with a dash as \(ShellCommand.quoted("--\(option.name)=\(words[index])")))"
        : ""
      throw error("--\(option.name) needs a value: \(kind.allowed)" + hint)
    }
    if let refusal = kind.refusal(of: value) { throw error("--\(option.name): \(refusal)") }
    if let other = option.belongsTo {
      try attach(value, option, to: other)
      values[option.name, default: []].append(value)
      return
    }
    if !option.isRepeatable, values[option.name] != nil {
      throw error("--\(option.name) was given more than once; it takes one value")
    }
    if values[option.name]?.contains(where: { kind.isSame($0, value) }) ?? false {
      let given = ["--\(option.name)", value].map(ShellCommand.quoted).joined(separator: " ")
      throw error("\(given) is given twice; leave one of them out")
    }
    values[option.name, default: []].append(value)
  }

  /// Notes which value of another option one applies to, from 0 on.
  private mutating func attach(_ value: String, _ option: Option, to other: String) throws {
    func early(_ value: String) -> UsageError {
      error("--\(option.name) \(value) comes before any --\(other); put it after the one that it applies to")
    }
    // Before any: it can only be one for all.
    let none = -1
    let last = (values[other]?.count ?? 0) - 1
    if last == none, !option.appliesToAllAlone { throw early(value) }
    guard attached[option.name, default: [:]].updateValue(value, forKey: last) == nil else {
      throw error("--\(option.name) was given more than once for one --\(other)")
    }
    if let first = attached[option.name]?[none], values[option.name] != nil { throw early(first) }
  }

  private func check() throws {
    for conflict in command.conflicts {
      let given = conflict.options.filter { flags.contains($0) || values[$0] != nil }
      if given.count > 1 {
        let names = given.map { "--\($0)" }.joined(separator: " and ")
        throw error("\(names) cannot be combined: \(conflict.reason)")
      }
    }
    for option in command.options where option.isRequired && values[option.name] == nil {
      throw error("missing \(option.usage): \(option.help)")
    }
    for (index, value) in positionals.enumerated() {
      guard let last = command.positionals.last else { break }
      let positional = index < command.positionals.count ? command.positionals[index] : last
      guard index < command.positionals.count || last.isRepeated else { break }
      if let refusal = positional.kind.refusal(of: value) { throw error("<\(positional.name)>: \(refusal)") }
    }
    for (index, positional) in command.positionals.enumerated()
    where positional.isNeeded && index >= positionals.count {
      throw error("missing <\(positional.name)>: \(positional.help)")
    }
    if let last = command.positionals.last, last.isRepeated {
    } else if positionals.count > command.positionals.count {
      let takes = command.positionals.map(\.usage).joined(separator: " ")
      let word = positionals[command.positionals.count]
      let meant = stray(word) ?? (takes.isEmpty ? "the command takes none" : "the command takes \(takes)")
      throw error("unexpected argument \"\(word)\"; \(meant)")
    }
  }

  private func looksLikeFlag(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && NumberLiteral(word) == .none
  }

  private func isDeclared(_ word: String) -> Bool {
    let name = word.drop { $0 == "-" }.prefix { $0 != "=" }
    return command.option(String(name)) != nil
  }

  private func unknown(_ flag: String, value: String?) -> UsageError {
    let name = String(flag.drop { $0 == "-" })
    if let known = hint(name, value) { return error("unknown flag \(flag); \(known)") }
    let hint = nearestName(to: name, among: command.options.map(\.name) + ["help"])
    let end = hint.map { "; did you mean --\($0)?" } ?? ""
    return error("unknown flag \(flag)" + (end.isEmpty ? "; list the flags with --help" : end))
  }

  private func error(_ message: String) -> UsageError { UsageError("\(command.name): \(message)") }
}
