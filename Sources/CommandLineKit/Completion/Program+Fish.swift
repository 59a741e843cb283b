extension Program {
  /// The completion for fish, a file `NAME.fish`.
  ///
  /// - Source: fish manual, `complete`.
  var fishCompletion: String {
    func quoted(_ text: String) -> String { singleQuoted(text, escaped: true) }
    // fish's own condition would take a command's name in any place for the command.
    let (command, first) = ("__\(name)_command", "__\(name)_first_place")
    var lines = [
      "# fish completion of \(name), made by \(name) install",
      "function \(command) -d 'the command is the first word'",
      "  set -l words (commandline -opc)",
      "  test (count $words) -ge 2; and test $words[2] = $argv[1]",
      "end",
      "function \(first) -d 'the word after the command is being typed'",
      "  \(command) $argv[1]; and test (count (commandline -opc)) -eq 2",
      "end",
      "complete -c \(name) -n __fish_use_subcommand -l help -d \(quoted("show the help"))",
      "complete -c \(name) -n __fish_use_subcommand -l version -d \(quoted("show the version"))",
    ]
    for topic in topics {
      let end = "-f -a \(topic.name) -d \(quoted(topic.summary))"
      lines.append("complete -c \(name) -n __fish_use_subcommand \(end)")
      if topic.name != "help" { lines.append("complete -c \(name) -n '\(first) help' \(end)") }
    }
    for each in commands {
      if !each.firstChoices.isEmpty {
        let words = quoted(each.firstChoices.joined(separator: " "))
        lines.append("complete -c \(name) -n '\(first) \(each.name)' -f -a \(words)")
      }
      for option in each.offered {
        var line =
          "complete -c \(name) -n '\(command) \(each.name)' -l \(option.name) -d \(quoted(option.help))"
        if let choices = option.choices {
          line += " -x -a \(quoted(choices.joined(separator: " ")))"
        } else if option.kind != nil {
          line += option.isNumber ? " -x" : " -r"
        }
        lines.append(line)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
