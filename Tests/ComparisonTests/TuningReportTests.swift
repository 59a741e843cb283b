import Foundation
import Testing

@testable import Comparison
@testable import Experiments

/// What a report shows of trials.
@Suite struct TuningReportTests {
  @Test func aReportShowsEveryTrial() throws {
    var data = ReportFixture.full()
    let arms = [
      TunedArm(
        arm: data.arms[0].name, unit: "nats <a token>", seed: 7,
        trials: [
          Trial(rung: 1, learningRate: 1e-3, steps: 2000, loss: 0.7123),
          Trial(rung: 1, learningRate: 1e-2, steps: 2000, loss: nil),
        ]),
      TunedArm(
        arm: "gpt", unit: "nats", seed: 7,
        trials: [Trial(rung: 1, learningRate: 1e-3, steps: 5, loss: 0.5)]),
    ]
    data.tuning = .init(
      try Tuning(learningRates: [1e-3, 1e-2], method: .grid), arms, names: data.arms.map(\.name))
    #expect(data.tuning?.arms.map(\.arm) == [0, 1])
    let page = PageReader.read(ReportPage.html(data))
    #expect(page.problem == nil && page.sections.contains("tuning"))
    for text in [
      "0.7123", "diverged", "2,000", "chosen", "is the lowest that was tried", "nats <a token>",
    ] {
      #expect(page.text.contains(text), "\(text)")
    }
    let table = try #require(ExportedTables(data).tables.first { $0.columns.contains("learning rate") })
    #expect(table.columns == ["model", "learning rate", "steps", "loss", "unit", ""])
    #expect(
      table.rows == [
        ["bert", "0.001", "2,000", "0.7123", "nats <a token>", "chosen"],
        ["bert", "0.01", "2,000", "diverged", "nats <a token>", ""],
        ["gpt", "0.001", "5", "0.5000", "nats", "chosen"],
      ])
    let copy = try JSONDecoder().decode(ReportData.self, from: JSONEncoder().encode(data))
    #expect(copy.tuning?.arms[0].trials == arms[0].trials)
    data.tuning = nil
    #expect(!PageReader.read(ReportPage.html(data)).sections.contains("tuning"))
  }
}
