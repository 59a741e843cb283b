import Inference
import Reporting
import Statistics

extension FineTuningEvaluation {
  package func section(_ results: EvaluationResults<Result>) -> Section? {
    Self.combined(results).map { combined in
      Self.section(combined) { name in results.models.first { $0.name == name }?.index }
    }
  }

  /// One sentence a pair of trained models.
  package func verdicts(_ results: EvaluationResults<Result>) -> [Verdict] {
    guard let found = Self.combined(results) else { return [] }
    // Later models against the first come before each against itself untrained.
    return zip(found.models.dropFirst(), found.differences).map { model, difference in
      let (name, first) = (model.name, found.models[0].name)
      let (better, worse) = difference.texts.value > 0 ? (name, first) : (first, name)
      let range = Number.interval(difference.texts.interval, Number.points)
      return Verdict(
        statement: "Fine-tuned on \(found.task.name): "
          + (difference.isDecided
            ? "\(better) is better than \(worse)." : "not decided between \(name) and \(first)."),
        numbers: "\(name) − \(first) = \(Number.points(difference.texts.value)) points (\(range)) of "
          + "\(Number.grouped(found.task.testLabels)) \(found.unit), Holm-adjusted p \(difference.p)",
        comparable: true, because: "the same head, epochs, grid and texts; \(results.scope)")
    }
  }

  package func methods(_ results: EvaluationResults<Result>) -> String {
    Self.combined(results).map(Self.methods) ?? ""
  }

  private static func combined(_ results: EvaluationResults<Result>) -> FineTuningResults? {
    FineTuningResults(
      results.models.map { .init(name: $0.name, seesFuture: $0.seesFuture, result: $0.result) })
  }

  /// How models were fine-tuned.
  package static func methods(_ found: FineTuningResults) -> String {
    "Fine-tuning (\(found.task.name)): \(found.plan.options.head.words) for all, "
      + "\(Number.counted(found.plan.options.epochs, "epoch")) at each of "
      + "\(Number.counted(found.plan.points.count, "point")) of one grid, chosen on a development split and evaluated on a "
      + "test split, from trained and from untrained weights; McNemar's exact test, Holm's correction."
  }

  /// What fine-tuning made of models, in a report.
  ///
  /// - Parameter index: of the model of a name; nil where there is none.
  package static func section(_ found: FineTuningResults, index: (String) -> Int?) -> Section {
    let (task, plan) = (found.task, found.plan)
    let said = found.models.compactMap { model in
      model.starts.first.map { "\(model.name) \(Number.percent($0.accuracy.value))" }
    }
    func table(_ table: ExportedTable, index: (String) -> Int? = { _ in nil }) -> Block {
      .table(
        Block.Table(
          table.caption,
          columns: zip(table.columns, table.isNumber).map { title, isNumber in
            // A probability is written small.
            .init(.text(title.hasPrefix("p ") ? title : title.capitalizedFirst), isNumber: isNumber)
          },
          rows: table.rows.map { row in
            [index(row[0]).map { .model($0) } ?? .text(row[0])] + row.dropFirst().map { .text($0) }
          }))
    }
    return Section(
      id: "fine-tuning", short: "Fine-tuning", title: "Accuracy after fine-tuning on \(task.name)",
      conclusion: "Right after fine-tuning on \(task.name): \(said.inWords).",
      explanation: "Every model received \(plan.options.head.words) and was trained on labelled sentences, "
        + "\(plan.options.isFrozen ? "head only" : "model and head"), for "
        + "\(Number.counted(plan.options.epochs, "epoch")) at each of \(Number.counted(plan.points.count, "point")) of "
        + "one grid (learning rate, pooling\(plan.seeds.count > 1 ? ", seed" : "")): once from its trained weights and "
        + "once from its initial weights. The point was chosen on a development split, and the accuracy was measured on "
        + "a test split that was used for nothing else. Differences describe these trained models only.",
      blocks: [
        .paragraph(
          "\(Number.counted(task.train, "sentence")) for training, \(Number.grouped(task.development)) for development, "
            + "\(Number.grouped(task.test)) for testing; \(Number.counted(task.labels.count, "label")), of which the most "
            + "frequent is correct for \(Number.percent(task.mostFrequent)) of "
            + "\(Number.grouped(task.testLabels)) \(found.unit)."),
        table(found.outcome, index: index), table(found.comparison),
      ] + found.notes.map { .note($0) } + [.details("Every point of the grid", [table(found.grid)])])
  }
}
