extension Certificate {
  /// The row that a report adds when everything is trained.
  static let textSeen = "text seen while training"

  /// Rows in which arms may differ because they were matched. What could not be made equal stays undeclared.
  static func declared(by matched: [MatchedArm]) -> Set<String> {
    var declared = Set(matched.filter { $0.remains == nil }.flatMap(\.kind.declares))
    for arm in matched where arm.remains != nil {
      declared.subtract(["receptive field of a layer", "receptive field at the top"])
      declared.formUnion(arm.kind.declares.intersection(costs))
    }
    return declared
  }

  /// What matching changed, one row a kind.
  static func rows(_ matched: [MatchedArm], _ plans: [ArmPlan]) -> [ReportData.CertificateRow] {
    MatchKind.allCases.compactMap { kind in
      let arms = matched.filter { $0.kind == kind }
      guard let wanted = arms.first?.wanted else { return nil }
      let values = plans.dropFirst().map { plan in
        arms.first { $0.arm == plan.name }?.summary ?? "–"
      }
      let isEqual = arms.allSatisfy { $0.changes.isEmpty && $0.reached == wanted && $0.remains == nil }
      return ReportData.CertificateRow(
        what: "matched: \(kind.rawValue)", values: [wanted] + values, equal: isEqual, declared: !isEqual,
        note: "the later arms were adjusted to equal the first")
    }
  }
}
