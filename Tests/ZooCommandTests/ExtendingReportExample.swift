// An evaluation of docs/extending.md with a section of its own, see ExtendingExamples.swift.
import Inference
import Reporting
import Settings
import Statistics
import Zoo

/// How unsure a model is in each quarter of a window: whether it uses what it has read.
struct UncertaintyByQuarter: Evaluation {
  /// What is stored in the folder of the run.
  struct Result: Codable {
    var quarters: [Double]
    var tokens: Int
  }

  func measure(_ subject: EvaluationSubject) throws -> Result {
    let text = subject.text.withHeldOut { String(decoding: $0.prefix(2000), as: UTF8.self) }
    let nats = try uncertainty(of: subject.model, in: text)
    let quarters = (0..<4).map { quarter in
      let part = nats[nats.count * quarter / 4..<nats.count * (quarter + 1) / 4]
      return part.reduce(0, +) / Double(max(part.count, 1))
    }
    return Result(quarters: quarters, tokens: nats.count)
  }

  func figures(of result: Result) -> [EvaluationFigure] {
    [EvaluationFigure("last quarter", result.quarters[3], unit: "nats", count: result.tokens / 4)]
  }

  func section(_ results: EvaluationResults<Result>) -> Section? {
    let rows = (0..<4).map { quarter in
      Block.Dots.Row(
        "quarter \(quarter + 1)",
        results.models.map { .init(model: $0.index, Measured($0.result.quarters[quarter])) })
    }
    let highest = results.models.flatMap(\.result.quarters).max() ?? 1
    let surer = results.models.filter { $0.result.quarters[3] < $0.result.quarters[0] }.map(\.name)
    return Section(
      id: "uncertainty-by-quarter", short: "Quarters", title: "Uncertainty by quarter",
      conclusion: "Surer at the end of a window than at its beginning: "
        + (surer.isEmpty ? "no model." : surer.joined(separator: ", ") + "."),
      explanation:
        "The entropy of a model's prediction at each place, averaged over a quarter of the window.",
      blocks: [
        .dots(.init("Mean entropy, in nats", rows: rows, domain: 0...max(highest, 0.1), style: .fixed(2)))
      ])
  }

  func methods(_ results: EvaluationResults<Result>) -> String {
    "Uncertainty is the entropy of predictions on the first 2,000 bytes of the held-out text."
  }
}

func addUncertaintyByQuarter(to registry: inout Registry) throws {
  try registry.add(
    "uncertainty-by-quarter", to: .evaluation, summary: "entropy of predictions along a window"
  ) { _ in UncertaintyByQuarter() }
}
