/// The measure that decides: declared before anything is trained.
public enum PrimaryMeasure: Hashable, Sendable {
  /// Bits per byte by the chain rule from left to right, of arms that were trained for it.
  case likelihood
  /// The fraction of right verb forms, with the whole sentence in view.
  case verbsBothSides
  /// The fraction of right verb forms, with the left side in view.
  case verbsLeftOnly
  /// The fraction of hidden words that are chosen right among some of their class, with the whole sentence in view.
  case clozeBothSides
  /// The same, with the left side in view.
  case clozeLeftOnly
  /// The held-out loss; only arms that share an objective are compared.
  case heldOutLoss
  /// Bits by which a model's distribution of a hidden token is off the exact one, with the whole window in view.
  case divergenceBothSides
  /// The same of the next token, with the left side in view.
  case divergenceLeftOnly
  /// A figure of a registered evaluation that the comparison makes; nil: its first one.
  case figure(evaluation: String, name: String?)

  /// Those of the core, in the order in which they stand in.
  package static let core: [PrimaryMeasure] = [
    .likelihood, .verbsBothSides, .verbsLeftOnly, .clozeBothSides, .clozeLeftOnly, .heldOutLoss,
    .divergenceBothSides, .divergenceLeftOnly,
  ]

  /// Whether it decides where nothing was declared, or where what was declared does not exist.
  package var standsIn: Bool {
    switch self {
    case .divergenceBothSides, .divergenceLeftOnly, .figure: false
    default: true
    }
  }

  /// Whether this declares a measure: the same, or the evaluation whose first figure it is.
  package func names(_ measure: PrimaryMeasure) -> Bool {
    if case .figure(let evaluation, nil) = self, case .figure(evaluation, _) = measure { return true }
    return self == measure
  }

  /// Why models may not have it.
  package var reasonForMissing: String {
    switch self {
    case .likelihood:
      "two models must be trained for a likelihood: with causal-lm and a start token, or with any-order"
    case .verbsBothSides, .verbsLeftOnly:
      "only the embedded corpus has verb forms to choose; from the left side alone two models must be trained "
        + "for it"
    case .clozeBothSides, .clozeLeftOnly:
      "only the embedded corpus has words to choose; from the left side alone two models must be trained for "
        + "it"
    case .divergenceBothSides, .divergenceLeftOnly:
      "only the embedded corpus has exact distributions, and two models need the same tokens and must be trained for the task"
    case .heldOutLoss: "losses of different tasks are not comparable"
    case .figure(let evaluation, let name):
      "two models must have \(name.map { "the figure \"\($0)\"" } ?? "a figure") of \(evaluation) that says which "
        + "direction is better"
    }
  }
}

/// The spelling in suites and records: a name of the core, `EVALUATION`, or `EVALUATION/FIGURE`.
extension PrimaryMeasure: RawRepresentable, Codable {
  /// A measure of the core, or a figure of whatever evaluation has that name.
  public init?(rawValue: String) {
    if let core = Self.core.first(where: { $0.rawValue == rawValue }) {
      self = core
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
    case .likelihood: "likelihood"
    case .verbsBothSides: "verbs-both-sides"
    case .verbsLeftOnly: "verbs-left-only"
    case .clozeBothSides: "cloze-both-sides"
    case .clozeLeftOnly: "cloze-left-only"
    case .heldOutLoss: "held-out-loss"
    case .divergenceBothSides: "divergence-both-sides"
    case .divergenceLeftOnly: "divergence-left-only"
    case .figure(let evaluation, let name): evaluation + (name.map { "/" + $0 } ?? "")
    }
  }
}
