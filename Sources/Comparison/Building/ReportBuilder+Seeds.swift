import Evaluation
import Experiments
import Foundation
import Reporting
import Statistics
import Training
import Zoo

/// A measure over seeds.
struct MeasureOfSeeds {
  /// The name by which a suite declares it.
  let kind: PrimaryMeasure
  /// Its values.
  let measure: SeedComparison.Measure
  /// Its place among those that decide where nothing was declared, the lowest first; nil: it does not.
  let rank: Int?
}

extension ReportBuilder {
  /// What all seeds say; nil where no measure is fair to two arms, and for one seed unless the arms are a
  /// path.
  ///
  /// - Parameter asked: what the models answered to the evaluations; nil: they are asked what every seed is asked.
  func seeds(_ asked: [AskedModels]? = nil) throws -> ReportData.Seeds? {
    let runs = runsOfAllSeeds
    let count = runs.first?.count ?? 0
    guard count > 1 || design.isPath else { return nil }
    var all: [MeasureOfSeeds] = []
    if let measure = heldOutLoss(runs) {
      all.append(MeasureOfSeeds(kind: .heldOutLoss, measure: measure, rank: .max))
    }
    for asked in try asked ?? askedModels(where: \.isOfAllSeeds) { all += measures(asked, runs) }
    all = all.filter { $0.measure.values.count { !$0.isEmpty } > 1 }
    let made =
      all.filter { $0.rank != nil }.sorted { ($0.rank ?? 0) < ($1.rank ?? 0) } + all.filter { $0.rank == nil }
    guard let first = deciding(made) else { return nil }
    let measures = [made[first].measure] + made.indices.filter { $0 != first }.map { made[$0].measure }
    var seeds = SeedComparison.make(
      measures, seeds: count, against: namedOpponents, design: design,
      maxSeeds: experiment.plans.map(\.seedNumber).max())
    if let primary = design.primary, !primary.names(made[first].kind) {
      (seeds.missing, seeds.isDeclared) = (primary, false)
    }
    return seeds
  }

  /// The place of the measure that decides: what was declared, else the first that every arm has; nil where no two arms
  /// have one.
  private func deciding(_ made: [MeasureOfSeeds]) -> Int? {
    func place(_ fewest: Int, _ isWanted: (MeasureOfSeeds) -> Bool) -> Int? {
      made.firstIndex { made in
        isWanted(made) && arms.indices.count { made.measure.isCompared($0) } >= fewest
      }
    }
    if let primary = design.primary, let declared = place(2, { primary.names($0.kind) }) { return declared }
    return place(arms.count) { $0.rank != nil } ?? place(2) { $0.rank != nil }
  }

  /// All runs of every arm, `[arms][seeds]`, of the seeds that every arm was trained with: one run that failed
  /// takes its seed out of the comparison and nothing else.
  var runsOfAllSeeds: [[ArmResult]] {
    let all = arms.map { arm in
      [arm]
        + repeats.filter { $0.plan.arm == arm.plan.arm }.sorted { $0.plan.seedNumber < $1.plan.seedNumber }
    }
    let common = all.map { Set($0.map(\.plan.seedNumber)) }.reduce(nil as Set<Int>?) {
      $0?.intersection($1) ?? $1
    }
    return all.map { $0.filter { common?.contains($0.plan.seedNumber) ?? false } }
  }

  /// For each arm the one that its plan names to be compared with; nil where it names none that is here.
  var namedOpponents: [Int?] {
    arms.map { arm in arm.plan.against.flatMap { name in arms.firstIndex { $0.plan.arm == name } } }
  }

