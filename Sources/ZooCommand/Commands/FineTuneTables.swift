import CommandLineKit
import Evaluation
import Reporting

/// Shows the results of `zoo finetune`.
struct FineTuneTables {
  private let results: FineTuningResults

  init(_ results: FineTuningResults) { self.results = results }

  func show(on console: Console) {
    let (task, options) = (results.task, results.plan.options)
    console.line(
      "\(task.name) (\(task.form.rawValue)): \(task.labels.count) labels; "
        + "\(Format.count(task.train)) for training, \(Format.count(task.development)) for development, "
        + "\(Format.count(task.test)) for testing")
    console.line(
      "\(Format.counted(options.epochs, "epoch")) of batches of \(options.batch), "
        + (options.isFrozen ? "head only" : "model and head") + "; the most frequent label is right for "
        + "\(Format.percent(task.mostFrequent)) of \(Format.count(task.testLabels)) \(results.unit)")
    for table in [results.grid, results.outcome, results.comparison] {
      console.heading(table.caption)
      console.table(Table(table))
    }
    console.line()
    for note in results.notes { console.line(note) }
  }
}

extension Table {
  /// A table of a report, at a terminal.
  init(_ table: ExportedTable) {
    self.init(zip(table.columns, table.isNumber).map { Column($0, $1 ? .right : .left) })
    for row in table.rows { add(row) }
  }
}
