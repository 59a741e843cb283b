/// The measure that decides: declared before anything is trained.
public enum PrimaryMeasure: Hashable, Sendable {
  /// The held-out loss; only arms that share an objective are compared.
  case heldOutLoss
  /// A figure of an evaluation that the comparison makes; nil: its first one.
  case figure(evaluation: String, name: String?)

  /// Bits per byte by the chain rule from left to right, of arms that were trained for it.
  package static let likelihood = PrimaryMeasure.figure(evaluation: "likelihood", name: "bits per byte")

  /// Figures of evaluations that comparisons make without being asked, by the names that they have in suites.
  private static let named: [(name: String, evaluation: String, figure: String)] = [
    ("likelihood", "likelihood", "bits per byte"),
    ("verbs-both-sides", "verb-forms", "verb forms, both sides given"),
    ("verbs-left-only", "verb-forms", "verb forms, left side given"),
    ("cloze-both-sides", "cloze", "cloze, both sides given"),
    ("cloze-left-only", "cloze", "cloze, left side given"),
    ("divergence-both-sides", "divergence", "divergence from the exact distribution, both sides"),
    ("divergence-left-only", "divergence", "divergence from the exact distribution, left side only"),
  ]
  /// The spelling of the one that is no figure.
  private static let heldOutLossName = "held-out-loss"

  /// Every name of a measure that a suite can give without asking for an evaluation.
  package static let names = named.map(\.name) + [heldOutLossName]

  /// Whether this declares a measure: the same, or the evaluation whose first figure it is.
  package func names(_ measure: PrimaryMeasure) -> Bool {
    if case .figure(let evaluation, nil) = self, case .figure(evaluation, _) = measure { return true }
    return self == measure
  }

  /// Why models may not have it.
  package var reasonForMissing: String {
    switch self {
    case .figure("likelihood", _):
      "two models must be trained for a likelihood: with causal-lm and a start token, or with any-order"
    case .figure("divergence", _):
      "only the embedded corpus has exact distributions, and two models need the same tokens and must be trained for the task"
    case .heldOutLoss: "losses of different tasks are not comparable"
    case .figure(let evaluation, let name):
      "two models must have \(name.map { "the figure \"\($0)\"" } ?? "a figure") of \(evaluation) that says which "
        + "direction is better, and must be trained for what it asks; verb forms and cloze are asked on the embedded "
        + "corpus only"
    }
  }
}

/// The spelling in suites and records: a name, `EVALUATION`, or `EVALUATION/FIGURE`.
extension PrimaryMeasure: RawRepresentable, Codable {
  /// A measure that has a name, or a figure of whatever evaluation has that name.
  public init?(rawValue: String) {
    if rawValue == Self.heldOutLossName {
      self = .heldOutLoss
      return
    }
    if let known = Self.named.first(where: { $0.name == rawValue }) {
      self = .figure(evaluation: known.evaluation, name: known.figure)
      return
    }
    let parts = rawValue.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    guard let evaluation = parts.first, !parts.contains("") else { return nil }
    self = .figure(evaluation: evaluation, name: parts.count > 1 ? parts[1] : nil)
  }

  public var rawValue: String {
    // Written out: measures are equal where their spelling is.
    switch self {
    case .heldOutLoss: Self.heldOutLossName
    case .figure(let evaluation, let name):
      Self.named.first { ($0.evaluation, $0.figure) == (evaluation, name) }?.name
        ?? evaluation + (name.map { "/" + $0 } ?? "")
    }
  }
}
