import Evaluation
import Experiments
import Inference
import Statistics

extension ReportBuilder {
  /// The learning curves of an arm: of several seeds the mean, with the lowest and the highest as a band.
  func curves(_ index: Int) -> [ReportData.Curve] {
    let arm = arms[index]
    let runs = [arm] + repeats.filter { $0.plan.arm == arm.plan.arm }
    func curve(_ metric: ReportData.Metric, _ points: [[CurvePoint]]) -> ReportData.Curve? {
      guard let first = points.first, !first.isEmpty else { return nil }
      return ReportData.Curve(
        arm: index, metric: metric, points: Self.overSeeds(points), seeds: points.count)
    }
    func shares(
      _ points: KeyPath<ArmResult, [ChoiceContext: [CurvePoint]]>,
      _ answers: KeyPath<ArmResult, [ChoiceContext: [Bool]]>, _ side: ChoiceContext
    ) -> [[CurvePoint]] {
      runs.map { run in
        let count = run[keyPath: answers].values.first?.count ?? 0
        return (run[keyPath: points][side] ?? []).map { point in
          var point = point
          point.interval = .wilson(correct: Int((point.value * Double(count)).rounded()), of: count)
          return point
        }
      }
    }
    return [
      curve(.divergenceBothSides, runs.map(\.divergencePoints)),
      curve(.trainingLoss, [arm.trainPoints]), curve(.heldOutLoss, runs.map(\.heldOutPoints)),
      // One that was not trained for the left side alone has no place on the axis of those that were.
      isTrained(arm, toSee: .leftOnly)
        ? curve(.verbLeftOnly, shares(\.verbPoints, \.verbs, .leftOnly)) : nil,
      curve(.verbBothSides, shares(\.verbPoints, \.verbs, .bothSides)),
      curve(.wordBothSides, shares(\.wordPoints, \.words, .bothSides)),
    ].compactMap { $0 }
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
