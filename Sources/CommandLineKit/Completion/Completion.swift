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
  /// Values of a choice are offered; for any other value and for every place the shell offers its files.
  public func completion(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletion
    case .zsh: zshCompletion
    case .fish: fishCompletion
    }
  }

  /// What is typed in place of a command, with its meaning.
  var topics: [(name: String, summary: String)] {
    commands.map { ($0.name, $0.summary) } + [("help", "show the help of the program or of a command")]
  }
}

extension Command {
  /// Its options and the one that every command has.
  var offered: [Option] { options + [.flag("help", help: "show the help of the command")] }

  /// The words of a choice that stands at the first place.
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
}

/// A word in single quotes, as bash, zsh and (with its own rule for backslashes) fish read it.
///
/// - Parameter escaped: what has a backslash before it inside quotes, which is fish's way.
func singleQuoted(_ text: String, escaped: Bool = false) -> String {
  escaped
    ? "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    : "'" + text.replacing("'", with: "'\\''") + "'"
}
