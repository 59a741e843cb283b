import Evaluation

extension ReportData {
  /// What earlier reports held in one part because the grammar of the text is known: four evaluations of today.
  struct Ruler: Codable, Sendable {
    /// What is above the grammar, by construction.
    var excess: ExcessResults?
    /// The distance to the best possible distributions.
    var truth: DivergenceResults?
    /// Choices between sentences of the grammar and others.
    var pairs: Pairs?
    /// Choices of a hidden word among several.
    var cloze: Cloze?
  }

  /// The divergence of an older report, as the evaluation that it is today.
  var oldDivergence: Evaluated? {
    (ruler?.truth).map { truth in
      Evaluated(
        evaluation: "divergence", settings: [:], figures: arms.map { _ in [] },
        section: DivergenceSection(truth, name: name).section, methods: DivergenceEvaluation.methods(truth))
    }
  }

  /// The likelihood of an older report with the excess over the grammar, as the evaluation that they are today.
  var oldLikelihood: Evaluated? {
    likelihood.map { likelihood in
      Evaluated(
        evaluation: "likelihood", settings: [:], figures: arms.map { _ in [] },
        section: LikelihoodSection(likelihood, ruler?.excess, name: name).section,
        methods: LikelihoodEvaluation.methods(likelihood))
    }
  }
}
