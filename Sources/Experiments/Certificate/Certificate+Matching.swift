extension Certificate {
  /// The row that a report adds when everything is trained.
  package static let textSeen = "text seen while training"

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
  static func rows(_ matched: [MatchedArm], _ plans: [ArmPlan]) -> [CertificateRow] {
    MatchKind.allCases.compactMap { kind in
      let arms = matched.filter { $0.kind == kind }
      guard let wanted = arms.first?.wanted else { return nil }
      let values = plans.dropFirst().map { plan in
        arms.first { $0.arm == plan.name }?.summary ?? "–"
      }
      let isEqual = arms.allSatisfy { $0.changes.isEmpty && $0.reached == wanted && $0.remains == nil }
      return CertificateRow(
        what: "matched: \(kind.rawValue)", values: [wanted] + values, equal: isEqual, declared: !isEqual,
        note: "the later arms were adjusted to equal the first")
    }
  }
}

extension MatchKind {
  /// Rows of the certificate in which arms then differ by design: what was changed, what
  /// follows from that, and what comes as near as whole steps and widths allow.
  var declares: Set<String> {
    let flops = [
      "FLOPs per step", "FLOPs per token, training", "FLOPs per token, forward", "FLOPs of the run",
    ]
    switch self {
    case .receptiveField: return Set(flops + ["receptive field of a layer", "receptive field at the top"])
    case .parameters: return Set(flops + ["parameters", "parameters without embeddings"])
    case .flops, .supervised:
      return [
        "budget", "steps of the run", "supervised tokens of the run", "FLOPs of the run",
        "text read by the run", Certificate.textSeen,
      ]
    }
  }
}
