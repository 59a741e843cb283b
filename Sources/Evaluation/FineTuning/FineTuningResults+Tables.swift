import Reporting
import Statistics
import Training

extension FineTuningResults {
  /// What a text of the task is called, when there are several.
  public var unit: String {
    switch task.form {
    case .classification: "texts"
    case .pairs: "pairs"
    case .tagging: "words"
    }
  }

  /// One line per learning rate and pooling, one column per model and start; the chosen points have a star.
  package var grid: ExportedTable {
    let columns = models.flatMap { model in model.starts.map { (name: "\(model.name) \($0.name)", start: $0) }
    }
    let rows = plan.poolings.flatMap { pooling in
      plan.learningRates.map { rate in
        [pooling.rawValue, "\(rate)"] + columns.map { Self.cell($0.start, rate, pooling) }
      }
    }
    return ExportedTable(
      caption: "\(task.name): every point, accuracy on the development split (* chosen)",
      columns: ["pooling", "learning rate"] + columns.map(\.name),
      isNumber: [false, true] + columns.map { _ in true }, rows: rows)
  }

  private static func cell(_ start: Start, _ rate: Double, _ pooling: Pooling) -> String {
    let points = start.points.filter { $0.point.learningRate == rate && $0.point.pooling == pooling }
    let isChosen = start.chosen.learningRate == rate && start.chosen.pooling == pooling
    let mean = points.reduce(0) { $0 + $1.development.accuracy.value } / Double(max(1, points.count))
    return (isChosen ? "* " : "") + (points.contains { $0.loss == nil } ? "diverged" : Number.percent(mean))
  }

  /// What every model and start came to on the test part, at the point that it chose.
  package var outcome: ExportedTable {
    let seeds = plan.seeds.count
    return ExportedTable(
      caption: "\(task.name): on the test split, at the chosen point",
      columns: [
        "model", "start", "pooling", "learning rate", "accuracy",
        seeds > 1 ? "95 % over \(Number.counted(seeds, "seed"))" : "95 %", "macro-F1",
      ], isNumber: [false, false, false, true, true, true, true],
      rows: models.flatMap { model in
        model.starts.map { start in
          [
            model.name, start.name, start.chosen.pooling.rawValue, "\(start.chosen.learningRate)",
            Number.percent(start.accuracy.value), Self.range(start.accuracy.interval, signed: false),
            Number.fixed(start.mean(\.test.macroF1), 3),
          ]
        }
      })
  }

  /// Every difference with its intervals and its test.
  package var comparison: ExportedTable {
    let isSeeded = plan.seeds.count > 1
    return ExportedTable(
      caption: "\(task.name): differences on the same test texts, in points of accuracy",
      columns: ["model", "minus", "difference", "95 % over texts, for these models"]
        + (isSeeded ? ["95 % over seeds"] : []) + [isSeeded ? "p (joint sign flips)" : "p (McNemar, Holm)"],
      isNumber: [false, false, true, true] + (isSeeded ? [true] : []) + [true],
      rows: differences.map { difference in
        [
          difference.left, difference.right, Number.points(difference.texts.value),
          Self.range(difference.texts.interval, signed: true),
        ] + (isSeeded ? [Self.range(difference.seeds?.interval, signed: true)] : []) + [difference.p]
      })
  }

  private static func range(_ interval: Interval?, signed: Bool) -> String {
    interval == nil
      ? "–" : Number.interval(interval) { signed ? Number.points($0) : Number.fixed($0 * 100, 1) }
  }
}

extension FineTuningResults.Difference {
  /// The corrected probability, written out.
  var p: String { corrected.map(Number.probability) ?? "–" }

  /// Whether the corrected test decides at the 5 % level.
  var isDecided: Bool { corrected.map { $0 <= JointSignFlips.level } ?? false }
}
