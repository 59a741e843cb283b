import Foundation

/// A shell that completes what is typed.
public enum Shell: String, CaseIterable, Sendable {
  case bash
  case zsh
  case fish
}

extension Program {
  /// A script for a shell that completes commands, options and values, made from the declarations that the parser reads.
  ///
  /// Values of a choice are offered, nothing for a number; for any other value and for positional arguments the shell
  /// offers files.
  public func completion(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletion
    case .zsh: zshCompletion
    case .fish: fishCompletion
    }
  }

  /// The words that can be typed as a command, with their summaries.
  var topics: [(name: String, summary: String)] {
    commands.map { ($0.name, $0.summary) } + [("help", "show the help of the program or of a command")]
  }
}

extension Command {
  /// Its options and `--help`, which every command has.
  var offered: [Option] { options + [.flag("help", help: "show the help of the command")] }

  /// The words of the first positional argument, where it is a choice.
  var firstChoices: [String] {
    guard case .choice(let words)? = positionals.first?.kind else { return [] }
    return words
  }
}

extension Option {
  /// The words of a choice.
  var choices: [String]? {
    guard case .choice(let words)? = kind else { return nil }
    return words
  }

  /// True for a numeric value: no file is one.
  var isNumber: Bool {
    switch kind {
    case .integer, .number: true
    case .text, .choice, nil: false
    }
  }
}

/// A word in single quotes, as bash, zsh and (with its own rule for backslashes) fish read it.
///
/// - Parameters:
///   - text: the word
///   - escaped: true: backslashes and quotes get a backslash, as fish reads them
func singleQuoted(_ text: String, escaped: Bool = false) -> String {
  escaped
    ? "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    : "'" + text.replacing("'", with: "'\\''") + "'"
}
