import Evaluation
import Experiments
import Inference
import Statistics

extension ReportBuilder {
  /// The figures that were followed while models trained and are drawn, one a metric.
  func followedFigures(_ asked: [AskedModels]) -> [(asked: AskedModels, figure: EvaluationFigure)] {
    var found: [(asked: AskedModels, figure: EvaluationFigure)] = []
    for asked in asked {
      for figure in asked.figures(of: arms)
      where figure.curve?.title != nil
        && !found.contains(where: { $0.figure.curve?.metric == figure.curve?.metric })
      {
        found.append((asked, figure))
      }
    }
    return found
  }

  /// What the report says of followed figures.
  func curveKinds(_ asked: [AskedModels]) -> [ReportData.CurveKind] {
    followedFigures(asked).compactMap { asked, figure in
      figure.curve.flatMap { curve in
        curve.title.map { title in
          ReportData.CurveKind(
            metric: .init(rawValue: curve.metric), title: title,
            unit: figure.isShare ? "accuracy" : figure.unit, isShare: figure.isShare,
            chance: figure.isShare ? figure.chance : nil,
            isComparable: results(asked).reasonAgainst(figure.context) == nil)
        }
      }
    }
  }

  /// The learning curves of an arm: of several seeds the mean, with the lowest and the highest as a band.
  func curves(_ index: Int, _ asked: [AskedModels]) -> [ReportData.Curve] {
    let arm = arms[index]
    let runs = [arm] + repeats.filter { $0.plan.arm == arm.plan.arm }
    func curve(_ metric: ReportData.Metric, _ points: [[CurvePoint]]) -> ReportData.Curve? {
      guard let first = points.first, !first.isEmpty else { return nil }
      return ReportData.Curve(
        arm: index, metric: metric, points: Self.overSeeds(points), seeds: points.count)
    }
    let followed = followedFigures(asked).compactMap { _, figure -> ReportData.Curve? in
      // One that was not trained for the left side alone has no place on the axis of those that were.
      guard let metric = figure.curve?.metric,
        figure.context != .leftOnly || isTrained(arm, toSee: .leftOnly)
      else { return nil }
      return curve(.init(rawValue: metric), runs.map { points(of: figure, $0) })
    }
    return [
      curve(.trainingLoss, [arm.trainPoints]), curve(.heldOutLoss, runs.map(\.heldOutPoints)),
    ].compactMap { $0 } + followed
  }

  /// A followed figure of a run at every evaluation of its training; none where the questions were others.
  func points(of figure: EvaluationFigure, _ run: ArmResult) -> [CurvePoint] {
    guard let curve = figure.curve, run.sharesQuestions || !curve.dependsOnModels else { return [] }
    let points = run.curves.points("evaluation", curve.metric)
    guard figure.isShare else { return points }
    return points.map { point in
      var point = point
      point.interval = .wilson(
        correct: Int((point.value * Double(figure.count)).rounded()), of: figure.count)
      return point
    }
  }

  /// The mean of several curves at the steps that all have, with the lowest and the highest value; one curve as it
  /// is.
  static func overSeeds(_ curves: [[CurvePoint]]) -> [CurvePoint] {
    guard curves.count > 1, let first = curves.first else { return curves.first ?? [] }
    return first.compactMap { point in
      let values = curves.compactMap { $0.first { $0.step == point.step }?.value }
      guard values.count == curves.count, let low = values.min(), let high = values.max() else { return nil }
      var mean = point
      mean.value = values.reduce(0, +) / Double(values.count)
      mean.interval = Interval(low: low, high: high)
      return mean
    }
  }
}
