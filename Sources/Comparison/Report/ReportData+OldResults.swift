import AttentionAnalysis
import Evaluation
import Inference
import Settings

/// A result as earlier reports held it: with the index of its model among its own keys.
struct OldResult<Result: Codable & Sendable>: Codable, Sendable {
  /// Index into ``ReportData/arms``.
  var arm: Int
  /// What is one model's own.
  var result: Result

  private enum Key: String, CodingKey { case arm }

  init(arm: Int, _ result: Result) {
    self.arm = arm
    self.result = result
  }

  init(from decoder: any Decoder) throws {
    arm = try decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .arm)
    result = try Result(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(arm, forKey: .arm)
  }
}

extension ReportData {
  /// The registered evaluations; of an older report also what was none yet, as the evaluations that they are today.
  var allEvaluations: [Evaluated] {
    let old =
      [oldDivergence, oldLikelihood] + oldChoices + [oldPairs] + oldFineTuning + [
        oldProbes, evaluated(SamplesEvaluation.standard, "samples", Self.grouped(samples)),
        evaluated(
          WritingEvaluation.standard, "writing", (writing ?? []).map { (arm: $0.arm, result: $0.result) }),
        evaluated(FillsEvaluation.standard, "fills", Self.grouped(fills)),
      ]
    return old.compactMap { $0 } + (evaluations ?? []) + [oldHeads].compactMap { $0 }
  }

  private var oldHeads: Evaluated? {
    heads.map { heads in
      Evaluated(
        evaluation: "heads", settings: [:], figures: arms.map { _ in [] },
        section: HeadSection(heads, name: name).section, methods: "")
    }
  }

  private var oldProbes: Evaluated? {
    probes.map { probes in
      Evaluated(
        evaluation: "probes", settings: [:], figures: arms.map { _ in [] },
        section: ProbeSection(probes, name: name).section, methods: ProbesEvaluation.methods(probes))
    }
  }

  private var oldFineTuning: [Evaluated?] {
    (fineTuning ?? []).map { found in
      Evaluated(
        evaluation: "fine-tuning", settings: ["task": found.task.name], figures: arms.map { _ in [] },
        section: FineTuningEvaluation.section(found) { name in arms.firstIndex { $0.name == name } },
        methods: FineTuningEvaluation.methods(found))
    }
  }

  /// All results of a model in one list.
  private static func grouped<Result>(_ results: [OldResult<Result>]?) -> [(arm: Int, result: [Result])] {
    var arms: [Int] = []
    for result in results ?? [] where !arms.contains(result.arm) { arms.append(result.arm) }
    return arms.map { arm in
      (arm: arm, result: (results ?? []).filter { $0.arm == arm }.map(\.result))
    }
  }

  /// What the program shows of the results of an earlier report; nil without results.
  func evaluated<Old: Evaluation>(
    _ evaluation: Old, _ name: String, _ results: [(arm: Int, result: Old.Result)]
  )
    -> Evaluated?
  {
    guard !results.isEmpty else { return nil }
    let all = EvaluationResults(
      ComponentDeclaration(family: Family.evaluation.name, name: name, summary: "", keys: []),
      results.map { arm, result in
        .init(index: arm, name: self.name(arm), seesFuture: self.arm(arm)?.kind == .encoder, result: result)
      })
    return evaluated(evaluation, all)
  }
}
