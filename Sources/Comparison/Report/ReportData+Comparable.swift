extension ReportData {
  /// The name of a measure of verb forms in the held-out table.
  static func measure(of metric: Metric) -> String? {
    switch metric {
    case .verbLeftOnly: "right verb form, left side only"
    case .verbBothSides: "right verb form, both sides"
    default: nil
    }
  }

  /// The arms whose values of a measure may share an axis: all of them where the held-out table says that they
  /// compare, else those of each objective by themselves.
  func comparableArms(_ metric: Metric) -> [[Int]] {
    let row = Self.measure(of: metric).flatMap { name in heldOut.first { $0.measure == name } }
    guard let row, !row.comparable else { return [Array(arms.indices)] }
    var groups: [(objective: String, arms: [Int])] = []
    for (index, arm) in arms.enumerated() {
      if let known = groups.firstIndex(where: { $0.objective == arm.objective }) {
        groups[known].arms.append(index)
      } else {
        groups.append((arm.objective, [index]))
      }
    }
    return groups.map(\.arms)
  }
}
