import Evaluation
import Experiments
import Inference
import Reporting

extension ReportBuilder {
  /// Linear probes of the hidden states of all arms; nil if not requested, or where the text has no grammar.
  func probes() throws -> ProbeResults? {
    guard design.probes == true, experiment.corpus != nil else { return nil }
    let subjects = arms.indices.map { index in
      ProbeStudy.Subject(arm: index, trained: arms[index].trained) { try experiment.untrained(arms[index]) }
    }
    // As many sentences for every budget, so that models of several budgets are asked alike: an encoder reads about 130
    // tokens for each, trained and untrained, on both sides, which costs as much as training on some 90,000.
    return try ProbeStudy(subjects, source: experiment.source, threads: experiment.threads).make()
  }

  /// One sentence a pair of models that knew the same, and one on what must not be concluded.
  func probeVerdicts(_ probes: ProbeResults?) -> [Verdict] {
    guard let probes else { return [] }
    func name(_ arm: Int) -> String { arms[arm].plan.name }
    func share(_ arm: Int, _ side: ChoiceContext, _ layer: Int) -> String {
      let row = probes.rows.first {
        $0.arm == arm && $0.side == side && $0.task == .predictedAcross && $0.layer == layer
      }
      let range = Number.interval(row?.accuracy.interval) { Number.fixed($0 * 100, 1) }
      return "\(name(arm)) \(Number.percent(row?.accuracy.value ?? .nan)) (\(range)) at layer \(layer)"
    }
    var verdicts = probes.comparisons.filter { $0.side == .leftOnly && $0.task == .predictedAcross }.map {
      comparison in
      let interval = comparison.difference.interval
      let isOpen = interval.map { $0.low <= 0 && $0.high >= 0 } ?? true
      let (more, less) =
        comparison.difference.value > 0
        ? (comparison.arm, comparison.against) : (comparison.against, comparison.arm)
      return Verdict(
        statement: isOpen
          ? "Not decided: whether \(name(comparison.arm)) or \(name(comparison.against)) better keeps a subject's number "
            + "past other nouns."
          : "\(name(more)) keeps a subject's number past other nouns better than \(name(less)), for a linear "
            + "probe.",
        numbers: share(comparison.arm, .leftOnly, comparison.layer) + ", "
          + share(comparison.against, .leftOnly, comparison.layerAgainst),
        comparable: true,
        because: "both see the sentence only up to the verb, and are probed where they predict it; "
          + "\(ofSeed), so this describes these trained models"
      )
    }
    if Set(probes.rows.map(\.side)).count > 1, arms.contains(where: { !$0.trained.model.mask.seesFuture }) {
      verdicts.append(
        Verdict(
          statement:
            "An encoder's vectors of a whole sentence cannot be compared with those of a decoder.",
          numbers: "see the section on probes", comparable: false,
          because: "an encoder's vector at a word depends on the words after it, a decoder's does not"))
    }
    return verdicts
  }
}
