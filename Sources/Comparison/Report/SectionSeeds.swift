import Foundation
import Reporting
import Statistics

/// What several seeds say: the values, the paired differences and the words that they allow.
enum SectionSeeds {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let seeds = data.seeds, seeds.count > 1, let primary = seeds.measures.first else { return nil }
    return ReportSection(
      id: "seeds", short: "Seeds", title: "Would it come out so again?",
      lead: """
        Every model was trained \(seeds.count) times, each time with another seed; a seed gives all models the \
        same initial tensors and the same windows. Differences are paired by seed, with \
        95 % t intervals, and tested by \(test(seeds)). The \
        first measure is the question; the others are there to \
        look at. \(correction(seeds)) Fewer than \(Number.counted(seeds.fewest, "seed")) can show differences but never decide \
        \(primary.differences.count == 1 ? "" : "all \(primary.differences.count) ")at the 5 % level.\
        \(seeds.stoppedEarly ? " \(overstated)" : "")
        """,
      body: "\(values(data, seeds))\(learnt(data, seeds))\(differences(data, seeds))\(items(data, seeds))")
  }

  /// The test in a few words.
  private static func test(_ seeds: ReportData.Seeds) -> String {
    seeds.addsSeeds ? sequential : "flipping signs, \(seeds.patterns)"
  }

  private static func correction(_ seeds: ReportData.Seeds) -> String {
    let families = "over the comparisons for the question, and over all other tests for the rest"
    guard seeds.isJoint else { return "p is corrected (Holm) \(families)." }
    return
      "p is corrected by flipping a seed's sign in all comparisons at once and asking how often the largest |t| "
      + "reaches as far (Westfall and Young, stepping down), \(families)."
  }

  private static let sequential = """
    a sign test that may be looked at after every seed: seeds were added until the question was decided, nothing \
    more could be decided, or none was left. The direction of a verdict is that of the signs. The t interval of the \
    mean takes no notice of the stopping; the interval of the median holds all the same
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

  /// How many runs of each model learnt what is learnt in a jump.
  private static func learnt(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup? {
    let measures = seeds.measures.filter { $0.learntFrom != nil }
    guard !measures.isEmpty else { return nil }
    let tables = measures.map { measure -> Markup in
      let least = Number.percent(measure.learntFrom ?? 0, 0)
      return ReportTable(
        caption: "Runs that learnt it (\(least) or more): \(measure.name)",
        columns: ["Model", .number("Runs"), .number("Share of runs")],
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
      <p>Agreement is learnt in a jump: a run is near chance or near its ceiling, and a t interval of a few such runs \
      is far too narrow. What can be said is how many runs learnt it, with Clopper and Pearson's exact 95 % interval \
      of the share of runs that would.</p>
      \(tables)
      """
  }

  private static func percent(_ interval: Interval?) -> String {
    Number.interval(interval) { Number.fixed($0 * 100, 0) }
  }

  /// A table for each measure that has rows, and a note where some models are held against none.
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
    let range = Number.interval(interval) { Number.fixed($0, 4) }
    return "\(Number.fixed(value, 4))<span class='ci'>\(range)</span>"
  }

  /// How much of the uncertainty is the seeds' and how much that of the items, which all seeds share.
  private static func items(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup? {
    guard seeds.measures.contains(where: { $0.differences.contains { $0.overItems != nil } }) else {
      return nil
    }
    let tables = tables(
      seeds, "With other seeds and other items",
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
      <p>All seeds were asked the same items, so the intervals above hold for these items. Those below hold for \
      other items of the same sort, too, seeds and items crossed; beside them, where the variance of \
      the mean comes from: what is the seeds' gets less with more seeds, what is the items' only with more items.</p>
      \(tables)
      """
  }
}
