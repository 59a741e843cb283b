import Settings
import Zoo

extension Certificate {
  /// The same with the weights that some runs began with in place of a seed.
  ///
  /// - Parameter starts: the models that they began with, by the place of an arm.
  public func withStarts(_ starts: [Int: StartRecord]) -> Certificate {
    guard !starts.isEmpty else { return self }
    return replacing(
      rows.map { row in
        guard row.what == Self.initialTensors else { return row }
        var row = row
        for (arm, start) in starts where row.values.indices.contains(arm) {
          row.values[arm] = "weights of \(start.run), step \(start.step)"
        }
        row.equal = row.values.allSatisfy { $0 == row.values[0] }
        if row.equal { row.declared = false }
        return row
      })
  }

  /// The row about the weights that training began with.
  static let initialTensors = "initial tensors"

  /// Rows about training, which of an imported or a fine-tuned model is not known here.
  private static let aboutTraining: Set<String> = [
    "text", initialTensors, "batch", "budget", "optimiser", "schedule", "FLOPs per step",
    "supervised fraction",
    "text bytes per token", "steps of the run", "supervised tokens of the run", "FLOPs of the run",
    "text read by the run", "precision", "tuning trials", textSeen, "steps taken", "tokens read",
    "targets so far",
  ]
  /// What stands in place of a value that is not known.
  package static let unknown = "unknown"

  /// The same with what is not known of models that were imported or fine-tuned: such a row is never one in which arms are equal, and the
  /// difference is none that was asked for.
  ///
  /// - Parameter arms: the places of these models among the arms.
  public func withUnknownTraining(of arms: Set<Int>) -> Certificate {
    guard !arms.isEmpty else { return self }
    return replacing(
      rows.map { row in
        guard Self.aboutTraining.contains(row.what) else { return row }
        var row = row
        for arm in arms where row.values.indices.contains(arm) { row.values[arm] = Self.unknown }
        (row.equal, row.declared) = (false, false)
        row.note += (row.note.isEmpty ? "" : "; ") + "not known for models that were not trained here"
        return row
      })
  }
}
