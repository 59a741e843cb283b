import Reporting

extension ReportData {
  /// An arm, or nil for an index that names none.
  func arm(_ index: Int?) -> Arm? {
    guard let index, arms.indices.contains(index) else { return nil }
    return arms[index]
  }

  /// Mark and name of an arm.
  func label(_ index: Int) -> Markup {
    guard let arm = arm(index) else { return "arm \(index + 1)" }
    return "<span class='arm'>\(ChartMark.swatch(arm.colour))\(arm.name)</span>"
  }

  /// Plain name of an arm.
  func name(_ index: Int) -> String { arm(index)?.name ?? "arm \(index + 1)" }

  /// Colour of an arm.
  func colour(_ index: Int) -> Int { arm(index)?.colour ?? index }

  /// The models as blocks name them.
  var models: [ReportModel] { arms.map { ReportModel($0.name, colour: $0.colour) } }

  /// One column a model.
  var armColumns: [ReportTable.Column] { arms.indices.map { .init(label($0)) } }
}
