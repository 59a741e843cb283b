import Comparison
import Training

/// Shows the results of `zoo finetune`.
struct FineTuneTables {
  private let results: FineTuningResults

  init(_ results: FineTuningResults) { self.results = results }

  func show(on console: Console) {
    let (task, options) = (results.task, results.plan.options)
    let unit = task.form == .tagging ? "words" : task.form == .pairs ? "pairs" : "texts"
    console.line(
      "\(task.name) (\(task.form.rawValue)): \(task.labels.count) labels; "
        + "\(Format.count(task.train)) to train on, \(Format.count(task.development)) to choose by, "
        + "\(Format.count(task.test)) to measure on")
    console.line(
      "\(options.epochs) epochs of batches of \(options.batch), "
        + (options.isFrozen ? "the head alone" : "model and head") + "; the most frequent label is right for "
        + "\(Format.percent(task.mostFrequent)) of \(Format.count(task.testLabels)) \(unit)")
    console.heading("Every point, accuracy on the development part (* chosen)")
    console.table(grid)
    console.heading("On the test part, at the chosen point")
    console.table(outcome)
    console.heading("Differences on the same test texts, in points of accuracy")
    console.table(differences)
    console.line()
    for note in results.notes { console.line(note) }
  }

  /// A line a learning rate and pooling, a column a model and start.
  private var grid: Table {
    let columns = results.models.flatMap { model in model.starts.map { (model.name, $0) } }
    var table = Table(
      [Table.Column("pooling"), Table.Column("learning rate", .right)]
        + columns.map { Table.Column("\($0.0) \($0.1.name)", .right) })
    for pooling in results.plan.poolings {
      for rate in results.plan.learningRates {
        let cells = columns.map { _, start in
          let points = start.points.filter { $0.point.learningRate == rate && $0.point.pooling == pooling }
          let isChosen = start.chosen.learningRate == rate && start.chosen.pooling == pooling
          let mean =
            points.reduce(0) { $0 + $1.development.accuracy.value } / Double(max(1, points.count))
          let diverged = points.contains { $0.loss == nil }
          return (isChosen ? "* " : "") + (diverged ? "diverged" : Format.percent(mean))
        }
        table.add([pooling.rawValue, Format.plain(rate)] + cells)
      }
    }
    return table
  }

  private var outcome: Table {
    let seeds = results.plan.seeds.count
    var table = Table([
      Table.Column("model"), Table.Column("begins"), Table.Column("pooling"),
      Table.Column("learning rate", .right), Table.Column("accuracy", .right),
      Table.Column(seeds > 1 ? "95 % over \(seeds) seeds" : "95 %", .right), Table.Column("macro-F1", .right),
    ])
    for model in results.models {
      for start in model.starts {
        table.add([
          model.name, start.name, start.chosen.pooling.rawValue, Format.plain(start.chosen.learningRate),
          Format.percent(start.accuracy.value), Self.range(start.accuracy.interval, signed: false),
          Format.fixed(start.mean(\.test.macroF1), 3),
        ])
      }
    }
    return table
  }

  private var differences: Table {
    let isSeeded = results.plan.seeds.count > 1
    var table = Table(
      [
        Table.Column("model"), Table.Column("less"), Table.Column("difference", .right),
        Table.Column("95 % over texts, for these models", .right),
      ] + (isSeeded ? [Table.Column("95 % over seeds", .right)] : [])
        + [Table.Column(isSeeded ? "p (signs, Holm)" : "p (McNemar, Holm)", .right)])
    for difference in results.differences {
      table.add(
        [
          difference.left, difference.right, Self.points(difference.texts.value, signed: true),
          Self.range(difference.texts.interval, signed: true),
        ] + (isSeeded ? [Self.range(difference.seeds?.interval, signed: true)] : [])
          + [difference.corrected.map { $0 < 0.001 ? "< 0.001" : Format.fixed($0, 3) } ?? "—"])
    }
    return table
  }

  private static func points(_ share: Double, signed: Bool) -> String {
    // Rounded first, so that nothing has no sign.
    let points = (share * 1000).rounded() / 10
    return (signed && points > 0 ? "+" : "") + Format.fixed(points == 0 ? 0 : points, 1)
  }

  private static func range(_ interval: ReportData.Interval?, signed: Bool) -> String {
    interval.map { "\(points($0.low, signed: signed)) to \(points($0.high, signed: signed))" } ?? "—"
  }
}
