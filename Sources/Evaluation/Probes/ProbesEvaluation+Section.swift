import Inference
import Reporting
import Statistics

extension ProbesEvaluation {
  /// Every task at every layer, and who comes out ahead where models saw the same.
  public func section(_ results: EvaluationResults<Result>) -> Section? {
    Self.combined(results).flatMap { probes in
      ProbeSection(probes) { index in results.models.first { $0.index == index }?.name ?? "" }.section
    }
  }

  /// One sentence a pair of models that knew the same, and one on what must not be concluded.
  public func verdicts(_ results: EvaluationResults<Result>) -> [Verdict] {
    guard let probes = Self.combined(results) else { return [] }
    func name(_ arm: Int) -> String { results.models.first { $0.index == arm }?.name ?? "" }
    func share(_ arm: Int, _ layer: Int) -> String {
      let row = probes.row(arm, .leftOnly, .predictedAcross, layer)
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
        numbers: share(comparison.arm, comparison.layer) + ", "
          + share(comparison.against, comparison.layerAgainst),
        comparable: true,
        because: "both see the sentence only up to the verb, and are probed where they predict it; "
          + results.scope)
    }
    if Set(probes.rows.map(\.side)).count > 1, results.models.contains(where: { !$0.seesFuture }) {
      verdicts.append(
        Verdict(
          statement: "An encoder's vectors of a whole sentence cannot be compared with those of a decoder.",
          numbers: "see the section on probes", comparable: false,
          because: "an encoder's vector at a word depends on the words after it, a decoder's does not"))
    }
    return verdicts
  }

  public func methods(_ results: EvaluationResults<Result>) -> String {
    Self.combined(results).map(Self.methods) ?? ""
  }

  /// How probes were made.
  package static func methods(_ probes: ProbeResults) -> String {
    "Probes: multinomial logistic regression on the vectors of every layer, fitted on \(probes.fitted) held-out "
      + "sentences and measured on \(probes.tested) others, with control tasks and the untrained models as baselines."
  }

  /// The share right of every task at the layer that is best where layers are chosen: first where the verb is predicted
  /// past other nouns, with the sentence up to the word in view.
  public func figures(of result: Result) -> [EvaluationFigure] {
    guard result.isWhole else { return [] }
    return ChoiceContext.allCases.flatMap { side in
      ProbeTask.allCases.reversed().compactMap { task -> EvaluationFigure? in
        guard let layer = result.best(side, task), let questions = result.questions(of: task) else {
          return nil
        }
        return EvaluationFigure(
          "\(task.rawValue), \(side == .leftOnly ? "up to the word" : "whole sentence")",
          questions.share(layer.real, task), count: questions.count(task))
      }
    }
  }

  private static func combined(_ results: EvaluationResults<Result>) -> ProbeResults? {
    ProbeResults(results.models.map { (arm: $0.index, result: $0.result) })
  }
}

extension ProbeResults {
  /// The probes of one layer for one task.
  func row(_ arm: Int, _ side: ChoiceContext, _ task: ProbeTask, _ layer: Int) -> Row? {
    rows.first { $0.arm == arm && $0.side == side && $0.task == task && $0.layer == layer }
  }
}
