import Reporting

/// What fine-tuning makes of the models, task by task.
enum SectionFineTuning {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let tasks = data.fineTuning, let plan = tasks.first?.plan else { return nil }
    return ReportSection(
      id: "fine-tuning", short: "Fine-tuning", title: "Accuracy after fine-tuning",
      lead: """
        Every model received a linear head and was trained on labelled sentences, \
        \(plan.options.isFrozen ? "head only" : "model and head"), for \(Number.counted(plan.options.epochs, "epoch")) \
        at each of \(Number.counted(plan.points.count, "point")) of one grid (learning rate, pooling\
        \(plan.seeds.count > 1 ? ", seed" : "")): once from its trained weights and once from its initial weights. \
        The point was chosen on a development split, and the accuracy was measured on a test split that was used for \
        nothing else. Differences describe these trained models only.
        """,
      body: "\(tasks.map { body(data, $0) })")
  }

  private static func body(_ data: ReportData, _ results: FineTuningResults) -> Markup {
    let task = results.task
    let notes = results.notes.map { "<p class='note'>\($0)</p>\n" as Markup }
    return """
      <h3>\(task.name)</h3>
      <p>\(Number.counted(task.train, "sentence")) for training, \(Number.grouped(task.development)) for development, \
      \(Number.grouped(task.test)) for testing; \(Number.counted(task.labels.count, "label")), of which the most frequent is correct \
      for \(Number.percent(task.mostFrequent)) of \(Number.grouped(task.testLabels)) \(results.unit).</p>
      \(table(results.outcome) { data.named($0) })\
      \(table(results.comparison) { "\($0)" })\
      \(notes)<details><summary>Every point of the grid</summary>\(table(results.grid) { "\($0)" })</details>

      """
  }

  private static func table(_ table: ExportedTable, first: (String) -> Markup) -> Markup {
    ReportTable(
      caption: table.caption,
      columns: zip(table.columns, table.isNumber).map { title, isNumber in
        // A probability is written small.
        .init(
          "\(title.hasPrefix("p ") ? title : title.capitalizedFirst)", isNumber: isNumber)
      },
      rows: table.rows.map { [first($0[0])] + $0.dropFirst().map { "\($0)" as Markup } }
    ).markup
  }
}

extension ReportData {
  /// Mark and name of the arm of a name; the name alone where there is none.
  fileprivate func named(_ name: String) -> Markup {
    arms.firstIndex { $0.name == name }.map { label($0) } ?? "\(name)"
  }
}
