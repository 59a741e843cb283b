import Inference

@testable import Comparison
@testable import Evaluation
@testable import Statistics

extension ReportFixture {
  /// Probes of invented models: the first an encoder, which has both sides.
  static func probes(arms: Int) -> ProbeResults {
    func share(_ value: Double) -> Measured {
      .share(correct: Int((value * 600).rounded()), of: 600)
    }
    func row(_ arm: Int, _ side: ChoiceContext, _ task: ProbeTask, _ layer: Int) -> ProbeResults.Row {
      let value = min(
        0.99, 0.55 + 0.12 * Double(layer) + 0.02 * Double(arm) + (side == .bothSides ? 0.05 : 0))
      return .init(
        arm: arm, side: side, task: task, layer: layer, accuracy: share(value), control: share(0.6),
        selectivity: .init(value - 0.6, interval: .init(low: value - 0.65, high: value - 0.55)),
        untrained: share(0.52 + 0.01 * Double(layer)))
    }
    let sides = (0..<arms).map { $0 == 0 ? ChoiceContext.allCases : [.leftOnly] }
    return ProbeResults(
      fitted: 1000, chosen: 400, tested: 600, penalty: 1e-3, gradientBound: 1e-5, fits: 144, unfinished: 0,
      tasks: ProbeTask.allCases.map { .init(task: $0, count: 1234, mostFrequent: 0.51, wordAlone: 0.58) },
      rows: (0..<arms).flatMap { arm in
        sides[arm].flatMap { side in
          ProbeTask.allCases.flatMap { task in (0...3).map { row(arm, side, task, $0) } }
        }
      },
      comparisons: (1..<max(1, arms)).flatMap { arm in
        ProbeTask.allCases.map { task in
          .init(
            arm: arm, against: 0, side: .leftOnly, task: task, layer: 3, layerAgainst: 2,
            difference: .init(0.14, interval: .init(low: 0.1, high: 0.18)))
        }
      })
  }
}
