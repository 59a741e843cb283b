import Foundation
import Training
import Zoo

extension ReportBuilder {
  /// What all seeds say; nil where no measure is fair to two arms, and for one seed unless the arms are a
  /// path.
  ///
  /// - Parameter windows: those of the report's likelihood.
  func seeds(_ likelihood: ReportData.Likelihood?, _ windows: [[Int32]]) throws -> ReportData.Seeds? {
    let count = (repeats.map(\.plan.seedNumber).max() ?? 1)
    guard count > 1 || design.isPath else { return nil }
    /// All runs of every arm, `[arms][seeds]`.
    let runs = arms.map { arm in
      [arm]
        + repeats.filter { $0.plan.arm == arm.plan.arm }.sorted { $0.plan.seedNumber < $1.plan.seedNumber }
    }
    guard runs.allSatisfy({ $0.count == count }) else { return nil }
    let made = try PrimaryMeasure.allCases.compactMap { kind in
      try measure(kind, runs, likelihood, windows).map { (kind: kind, measure: $0) }
    }.filter { $0.measure.values.count { !$0.isEmpty } > 1 }
    // What was declared comes first; else the first that every arm has.
    let isWhole = made.map { $0.measure.values.allSatisfy { !$0.isEmpty } }
    let first =
      design.primary.flatMap { primary in made.firstIndex { $0.kind == primary } }
      ?? isWhole.firstIndex(of: true) ?? 0
    guard made.indices.contains(first) else { return nil }
    let measures = [made[first].measure] + made.indices.filter { $0 != first }.map { made[$0].measure }
    let against = arms.indices.map { index -> Int? in
      guard let name = arms[index].plan.against else { return index == 0 ? nil : 0 }
      return arms.firstIndex { $0.plan.arm == name } ?? 0
    }
    var seeds = SeedComparison.make(measures, seeds: count, against: against, design: design)
    if let primary = design.primary, made[first].kind != primary { seeds.missing = primary }
    return seeds
  }

  /// A measure of all runs `[arms][seeds]`; nil where it makes no sense for them.
  private func measure(
    _ kind: PrimaryMeasure, _ runs: [[ArmResult]], _ likelihood: ReportData.Likelihood?, _ windows: [[Int32]]
  ) throws -> SeedComparison.Measure? {
    switch kind {
    case .verbsBothSides, .verbsLeftOnly:
      let side = kind == .verbsLeftOnly ? ChoiceContext.leftOnly : .bothSides
      guard runs.allSatisfy({ $0.allSatisfy { $0.verbs[side] != nil } }) else { return nil }
      return SeedComparison.Measure(
        name: "right verb form, " + (side == .leftOnly ? "left side only" : "both sides"),
        unit: "share of items", moreIsBetter: true,
        values: runs.map { $0.map { Self.share($0.verbs[side] ?? []) } })
    case .likelihood:
      guard let likelihood else { return nil }
      let fair = runs.indices.map { arm in
        likelihood.scores.first { $0.arm == arm && $0.isTrainedForIt }?.bitsPerByte.value
      }
      guard fair.contains(where: { $0 != nil }) else { return nil }
      return SeedComparison.Measure(
        name: "likelihood by the chain rule, left to right", unit: "bits per byte, at most",
        moreIsBetter: false,
        values: try zip(fair, runs).map { first, runs in
          // The first seed's stands in the report already.
          guard let first else { return [] }
          return try [first] + runs.dropFirst().map { try Self.bitsPerByte($0.trained, windows) }
        })
    case .heldOutLoss:
      guard Set(arms.map(\.task)).count == 1 else { return nil }
      return SeedComparison.Measure(
        name: "held-out loss", unit: arms[0].record.unit, moreIsBetter: false,
        values: runs.map { $0.map(\.evaluation.loss) })
    }
  }

  /// One sentence a comparison, on the primary measure.
  func seedVerdicts(_ seeds: ReportData.Seeds?) -> [ReportData.Verdict] {
    guard let seeds, let primary = seeds.measures.first else {
      return repeats.isEmpty ? [] : [design.primary].compactMap { $0.map { Self.missing($0, "nothing") } }
    }
    let missing = [seeds.missing].compactMap { $0.map { Self.missing($0, primary.name) } }
    guard seeds.count > 1 else { return missing }
    let tooFew = primary.tooFew(seeds: seeds.count).map { "; " + $0 } ?? ""
    return missing
      + primary.differences.map { difference in
        let (name, first) = (arms[difference.arm].plan.name, arms[difference.against ?? 0].plan.name)
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
            + "text and budget" + tooFew)
      }
  }

  private static func missing(_ measure: PrimaryMeasure, _ other: String) -> ReportData.Verdict {
    ReportData.Verdict(
      statement: "The measure that was declared to decide, \(measure.rawValue), does not exist here.",
      numbers: "\(other) stands in for it", comparable: false, because: measure.reasonForMissing)
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
