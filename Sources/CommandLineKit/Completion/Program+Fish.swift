extension Program {
  /// The completion for fish, a file `NAME.fish`.
  ///
  /// - Source: fish manual, `complete`.
  var fishCompletion: String {
    func quoted(_ text: String) -> String { singleQuoted(text, escaped: true) }
    var lines = [
      "# fish completion of \(name), made by \(name) install",
      "complete -c \(name) -n __fish_use_subcommand -l help -d \(quoted("show the help"))",
      "complete -c \(name) -n __fish_use_subcommand -l version -d \(quoted("show the version"))",
    ]
    for topic in topics {
      lines.append(
        "complete -c \(name) -n __fish_use_subcommand -f -a \(topic.name) -d \(quoted(topic.summary))")
    }
    for command in commands {
      let start = "complete -c \(name) -n \(quoted("__fish_seen_subcommand_from \(command.name)"))"
      if !command.firstChoices.isEmpty {
        lines.append(start + " -f -a \(quoted(command.firstChoices.joined(separator: " ")))")
      }
      for option in command.offered {
        var line = start + " -l \(option.name) -d \(quoted(option.help))"
        if let choices = option.choices {
          line += " -x -a \(quoted(choices.joined(separator: " ")))"
        } else if option.kind != nil {
          line += " -r"
        }
        lines.append(line)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
