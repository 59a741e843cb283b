import Inference
import Reporting

/// What probes found, as a table for other programs.
public enum ProbeTable {
  /// Comma-separated values with a line of headings: one line per model, side, task and layer.
  ///
  /// Layer 0 is the embedding; shares are between 0 and 1, and each stands with the ends of its 95 % interval.
  ///
  /// - Parameters:
  ///   - probes: the results.
  ///   - names: the models' names, by arm.
  public static func csv(_ probes: ProbeResults, names: [String]) -> String {
    let shares = ["accuracy", "control", "selectivity", "untrained"]
    let headings =
      ["model", "side", "task", "layer", "questions", "most_frequent", "word_alone"]
      + shares.flatMap { [$0, $0 + "_low", $0 + "_high"] }
    let rows = probes.rows.map { row -> [String] in
      let task = probes.tasks.first { $0.task == row.task }
      let name = names.indices.contains(row.arm) ? names[row.arm] : "\(row.arm)"
      return [name, row.side.rawValue, row.task.rawValue, "\(row.layer)", task.map { "\($0.count)" } ?? ""]
        + [task?.mostFrequent, task?.wordAlone].map(CommaSeparated.field)
        + [row.accuracy, row.control, row.selectivity, row.untrained].flatMap(CommaSeparated.fields)
    }
    return CommaSeparated.text([headings] + rows)
  }

  /// What a model saw, in words.
  public static func words(_ side: ChoiceContext) -> String {
    side == .leftOnly ? "left side" : "whole sentence"
  }
}
