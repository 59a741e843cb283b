import Testing

@testable import Comparison

/// Measures that do not compare never share an axis.
@Suite struct AxisTests {
  @Test func whatDoesNotCompareHasPanelsOfItsOwn() throws {
    var data = ReportFixture.full(arms: 2)
    let kinds = data.drawnCurves
    let left = try #require(kinds.firstIndex { $0.metric.rawValue == "verbs.leftOnly" })
    data.curveKinds = kinds
    data.curveKinds?[left].isComparable = true
    let title = "Right verb form, left context only"
    func titles() -> [String] { SectionCurves(data: data).panels.map(\.title).filter { $0.hasPrefix(title) } }
    #expect(titles() == [title])
    data.curveKinds?[left].isComparable = false
    #expect(Set(data.arms.map(\.objective)).count == 2)
    #expect(titles() == data.arms.map { "\(title), \($0.objective)" })
    for panel in SectionCurves(data: data).panels where panel.title.hasPrefix(title) {
      #expect(Set(panel.curves.map(\.curve.arm)).count == 1)
    }
  }
}
