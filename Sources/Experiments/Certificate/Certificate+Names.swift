import Settings

extension Certificate {
  /// Every row in which arms may differ and whose difference can be declared: what a comparison may name as
  /// intended. Rows that a certificate declares by itself, of matching and of chosen learning rates, are not
  /// among them.
  public static let rowNames =
    [
      "text", "tokenizer", "windows", initialTensors, "batch", "budget", "optimiser", "schedule",
      "objective",
      "mask", "head", "parameters", "parameters without embeddings", "FLOPs per step",
      "FLOPs per token, training",
      "FLOPs per token, forward", "receptive field of a layer", "receptive field at the top",
      "supervised fraction",
      "text bytes per token", "steps of the run", "supervised tokens of the run", "FLOPs of the run",
      "text read by the run", "precision", "dropout", "tuning trials", textSeen,
    ] + rowsOfTrainedRuns

  /// Rows that only stand where runs are compared that were trained before.
  public static let rowsOfTrainedRuns = ["held-out text", "steps taken", "tokens read", "targets so far"]

  /// Names that rows had in suites and records from older versions, with those of today.
  private static let olderNames = [
    "FLOPs a step": "FLOPs per step", "FLOPs a token, training": "FLOPs per token, training",
    "FLOPs a token, forward": "FLOPs per token, forward", "supervised share": "supervised fraction",
    "text bytes a token": "text bytes per token",
  ]

  /// The name that a row has today.
  static func currentName(_ name: String) -> String { olderNames[name] ?? name }

  /// What is wrong with names of rows written by the user: each that is none.
  ///
  /// - Parameters:
  ///   - names: the names that were given.
  ///   - path: where the names stand; its number is put behind it.
  public static func problems(with names: [Node], path: String) -> [Problem] {
    Problem.unknown(names, path: path, known: rowNames, reason: "the certificate has no such row")
  }
}

extension Problem {
  /// A problem for each text of a list that is not among the known ones.
  static func unknown(_ texts: [Node], path: String, known: [String], reason: String) -> [Problem] {
    texts.enumerated().compactMap { index, node in
      guard let text = node.text, !known.contains(Certificate.currentName(text)) else { return nil }
      // Names may have commas in them.
      return Problem(
        path: "\(path).\(index)", found: "\"\(text)\"",
        allowed: known.map { "\"\($0)\"" }.joined(separator: ", "), reason: reason,
        nearest: nearestName(to: text, among: known).map { "\"\($0)\"" }, place: node.place)
    }
  }
}
