extension Program {
  /// The completion for bash (`complete -F`); without an answer bash offers files.
  var bashCompletion: String {
    let function = "_\(name)"
    var lines = [
      "# bash completion of \(name), made by \(name) install",
      "\(function)() {",
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words=''",
      "  COMPREPLY=()",
      // bash cuts `--name=value` at the sign.
      "  if [[ $current == = ]]; then current=''",
      "  elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi",
      "  if ((COMP_CWORD == 1)); then",
      "    words=" + singleQuoted((topics.map(\.name) + ["--help", "--version"]).joined(separator: " ")),
      "  else",
      "    case ${COMP_WORDS[1]}:$previous in",
      "      help:help) words=" + singleQuoted(commands.map(\.name).joined(separator: " ")) + " ;;",
    ]
    for command in commands {
      for option in command.options {
        let pattern = "      \(command.name):--\(option.name))"
        if let choices = option.choices {
          lines.append(pattern + " words=" + singleQuoted(choices.joined(separator: " ")) + " ;;")
        } else if option.isNumber {
          lines.append(pattern + " compopt +o default 2>/dev/null || :; return 0 ;;")
        } else if option.kind != nil {
          lines.append(pattern + " return 0 ;;")
        }
      }
      let first = command.firstChoices
      if !first.isEmpty {
        lines.append(
          "      \(command.name):\(command.name)) words=" + singleQuoted(first.joined(separator: " ")) + " ;;"
        )
      }
    }
    lines += ["    esac", "    if [[ $current == -* ]]; then", "      case ${COMP_WORDS[1]} in"]
    for command in commands {
      let options = command.offered.map { "--\($0.name)" }.joined(separator: " ")
      lines.append("        \(command.name)) words=" + singleQuoted(options) + " ;;")
    }
    lines += [
      "      esac", "    fi", "  fi",
      "  [[ -z $words ]] || COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))",
      "}",
      "complete -o default -F \(function) \(name)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}
