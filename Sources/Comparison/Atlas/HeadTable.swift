/// The atlas of heads as a table for other programs.
public enum HeadTable {
  /// Comma-separated values with a line of headings: a line a model, state and head.
  ///
  /// Layers and heads are counted from 1, as pictures name them. After each measure stands that of a uniform
  /// head; what was not measured is empty.
  ///
  /// - Parameter names: the models' names, by arm.
  /// - Source: the format of RFC 4180, with line feeds.
  public static func csv(_ heads: ReportData.Heads, names: [String]) -> String {
    let columns = HeadMeasures.columns
    let headings =
      ["model", "step", "layer", "head", "role", "importance", "importance_low", "importance_high"]
      + columns.flatMap { [$0.key, $0.key + "_uniform"] }
    var lines = [headings]
    for model in heads.models {
      let name = names.indices.contains(model.arm) ? names[model.arm] : "\(model.arm)"
      for state in model.states {
        lines += state.heads.map { head in
          let worth = head.importance
          let numbers = [worth?.value, worth?.interval?.low, worth?.interval?.high]
          return [name, "\(state.step)", "\(head.place.layer + 1)", "\(head.place.head + 1)"]
            + [head.role.rawValue] + numbers.map(text)
            + columns.flatMap { [text($0.value(head.measures)), text($0.value(head.uniform))] }
        }
      }
    }
    return CommaSeparated.text(lines)
  }

  /// Layer and head as tables name them, counted from 1.
  public static func name(_ place: ModelAttention.Place) -> String {
    "L\(place.layer + 1) H\(place.head + 1)"
  }

  /// Headings of the measures.
  public static var headings: [String] { HeadMeasures.columns.map { $0.title.lowercased() } }

  /// A head's measures in the order of the headings.
  public static func values(_ head: ReportData.Head) -> [Double?] {
    HeadMeasures.columns.map { $0.value(head.measures) }
  }

  private static func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
