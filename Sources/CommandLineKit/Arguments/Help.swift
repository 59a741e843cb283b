import Foundation
import Wording

extension Program {
  /// The help of the whole program, one line an element.
  public func help(width: Int) -> [String] {
    var lines = wrap("\(name): \(summary)", width: width)
    lines += ["", "Usage: \(name) <command> [arguments]"]
    let rows = commands.map { ($0.name, $0.summary) } + [("--version", "")]
    let column = HelpColumn(rows.map(\.0), width: width)
    for section in sections {
      lines += ["", section.title + ":"]
      for command in section.commands { lines += column.rows(command.name, command.summary) }
    }
    lines += ["", "Options:"]
    lines += column.rows("--help", "show this help, or the help of a command")
    lines += column.rows("--version", "show the version")
    return lines
  }

  /// The help of one command, one line an element.
  public func help(of command: Command, width: Int) -> [String] {
    var lines = wrap("\(name) \(command.name): \(command.summary)", width: width)
    let words =
      [name, command.name] + command.positionals.map(\.usage)
      + command.options.filter(\.isRequired).map(\.usage) + ["[options]"]
    lines += [""] + wrap("Usage: " + words.joined(separator: " "), width: width, indent: 7, first: 0)
    for paragraph in command.discussion.components(separatedBy: "\n\n") where !paragraph.isEmpty {
      let joined = asCalled(paragraph).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      lines += [""] + wrap(joined, width: width)
    }
    let helpFlag = Option.flag("help", help: "show this")
    let options =
      command.options.filter { $0.group != "Options" } + command.options.filter { $0.group == "Options" }
    let column = HelpColumn(
      command.positionals.map { "<\($0.name)>" } + (options + [helpFlag]).map(\.usage), width: width)
    if !command.positionals.isEmpty {
      lines += ["", "Arguments:"]
      for positional in command.positionals {
        lines += column.rows("<\(positional.name)>", positional.explanation)
      }
    }
    var groups: [String] = []
    for option in options + [helpFlag] where !groups.contains(option.group) { groups.append(option.group) }
    for group in groups {
      lines += ["", group + ":"]
      for option in options + [helpFlag] where option.group == group {
        lines += column.rows(option.usage, option.explanation)
      }
    }
    if !command.examples.isEmpty {
      lines += ["", "Examples:"]
      for example in command.examples {
        lines.append("  " + asCalled(example.line))
        lines += wrap(example.effect, width: width, indent: 6)
      }
    }
    return lines
  }
}

extension Program {
  /// Help with its commands as they are typed here: `zoo list` as `../zoo list` when the program was called so.
  private func asCalled(_ text: String) -> String {
    guard let called = ShellCommand.called, called.split(separator: "/").last.map(String.init) == name else {
      return text
    }
    let template = NSRegularExpression.escapedTemplate(for: ShellCommand.quoted(called)) + " "
    return commands.reduce(text) { text, command in
      text.replacingOccurrences(
        of: "\\b\(name) (?=\(command.name)\\b)", with: template, options: .regularExpression)
    }
  }
}

extension Option {
  /// The help with the limits and the default behind it.
  var explanation: String {
    var notes: [String] = []
    if let limits = kind?.limits { notes.append(limits) }
    if case .choice(let words)? = kind, valueName != kind?.placeholder {
      notes.append(words.joined(separator: ", "))
    }
    if let defaultValue { notes.append("default: \(defaultValue)") }
    if isRepeatable { notes.append("may be repeated") }
    return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
  }
}

extension Positional {
  var explanation: String {
    switch kind {
    case .choice(let words): "\(help) (\(words.joined(separator: ", ")))"
    default: kind.limits.map { "\(help) (\($0))" } ?? help
    }
  }
}

/// Two columns: what is typed, and what it means.
struct HelpColumn {
  let width: Int
  let indent: Int

  init(_ names: [String], width: Int) {
    self.width = width
    // One very long name must not push all explanations to the right edge.
    let limit = max(12, min(30, width * 2 / 5))
    let fitting = names.map { displayWidth($0) }.filter { $0 <= limit }
    indent = 2 + (fitting.max() ?? limit) + 2
  }

  func rows(_ name: String, _ text: String) -> [String] {
    var lines = wrap(text, width: width, indent: indent)
    let space = indent - 2 - displayWidth(name)
    guard space >= 2, let first = lines.first else { return ["  " + name] + lines }
    lines[0] = "  " + name + String(repeating: " ", count: space) + first.dropFirst(indent)
    return lines
  }
}
