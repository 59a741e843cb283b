import Foundation
import Reporting
import Statistics

/// What a report says in one paragraph: what was done, what follows with its interval, and what to beware of.
struct Story {
  private let data: ReportData

  /// Of more comparisons that are not decided, or of more undeclared differences, only the first are named.
  private static let maxOpen = 3

  init(_ data: ReportData) { self.data = data }

  /// The paragraph; empty for a report without models.
  var text: String {
    guard !data.arms.isEmpty else { return "" }
    return ([done] + (data.seeds.map { $0.count > 1 ? overSeeds($0) : oneSeed } ?? oneSeed) + warnings)
      .joined(separator: " ")
  }

  private var done: String {
    let names = data.arms.map(\.name).inWords
    let verb = data.arms.count == 1 ? "was" : "were"
    guard data.arms.contains(where: { $0.steps > 0 }) else { return "\(names) \(verb) not trained here." }
    let steps =
      Set(data.arms.map(\.steps)).count == 1 ? "for \(Number.counted(data.arms[0].steps, "step"))" : ""
    let times =
      data.seeds.map { seeds in
        guard seeds.count > 1 else { return "" }
        let until = seeds.addsSeeds ? ", with seeds added until the comparison was decided," : ""
        return "\(seeds.count) times each\(until)"
      } ?? ""
    return
      (["\(names) \(verb) trained", times, steps].filter { !$0.isEmpty }
      .joined(separator: " ")) + "."
  }

  typealias Difference = ReportData.Seeds.Difference

  /// What is decided and what is not, on the measure that decides.
  private func overSeeds(_ seeds: ReportData.Seeds) -> [String] {
    guard let primary = seeds.measures.first else { return [] }
    let equal = primary.differences.filter(\.isEqualThroughout)
    let decided = primary.differences.filter(\.isDecided)
    let open = primary.differences.filter { !$0.isDecided && !$0.isEqualThroughout }
    let because = seeds.missing.map { ", because \($0.rawValue) was not measured" } ?? ""
    var sentences = ["The decisive measure is \(primary.name), in \(primary.unit)\(because)."]
    if !decided.isEmpty {
      let parts = decided.map { part($0, seeds, primary) }
      let intervals =
        primary.learntFrom != nil
        ? ""
        : seeds.addsSeeds
          ? "; the intervals are 95 % intervals of the median" : "; the intervals are 95 % t intervals"
      sentences.append("Over \(Number.counted(seeds.count, "seed")) \(parts.inWords)\(intervals).")
      if seeds.stoppedEarly { sentences.append(SectionSeeds.overstated) }
    }
    if !open.isEmpty { sentences += notDecidable(open, seeds, primary) }
    if !equal.isEmpty {
      sentences.append(
        "Equal in every seed: \(equal.map { part($0, seeds, primary) }.inWords).")
    }
    return sentences
  }

  /// The comparisons that are open; of many only the largest, and what their intervals do not say.
  private func notDecidable(
    _ open: [Difference], _ seeds: ReportData.Seeds, _ primary: ReportData.Seeds.Measure
  ) -> [String] {
    let isMany = open.count > Self.maxOpen
    let shown = isMany ? Array(open.largestFirst.prefix(2)) : open
    let parts = shown.map { part($0, seeds, primary) }
    let those = isMany ? "\(Number.counted(open.count, "comparison")); the largest differences are " : ""
    let tooFew = seeds.tooFew.map { "; " + $0 } ?? ""
    let sentence = "Not decided: \(those)\(parts.inWords)\(tooFew)."
    guard seeds.tooFew == nil, shown.contains(where: \.leavesOutZero) else { return [sentence] }
    let tests = primary.differences.count
    return [
      sentence,
      tests == 1
        ? "The interval assumes normal differences; p, which decides, does not."
        : "Each interval is of one comparison alone; p, which decides, is corrected for all \(tests).",
    ]
  }

