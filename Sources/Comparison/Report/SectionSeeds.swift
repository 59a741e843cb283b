import Foundation
import Reporting
import Statistics

/// What several seeds say: the values, the paired differences and the words that they allow.
enum SectionSeeds {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let seeds = data.seeds, seeds.count > 1, let primary = seeds.measures.first else { return nil }
    return ReportSection(
      id: "seeds", short: "Seeds", title: "Reproducibility across seeds",
      lead: """
        Every model was trained \(seeds.count) times, each time with another seed; a seed gives all models the \
        same initial tensors and the same windows. Differences are paired by seed, with \
        95 % t intervals, and tested by \(test(seeds)). The \
        first measure is the decisive one; the others are \
        exploratory. \(correction(seeds)) Fewer than \(Number.counted(seeds.fewest, "seed")) can show differences but cannot decide \
        \(primary.differences.count == 1 ? "" : "all \(primary.differences.count) ")at the 5 % level.\
        \(seeds.stoppedEarly ? " \(overstated)" : "")
        """,
      body: "\(tables(data, seeds, of: [primary]))\(others(data, seeds))")
  }

  /// Everything about some of the measures.
  private static func tables(
    _ data: ReportData, _ seeds: ReportData.Seeds, of measures: [ReportData.Seeds.Measure]
  ) -> Markup {
    var seeds = seeds
    seeds.measures = measures
    return "\(values(data, seeds))\(learnt(data, seeds))\(differences(data, seeds))\(items(data, seeds))"
  }

  /// The measures that do not decide, collapsed.
  private static func others(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup? {
    let others = Array(seeds.measures.dropFirst())
    guard !others.isEmpty else { return nil }
    return """
      <details><summary>\(Number.counted(others.count, "other measure")), exploratory</summary>\
      \(tables(data, seeds, of: others))</details>

      """
  }

  /// The test in a few words.
  private static func test(_ seeds: ReportData.Seeds) -> String {
    seeds.addsSeeds ? sequential : "a sign-flip test, \(seeds.patterns)"
  }

  private static func correction(_ seeds: ReportData.Seeds) -> String {
    let families = "over the comparisons of the decisive measure, and separately over all other tests"
    guard seeds.isJoint else { return "p is Holm-adjusted \(families)." }
    return
      "p is adjusted by joint sign flips of a seed in all comparisons, with the step-down max-|t| method "
      + "(Westfall and Young), \(families)."
  }

  private static let sequential = """
    an anytime-valid sign test: seeds were added until the comparison was decided, could no longer be decided, or no \
    seed was left. The direction of a conclusion is that of the signs. The t interval of the mean does not account for \
    early stopping; the interval of the median remains valid
    """

  /// What stopping does to the size of an effect.
  static let overstated =
    "Training stopped because of what the first seeds said: an effect after stopping early tends to be overstated."

  /// The value of every run, and the mean of every model that has the measure.
  private static func values(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup {
    let columns = (1...seeds.count).map { ReportTable.Column.number("seed \($0)") }
    return tables(seeds, "Every run", ["Model"] + columns + [.number("mean")]) { measure in
      measure.values.enumerated().filter { !$0.element.isEmpty }.map { arm, values in
        [data.label(arm)] + values.map(number) + [number(measure.mean(arm)?.value ?? .nan)]
      }
    }
  }

  /// How many runs of each model learned what emerges abruptly.
  private static func learnt(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup? {
    let measures = seeds.measures.filter { $0.learntFrom != nil }
    guard !measures.isEmpty else { return nil }
    let tables = measures.map { measure -> Markup in
      let least = Number.percent(measure.learntFrom ?? 0, 0)
      return ReportTable(
        caption: "Runs that learned it (\(least) or more): \(measure.name)",
        columns: ["Model", .number("Runs"), .number("Fraction of runs")],
        rows: data.arms.indices.compactMap { arm in
          measure.learnt(arm).map { learnt in
            [
              data.label(arm), "\(learnt.count) of \(learnt.seeds)",
              "\(Number.percent(learnt.share, 0))<span class='ci'>\(percent(learnt.interval))</span>",
            ]
          }
        }
      ).markup
    }
    return """
      <p>Agreement emerges abruptly: a run is near chance or near its ceiling, and a t interval of a few such runs \
      is far too narrow. The table gives the number of runs that learned it, with the exact 95 % Clopper-Pearson \
      interval of the proportion.</p>
      \(tables)
      """
  }

  private static func percent(_ interval: Interval?) -> String {
    Number.interval(interval) { Number.fixed($0 * 100, 0) }
  }

  /// A table for each measure that has rows, and a note where some models are compared with none.
  private static func tables(
    _ seeds: ReportData.Seeds, _ caption: String, _ columns: [ReportTable.Column], hasNotes: Bool = false,
    rows: (ReportData.Seeds.Measure) -> [[Markup]]
  ) -> Markup {
    let tables = seeds.measures.map { measure -> Markup in
      let rows = rows(measure)
      let table =
        rows.isEmpty
        ? "" : ReportTable(caption: "\(caption): \(measure.name)", columns: columns, rows: rows).markup
      let note = hasNotes ? measure.reason : nil
      return
        "\(table)\(note.map { "<p class='note'>\(measure.name): \($0), so no difference is tested.</p>\n" })"
    }
    return "\(tables)"
  }

  private static func number(_ value: Double) -> Markup { "\(Number.fixed(value, 4))" }

  private static func differences(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup {
    let hasMedians = seeds.measures.contains { $0.differences.contains { $0.median != nil } }
    return tables(
      seeds, "Differences, paired by seed",
      ["Model", "against", .number("Difference")] + (hasMedians ? [.number("Median")] : [])
        + [.number("p"), .number("p, corrected"), .text("Verdict")], hasNotes: true
    ) { measure in
      measure.differences.map { difference in
        func p(_ value: Double?) -> Markup { "\(value.map(Number.probability) ?? "–")" }
        let against = difference.against ?? 0
        let verdict = measure.verdict(difference, name: data.name(difference.arm), first: data.name(against))
        let median = difference.median.map { cell($0.value, $0.interval) } ?? "–"
        return [
          data.label(difference.arm), data.label(against),
          cell(difference.mean.value, difference.mean.interval),
        ] + (hasMedians ? [median] : []) + [
          p(difference.probability), p(difference.corrected),
          "\(verdict)\(difference.isSplit && difference.isDecided ? " (by the \(seeds.addsSeeds ? "signs" : "mean"); mean and median differ in sign)" : "")",
        ]
      }
    }
  }

  private static func cell(_ value: Double, _ interval: Interval?) -> Markup {
    let style = Block.NumberStyle.fixed(4).resolving(interval)
    return "\(style.text(value))<span class='ci'>\(Number.interval(interval, style.text))</span>"
  }

  /// How much of the uncertainty is the seeds' and how much that of the items, which all seeds share.
  private static func items(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup? {
    guard seeds.measures.contains(where: { $0.differences.contains { $0.overItems != nil } }) else {
      return nil
    }
    let tables = tables(
      seeds, "Intervals for other seeds and other items",
      [
        "Model", "against", .number("Difference"), .number("from seeds"), .number("from items"),
        .number("from both together"),
      ]
    ) { measure in
      measure.differences.compactMap { difference in
        guard let interval = difference.overItems, let variance = difference.variance else { return nil }
        let total = variance.seeds + variance.items + variance.rest
        func share(_ part: Double) -> Markup { total > 0 ? "\(Number.percent(part / total, 0))" : "–" }
        return [
          data.label(difference.arm), data.label(difference.against ?? 0),
          cell(difference.mean.value, interval), share(variance.seeds), share(variance.items),
          share(variance.rest),
        ]
      }
    }
    return """
      <p>All seeds were evaluated on the same items, so the intervals above hold for these items. The intervals below \
      also hold for other items of the same kind, with seeds and items crossed. The variance of the mean is split by \
      source: the part of the seeds decreases with more seeds, the part of the items only with more items.</p>
      \(tables)
      """
  }
}
