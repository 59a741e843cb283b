import Settings

extension Certificate {
  /// Rows about training, which of an imported model is not known here.
  private static let aboutTraining: Set<String> = [
    "text", "initial tensors", "batch", "budget", "optimiser", "schedule", "FLOPs per step",
    "supervised fraction",
    "text bytes per token", "steps of the run", "supervised tokens of the run", "FLOPs of the run",
    "text read by the run", "precision", "tuning trials", textSeen, "steps taken", "tokens read",
    "targets so far",
  ]
  /// What stands in place of a value that is not known.
  package static let unknown = "unknown"

  /// The same with what is not known of imported models: such a row is never one in which arms are equal, and the
  /// difference is none that was asked for.
  ///
  /// - Parameter arms: the places of the imported models among the arms.
  public func withUnknownTraining(of arms: Set<Int>) -> Certificate {
    guard !arms.isEmpty else { return self }
    return replacing(
      rows.map { row in
        guard Self.aboutTraining.contains(row.what) else { return row }
        var row = row
        for arm in arms where row.values.indices.contains(arm) { row.values[arm] = Self.unknown }
        (row.equal, row.declared) = (false, false)
        row.note += (row.note.isEmpty ? "" : "; ") + "not known for imported models"
        return row
      })
  }
}
