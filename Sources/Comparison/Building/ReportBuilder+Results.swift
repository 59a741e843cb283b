import Evaluation
import Experiments
import Foundation
import Inference
import Reporting
import Statistics
import SyntheticCorpus
import Text
import Training
import Zoo

extension ReportBuilder {
  func heldOutRows() -> [ReportData.HeldOutRow] {
    let tasks = Set(arms.map(\.task))
    let isOneTask = tasks.count == 1
    func row(
      _ measure: String, _ unit: String, _ values: [Double?], comparable: Bool, because: String
    ) -> ReportData.HeldOutRow {
      ReportData.HeldOutRow(
        measure: measure, unit: unit, values: values.map { $0.map { Measured($0) } },
        comparable: comparable, because: because)
    }
    // A row holds one task: losses of objectives that hide other shares measure other things.
    var rows = tasks.sorted().map { task in
      row(
        "held-out loss" + (isOneTask ? "" : ", " + task),
        arms.first { $0.task == task }?.record.unit ?? "",
        arms.map { $0.task == task ? $0.evaluation.loss : nil },
        comparable: isOneTask,
        because: isOneTask
          ? "the same task on the same frozen windows"
          : "losses of different tasks, tokenizers or texts are not comparable")
    }
    rows.append(
      row(
        "most probable token is right", "share of predictions", arms.map(\.evaluation.accuracy),
        comparable: isOneTask,
        because: isOneTask
          ? "the same predictions" : "not comparable: different predictions, with different context"))
    if arms.contains(where: { $0.evaluation.bitsPerByte != nil }) {
      rows.append(
        row(
          "bits per byte", "bits per content byte", arms.map(\.evaluation.bitsPerByte),
          comparable: experiment.isOneText,
          because: experiment.isOneText
            ? "a likelihood of the text, comparable with the floor and with compressors; not defined for objectives that are not a likelihood"
            : "likelihoods of different texts, of which one may be easier to predict"
        ))
    }
    for side in ChoiceContext.allCases where arms.allSatisfy({ $0.verbs[side] != nil }) {
      let counts = arms.map { arm in (arm.verbs[side] ?? []).count { $0 } }
      let total = arms[0].verbs[side]?.count ?? 0
      rows.append(
        ReportData.HeldOutRow(
          measure: side == .leftOnly ? "right verb form, left side only" : "right verb form, both sides",
          unit: "share of \(Number.counted(total, "item"))",
          values: counts.map { .share(correct: $0, of: total) },
          comparable: reasonAgainst(side, arms) == nil,
          because: reasonAgainst(side, arms) ?? "the same choices with the same context"))
    }
    return rows
  }

  func floor() throws -> ReportData.Floor? {
    guard let corpus = experiment.corpus else { return nil }
    let decoders = arms.indices.filter { arms[$0].evaluation.bitsPerByte != nil }
    guard let first = decoders.first else { return nil }
    let text = try scoredText(arms[first])
    let bytes = Double(text.reduce(0) { $0 + $1.count })
    let whole = text.flatMap { $0 }
    let entropy = text.reduce(0.0) { $0 + corpus.automaton.bits($1) } / bytes
    let baselines = corpus.source.withTrain { train in
      whole.withUnsafeBufferPointer { scored in
        [
          ReportData.Floor.Entry(name: "unigram", bitsPerByte: UnigramModel(train).bits(scored) / bytes),
          ReportData.Floor.Entry(
            name: "Kneser-Ney 5-gram", bitsPerByte: KneserNeyModel(train).bits(scored) / bytes),
          ReportData.Floor.Entry(
            name: "zlib -9", bitsPerByte: GeneralCompressor.bits(scored, after: train) / bytes),
        ]
      }
    }
    return ReportData.Floor(
      entropy: entropy,
      models: decoders.map {
        ReportData.Floor.Entry(
          name: arms[$0].plan.name, bitsPerByte: arms[$0].evaluation.bitsPerByte ?? .nan, arm: $0)
      }, baselines: baselines,
      note:
        "the grammar's own −log₂ probability of exactly the \(Number.grouped(Int(bytes))) scored bytes, in windows that begin with a sentence and are cut; of whole sentences the grammar's entropy is "
        + "\(Number.fixed(corpus.automaton.entropyBitsPerByte, 4)) bits per byte"
    )
  }

