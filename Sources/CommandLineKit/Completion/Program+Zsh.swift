extension Program {
  /// The completion for zsh, a file `_NAME` for a folder in `fpath`.
  ///
  /// - Source: zsh manual, "Completion System", `_arguments` and `_describe`.
  var zshCompletion: String {
    func described(_ name: String, _ summary: String) -> String {
      singleQuoted(name.replacing(":", with: "\\:") + ":" + summary)
    }
    var lines = [
      "#compdef \(name)",
      "# zsh completion of \(name), made by \(name) install",
      "local curcontext=$curcontext state line",
      "typeset -A opt_args",
      "local -a topics",
      "topics=(",
    ]
    lines += topics.map { "  " + described($0.name, $0.summary) }
    lines += [
      ")",
      "_arguments -C '--help[show the help]' '--version[show the version]' '1: :->topic' '*:: :->argument'",
      "case $state in",
      "  topic) _describe command topics ;;",
      "  argument)",
      "    case $line[1] in",
      "      help) _describe command topics ;;",
    ]
    for command in commands {
      lines.append("      \(command.name))")
      let options = command.offered.map { "          " + singleQuoted(specification($0)) }
      let first = command.firstChoices
      let places =
        (first.isEmpty ? [] : ["          " + singleQuoted("1: :(\(first.joined(separator: " ")))")])
        + ["          '*: :_files'"]
      lines.append("        _arguments \\")
      lines.append((options + places).joined(separator: " \\\n") + " ;;")
    }
    lines += ["    esac ;;", "esac"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// An option as `_arguments` reads it: `*--name=[help]:value:action`.
  private func specification(_ option: Option) -> String {
    func safe(_ text: String) -> String {
      ["\\", "[", "]", ":"].reduce(text) { $0.replacing($1, with: "\\" + $1) }
    }
    let head = (option.isRepeatable ? "*" : "") + "--\(option.name)"
    guard option.kind != nil else { return head + "[\(safe(option.help))]" }
    let action = option.choices.map { "(\($0.joined(separator: " ")))" } ?? (option.isNumber ? " " : "_files")
    return head + "=[\(safe(option.help))]:\(safe(option.valueName)):\(action)"
  }
}
