import Reporting

extension ExportedTables {
  /// The trials by which learning rates were chosen; none where they were not.
  static func trials(_ data: ReportData) -> [ExportedTable] {
    guard let tuning = data.tuning else { return [] }
    return [
      ExportedTable(
        caption:
          "Learning-rate trials, each judged by the model's own loss on a part of the training text",
        columns: tuning.columns.map(\.title), isNumber: tuning.columns.map(\.isNumber),
        rows: tuning.rows.map { [data.name($0.arm)] + $0.cells })
    ]
  }
}