  /// The bytes of the windows that an arm's evaluation scored.
  private func scoredText(_ arm: ArmResult) throws -> [[UInt8]] {
    try heldOutWindows(
      arm, length: arm.plan.descriptor.context, limit: arm.plan.recipe.evaluationWindows
    ).map { $0.flatMap { arm.trained.tokenizer.bytes(of: $0) } }
  }

  /// Frozen windows of an arm's held-out tokens.
  func heldOutWindows(_ arm: ArmResult, length: Int, limit: Int?) throws -> [[Int32]] {
    let data = try TrainingData(
      experiment.source, tokenizer: arm.trained.tokenizer)
    return try WindowSampler.frozen(data.heldOut, length: length, limit: limit).map {
      Array($0.prefix(length))
    }
  }

  func verbs() -> ReportData.Verbs? {
    guard let corpus = experiment.corpus, let count = arms[0].verbs[.leftOnly]?.count, count > 0 else {
      return nil
    }
    func scores(_ chosen: [Int]) -> [ReportData.Verbs.Score] {
      arms.indices.map { arm in
        func share(_ side: ChoiceContext) -> Measured? {
          arms[arm].verbs[side].map { right in
            .share(correct: chosen.count { right[$0] }, of: chosen.count)
          }
        }
        return ReportData.Verbs.Score(arm: arm, leftOnly: share(.leftOnly), bothSides: share(.bothSides))
      }
    }
    func breakdown(_ property: String, _ value: (VerbItem) -> Int) -> ReportData.Verbs.Breakdown {
      let groups = Dictionary(grouping: Array(0..<count)) { value(corpus.items[$0]) }.sorted {
        $0.key < $1.key
      }
      return ReportData.Verbs.Breakdown(
        property: property,
        groups: groups.map { .init(label: "\($0.key)", count: $0.value.count, scores: scores($0.value)) })
    }
    // An item that fits no context was left out; breakdowns then would mix up the items.
    let isWhole = count == corpus.items.count
    return ReportData.Verbs(
      count: count, scores: scores(Array(0..<count)),
      breakdowns: isWhole
        ? [
          breakdown("attractors between subject and verb") { $0.attractors.count },
          breakdown("words between subject and verb", \.distance),
        ] : [],
      baselines: [
        .init(
          name: "Kneser-Ney 5-gram",
          accuracy: corpus.source.withTrain { train in
            let accuracy = KneserNeyModel(train).accuracy(on: corpus.items)
            return .share(
              correct: Int((accuracy * Double(corpus.items.count)).rounded()), of: corpus.items.count)
          })
      ])
  }

  func verdicts(_ verbs: ReportData.Verbs?) -> [Verdict] {
    var verdicts: [Verdict] = []
    if let verbs {
      for (side, words) in [
        (ChoiceContext.bothSides, "with both sides"), (.leftOnly, "with the left side only"),
      ] {
        let numbers = verbs.scores.map { score -> String in
          guard let value = side == .leftOnly ? score.leftOnly : score.bothSides else { return "" }
          let interval =
            value.interval.map {
              " (\(Number.fixed($0.low * 100, 1)) to \(Number.fixed($0.high * 100, 1)))"
            } ?? ""
          return "\(arms[score.arm].plan.name) \(Number.percent(value.value))\(interval)"
        }
        verdicts.append(
          Verdict(
            statement: "Choosing the right verb form \(words).", numbers: numbers.joined(separator: ", "),
            comparable: reasonAgainst(side, arms) == nil,
            because: reasonAgainst(side, arms)
              ?? "the same \(verbs.count) choices with the same context; \(ofSeed), so this describes these trained "
              + "models, not the architectures"))
      }
    }
    if Set(arms.map(\.task)).count > 1 {
      verdicts.append(
        Verdict(
          statement: "The losses are not comparable: the objectives or texts differ.",
          numbers: arms.map { "\($0.plan.name) \(Number.fixed($0.evaluation.loss, 3)) \($0.record.unit)" }
            .joined(separator: ", "),
          comparable: false,
          because:
            "they are not losses of one task on one text: \(Set(arms.map(\.task)).sorted().joined(separator: "; "))"
        ))
    }
    return verdicts
  }
}
