import Foundation
import Training
import Zoo

extension ReportBuilder {
  /// What all seeds say; nil with one seed or where no measure is fair to all arms.
  ///
  /// - Parameter windows: those of the report's likelihood.
  func seeds(_ likelihood: ReportData.Likelihood?) throws -> ReportData.Seeds? {
    let count = (repeats.map(\.plan.seedNumber).max() ?? 1)
    guard count > 1 else { return nil }
    /// All runs of every arm, `[arms][seeds]`.
    let runs = arms.map { arm in
      [arm]
        + repeats.filter { $0.plan.arm == arm.plan.arm }.sorted { $0.plan.seedNumber < $1.plan.seedNumber }
    }
    guard runs.allSatisfy({ $0.count == count }) else { return nil }
    var measures: [SeedComparison.Measure] = []
    for side in [ChoiceContext.bothSides, .leftOnly]
    where runs.allSatisfy({ $0.allSatisfy { $0.verbs[side] != nil } }) {
      measures.append(
        SeedComparison.Measure(
          name: "right verb form, " + (side == .leftOnly ? "left side only" : "both sides"),
          unit: "share of items", moreIsBetter: true,
          values: runs.map { $0.map { Self.share($0.verbs[side] ?? []) } }))
    }
    if let likelihood, likelihood.scores.allSatisfy(\.isTrainedForIt),
      Set(likelihood.scores.map(\.arm)).count == arms.count
    {
      let windows = try heldOutWindows(arms[0], length: likelihood.tokens, limit: likelihood.windows)
      measures.insert(
        SeedComparison.Measure(
          name: "likelihood by the chain rule, left to right", unit: "bits per byte, at most",
          moreIsBetter: false,
          values: try runs.enumerated().map { arm, runs in
            // The first seed's stands in the report already.
            let first = likelihood.scores.first { $0.arm == arm }?.bitsPerByte.value ?? .nan
            return try [first] + runs.dropFirst().map { try Self.bitsPerByte($0.trained, windows) }
          }), at: 0)
    } else if Set(arms.map(\.record.unit)).count == 1 {
      measures.insert(
        SeedComparison.Measure(
          name: "held-out loss", unit: arms[0].record.unit, moreIsBetter: false,
          values: runs.map { $0.map(\.evaluation.loss) }), at: 0)
    }
    return measures.isEmpty ? nil : SeedComparison.make(measures, seeds: count)
  }

  /// One sentence a further arm, on the primary measure.
  func seedVerdicts(_ seeds: ReportData.Seeds?) -> [ReportData.Verdict] {
    guard let seeds, let primary = seeds.measures.first else { return [] }
    return primary.differences.map { difference in
      let (name, first) = (arms[difference.arm].plan.name, arms[0].plan.name)
      func text(_ value: Double) -> String { Number.fixed(value, 4) }
      let range = Number.interval(difference.mean.interval, text)
      return ReportData.Verdict(
        statement: "Over \(seeds.count) seeds: \(primary.verdict(difference, name: name, first: first)).",
        numbers: "\(primary.name): \(name) − \(first) = \(text(difference.mean.value))"
          + (range.isEmpty ? "" : " (\(range))") + " \(primary.unit)"
          + (difference.corrected.map { ", sign-flip p \(Number.fixed($0, 3)) after Holm" } ?? ""),
        comparable: true,
        because:
          "paired by seed: the unit is a training run, so this is about the architectures at this size, "
          + "text and budget"
          + (seeds.count < 6 ? "; fewer than six seeds cannot decide at the 5 % level" : ""))
    }
  }

  private static func share(_ flags: [Bool]) -> Double {
    Double(flags.count { $0 }) / Double(max(1, flags.count))
  }

  private static func bitsPerByte(_ model: LoadedModel, _ windows: [[Int32]]) throws -> Double {
    let bits = try WindowScoring(model).nats(windows).map { $0.reduce(0, +) / log(2) }
    let bytes = windows.map { $0.reduce(0) { $0 + model.tokenizer.bytes(of: $1).count } }
    return WindowMeasure(bytes: bytes).perByte(bits).value
  }
}
