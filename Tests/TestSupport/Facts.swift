import Settings

/// The figures, quoted names, flags and paths of a message without its prose, so that wording can change and its tests
/// stay: `--steps: "many" is not a whole number; allowed: 1 to 1000` gives `--steps "many" 1 1000`.
public func facts(_ message: String) -> String {
  message.split(whereSeparator: \.isWhitespace).filter { word in
    word.contains("--") || word.contains { $0.isNumber || "\"<>=/_*[]{}".contains($0) }
  }.map { $0.trimmingPrefix { "(".contains($0) } }
    .map { word in String(word.reversed().drop { ",;:.?)".contains($0) }.reversed()) }
    .joined(separator: " ")
}

extension Problem {
  /// Place, path, the facts of the reason, what was found, the facts of what is allowed, and the nearest choices; what
  /// is empty is left out.
  public var facts: String {
    [
      place?.description ?? "", path, TestSupport.facts(reason), found ?? "",
      TestSupport.facts(allowed ?? ""), nearest ?? (suggestions ?? []).joined(separator: " or "),
    ].filter { !$0.isEmpty }.joined(separator: " | ")
  }
}