  /// Losses of one task; of several only where that was declared and some arms share theirs, and not on a path,
  /// which draws all arms on one axis.
  private func heldOutLoss(_ runs: [[ArmResult]]) -> SeedComparison.Measure? {
    let tasks = arms.map(\.task)
    let isOne = Set(tasks).count == 1
    let share = Opponents.choose(namedOpponents, has: { _ in true }).enumerated().contains { arm, other in
      other.map { tasks[arm] == tasks[$0] } ?? false
    }
    guard isOne || (design.primary == .heldOutLoss && share && !design.isPath) else { return nil }
    return SeedComparison.Measure(
      name: "held-out loss", unit: isOne ? arms[0].record.unit : "nats per predicted token",
      moreIsBetter: false, values: runs.map { $0.map(\.evaluation.loss) },
      reason: isOne ? nil : "losses of models with different tasks are not comparable",
      tasks: isOne ? nil : tasks)
  }

  /// One sentence a comparison, on the primary measure: the one that the story of the report has, too.
  func seedConclusions(_ report: ReportData) -> [ReportData.Conclusion] {
    guard let seeds = report.seeds, let primary = seeds.measures.first else {
      return repeats.isEmpty ? [] : [design.primary].compactMap { $0.map { withoutPrimary($0, "nothing") } }
    }
    let missing = [seeds.missing].compactMap { $0.map { withoutPrimary($0, primary.name) } }
    guard seeds.count > 1 else { return missing }
    let tooFew = seeds.tooFew.map { "; " + $0 } ?? ""
    let story = Story(report)
    return missing
      + primary.differences.map { difference in
        let (name, first) = (arms[difference.arm].plan.name, arms[difference.against ?? 0].plan.name)
        func text(_ measured: Measured) -> String { Block.NumberStyle.fixed(4).text(measured) }
        let median = difference.median.map { ", median \(text($0))" } ?? ""
        let learnt = difference.learnt.map { ", fraction of runs that learned it \(text($0))" } ?? ""
        return ReportData.Conclusion(
          statement: story.statement(difference, seeds, primary),
          numbers: "\(primary.name): \(name) − \(first) = \(text(difference.mean)) \(primary.unit)"
            + median + learnt
            + (difference.corrected.map { ", p \(Number.probability($0)) \(seeds.correctedBy)" } ?? ""),
          isDecided: difference.isDecided,
          because:
            "paired by seed: the unit is a training run, "
            + (difference.isDecided || difference.isEqualThroughout
              ? "so this holds for the architectures at this size, text and budget"
              : "and these runs leave open which architecture is better at this size, text and budget")
            + tooFew, isLeading: true)
      }
  }

  private func withoutPrimary(_ measure: PrimaryMeasure, _ other: String) -> ReportData.Conclusion {
    ReportData.Conclusion(
      statement: "The measure that \(design.isDeclared ? "was declared to decide" : "decides by default"), "
        + "\(measure.rawValue), was not measured here.",
      numbers: "\(other) is used instead", isComparable: false, because: measure.reasonForMissing)
  }

  /// Why no further seed is to be trained, by the seeds so far; nil while another could decide something.
  ///
  /// - Throws: what models throw when they are scored.
  public func endOfSeeds() throws -> EndOfSeeds? {
    guard let seeds = try seeds(), let primary = seeds.measures.first, !primary.differences.isEmpty else {
      return nil
    }
    if primary.differences.allSatisfy(\.isDecided) { return .decided(seeds: seeds.count) }
    let further = (seeds.maxCount ?? seeds.count) - seeds.count
    let comparisons = primary.differences.map {
      PairedComparison(primary.values[$0.arm], primary.values[$0.against ?? 0])
    }
    guard further > 0, !SeedComparison.canBeDecided(comparisons, further: further) else { return nil }
    return .futile(seeds: seeds.count, further: further)
  }
}

/// Why seeds are no longer added.
public enum EndOfSeeds: Sendable, Equatable, CustomStringConvertible {
  /// Every comparison of the deciding measure is decided.
  case decided(seeds: Int)
  /// The seeds that are left could decide no comparison that is open, even if all of them agreed.
  case futile(seeds: Int, further: Int)

  /// In one line.
  public var description: String {
    switch self {
    case .decided(let seeds): "decided after \(Number.counted(seeds, "seed"))"
    case .futile(let seeds, let further):
      "stopped after \(Number.counted(seeds, "seed")): \(further) more could not decide the comparison, even if all of them agreed"
    }
  }
}
