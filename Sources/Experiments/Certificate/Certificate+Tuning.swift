import Reporting

extension Certificate {
  /// The row of the rates that trials led to.
  static let learningRate = "learning rate"

  /// Rows in which arms may differ because each has chosen for itself.
  static func declared(by tuning: Tuning?) -> Set<String> { tuning == nil ? [] : [learningRate] }

  /// How the arms were tuned, and what came of it.
  ///
  /// - Parameter tuned: none before the trials were run.
  static func lines(_ tuning: Tuning?, _ tuned: [TunedArm], _ plans: [ArmPlan]) -> [CertificateMeasures.Line]
  {
    guard let tuning else {
      return [
        CertificateMeasures.Line(
          what: "tuning trials", values: plans.map { _ in "none" },
          note:
            "every arm is trained with the rates of its recipe; the default rates were tuned by hand on the "
            + "embedded corpus")
      ]
    }
    let arms = plans.map { plan in tuned.first { $0.arm == plan.name } }
    let ends = arms.compactMap { $0?.warning.map { "beware: " + $0 } }
    return [
      CertificateMeasures.Line(
        what: "tuning trials", values: arms.map { tuning.words($0?.trials) },
        note:
          "each a run on the training text without its last \(Number.percent(Tuning.share, 0)), on which the arm's "
          + "own loss is measured"),
      CertificateMeasures.Line(
        what: learningRate,
        values: arms.map { $0?.chosen.map { Tuning.text($0) } ?? "to be chosen by trials" },
        note: (["the best rate of an arm's own trials, for all of its seeds"] + ends).joined(separator: "; ")),
    ]
  }
}

extension Tuning {
  /// What is tried, or what was, in words.
  func words(_ trials: [Trial]?) -> String {
    let rates = Set(trials?.map(\.learningRate) ?? learningRates).sorted().map(Self.text)
    let length = steps.map { Number.counted($0, "step") } ?? "as long as the run"
    let how =
      switch method {
      case .grid: "each \(length)"
      case .halving: "better halves tried again for twice as long, the last \(length)"
      }
    return "\(trials?.count ?? self.trials), of \(rates.joined(separator: ", ")); \(how)"
  }
}

extension TunedArm {
  /// That a wider grid may hold a better rate, where the chosen one is at an end.
  public var warning: String? {
    guard let chosen, let end else { return nil }
    return "\(Tuning.text(chosen)), the best of \(arm), is the \(end) that was tried, and "
      + "\(end == "lowest" ? "a lower" : "a higher") one may be better"
  }
}