  /// What follows for one pair of models, in the words of the paragraph: who is better and by how much, or how they
  /// stand where that is not decided.
  private func part(
    _ difference: Difference, _ seeds: ReportData.Seeds, _ primary: ReportData.Seeds.Measure
  ) -> String {
    let (name, first) = pair(difference)
    if difference.isEqualThroughout { return "\(name) and \(first)" }
    if difference.isDecided {
      return "\(primary.verdict(difference, name: name, first: first)), by "
        + size(difference, primary, isSequential: seeds.addsSeeds)
    }
    let style = Block.NumberStyle.fixed(3).resolving(difference.mean.interval)
    let said = [
      Number.interval(difference.mean.interval, style.text), learnt(difference, primary),
    ].filter { !$0.isEmpty }.joined(separator: "; ")
    return "\(name) against \(first), "
      + "\(difference.mean.value > 0 ? "+" : "")\(style.text(difference.mean.value))"
      + (said.isEmpty ? "" : " (\(said))")
  }

  /// The same as a sentence of its own.
  func statement(
    _ difference: Difference, _ seeds: ReportData.Seeds, _ primary: ReportData.Seeds.Measure
  ) -> String {
    let part = part(difference, seeds, primary)
    if difference.isEqualThroughout { return "Equal in every seed: \(part)." }
    return difference.isDecided
      ? "Over \(Number.counted(seeds.count, "seed")) \(part)." : "Not decided: \(part)."
  }

  private func pair(_ difference: Difference) -> (name: String, first: String) {
    (data.name(difference.arm), data.name(difference.against ?? 0))
  }

  /// How large a difference is whose direction the words tell: in that direction, so below 0 where the mean or the
  /// median points the other way than the test.
  private func size(
    _ difference: Difference, _ measure: ReportData.Seeds.Measure, isSequential: Bool
  ) -> String {
    let isMore = difference.isMore
    let style = Block.NumberStyle.fixed(3)
    func towards(_ interval: Interval?) -> Interval? {
      interval.map { isMore ? $0 : Interval(low: 0 - $0.high, high: 0 - $0.low) }
    }
    func range(_ interval: Interval?) -> String {
      Number.interval(towards(interval), style.resolving(interval).text)
    }
    func whole(_ name: String, _ measured: Measured, _ more: [String] = []) -> String {
      let said = ([range(measured.interval)] + more).filter { !$0.isEmpty }.joined(separator: "; ")
      let value = style.resolving(measured.interval).text(isMore ? measured.value : 0 - measured.value)
      return name + value + (said.isEmpty ? "" : " (\(said))")
    }
    // That interval is of the mean.
    let items =
      (isSequential ? nil : difference.overItems).map { "for other items of the same kind \(range($0))" }
      ?? ""
    let more = [items, learnt(difference, measure)]
    guard let median = difference.median else { return whole("", difference.mean, more) }
    guard isSequential else {
      return whole("", difference.mean, more) + ", though " + whole("the median is ", median)
    }
    return whole("", median, more)
      + (difference.isSplit ? ", though " + whole("the mean is ", Measured(difference.mean.value)) : "")
  }

  /// How many runs of both models learned what emerges abruptly; empty for other measures.
  private func learnt(_ difference: Difference, _ measure: ReportData.Seeds.Measure) -> String {
    guard let arm = measure.learnt(difference.arm), let other = measure.learnt(difference.against ?? 0) else {
      return ""
    }
    return
      "learned by \(arm.count) of \(Number.counted(arm.seeds, "run")) against \(other.count) of \(other.seeds)"
  }

  /// With one seed nothing more can be said here: the conclusions say what these trained models do.
  private var oneSeed: [String] { data.arms.count > 1 ? [data.remarkOnOneSeed] : [] }

  var warnings: [String] {
    let undeclared = data.certificate.filter { $0.standing == .undeclared }.map(\.what)
    guard !undeclared.isEmpty else { return [] }
    let named =
      undeclared.count > Self.maxOpen + 1
      ? "\(undeclared.prefix(Self.maxOpen).joined(separator: ", ")) and \(undeclared.count - Self.maxOpen) more"
      : undeclared.inWords
    return ["Caution: the models also differ in conditions that are not declared: \(named)."]
  }

  /// The story as the page's first section.
  var section: ReportSection? {
    // With one seed, the table at a glance says it all.
    guard !text.isEmpty, data.glance == nil || (data.seeds?.count ?? 1) > 1 else { return nil }
    return ReportSection(
      id: "story", short: "In short", title: "In short", lead: "\(text)",
      body: "")
  }
}
