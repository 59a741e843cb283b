import Foundation

/// What several seeds say: the values, the paired differences and the words that they allow.
enum SectionSeeds {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let seeds = data.seeds, seeds.count > 1, let primary = seeds.measures.first else { return nil }
    return ReportSection(
      id: "seeds", short: "Seeds", title: "Would it come out so again?",
      lead: """
        Every model was trained \(seeds.count) times, each time with another seed; a seed gives all models the \
        same initial tensors and the same windows. Differences are paired by seed, with \
        95 % t intervals, and tested by \(seeds.addsSeeds ? sequential : "flipping signs"). The \
        first measure is the question; the others are there to \
        look at. p is corrected (Holm) over the comparisons for the question, and over all other tests for the \
        rest. Fewer than \(seeds.fewest) seeds can show differences but never decide \
        \(primary.differences.count == 1 ? "" : "all \(primary.differences.count) ")at the 5 % level.
        """,
      body: "\(values(data, seeds))\(differences(data, seeds))\(items(data, seeds))")
  }

  private static let sequential = """
    a sign test that may be looked at after every seed: seeds were added until the question was decided or none \
    was left. The t interval of the mean takes no notice of that; the interval of the median holds all the same
    """

  private static func values(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup {
    let rows = seeds.measures.flatMap { measure in
      measure.values.enumerated().map { arm, values -> [Markup] in
        let cells = values.isEmpty ? [Markup](repeating: "–", count: seeds.count) : values.map(number)
        return ["\(measure.name)", data.label(arm)] + cells + [number(measure.mean(arm)?.value ?? .nan)]
      }
    }
    return ReportTable(
      caption: "Every run",
      columns: ["Measure", "Model"]
        + (1...seeds.count).map { .number("seed \($0)") } + [.number("mean")], rows: rows
    ).markup
  }

  private static func number(_ value: Double) -> Markup { "\(Number.fixed(value, 4))" }

  private static func differences(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup {
    let rows = seeds.measures.flatMap { measure in
      measure.differences.map { difference -> [Markup] in
        let range = Number.interval(difference.mean.interval) { Number.fixed($0, 4) }
        func p(_ value: Double?) -> Markup { "\(value.map { Number.fixed($0, 3) } ?? "–")" }
        let against = difference.against ?? 0
        let verdict = measure.verdict(difference, name: data.name(difference.arm), first: data.name(against))
        return [
          "\(measure.name)", data.label(difference.arm), data.label(against),
          "\(Number.fixed(difference.mean.value, 4))<span class='ci'>\(range)</span>",
        ] + medians(seeds, difference) + [
          p(difference.probability), p(difference.corrected), "\(verdict)",
        ]
      }
    }
    let notes = seeds.measures.compactMap { measure in
      measure.reason.map {
        "<p class='note'>\(measure.name): \($0), so no difference is tested.</p>\n" as Markup
      }
    }
    let table = ReportTable(
      caption: "Differences, paired by seed",
      columns: [
        "Measure", "Model", "against", .number("Difference"),
      ] + (seeds.addsSeeds ? [.number("Median")] : [])
        + [.number("p"), .number("p, corrected"), .text("Verdict")], rows: rows
    ).markup
    return "\(table)\(notes)"
  }

  /// The median with the interval that holds although somebody looked; no cell where the number was fixed.
  private static func medians(_ seeds: ReportData.Seeds, _ difference: ReportData.Seeds.Difference)
    -> [Markup]
  {
    guard seeds.addsSeeds else { return [] }
    guard let median = difference.median else { return ["–"] }
    let range = Number.interval(median.interval) { Number.fixed($0, 4) }
    return ["\(Number.fixed(median.value, 4))<span class='ci'>\(range)</span>"]
  }

  /// How much of the uncertainty is the seeds' and how much that of the items, which all seeds share.
  private static func items(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup? {
    let rows = seeds.measures.flatMap { measure in
      measure.differences.compactMap { difference -> [Markup]? in
        guard let interval = difference.overItems, let variance = difference.variance else { return nil }
        let total = max(.leastNormalMagnitude, variance.seeds + variance.items + variance.rest)
        func share(_ part: Double) -> Markup { "\(Number.percent(part / total, 0))" }
        let range = Number.interval(interval) { Number.fixed($0, 4) }
        return [
          "\(measure.name)", data.label(difference.arm), data.label(difference.against ?? 0),
          "\(Number.fixed(difference.mean.value, 4))<span class='ci'>\(range)</span>",
          share(variance.seeds), share(variance.items), share(variance.rest),
        ]
      }
    }
    guard !rows.isEmpty else { return nil }
    let table = ReportTable(
      caption: "The same differences, with other seeds and other items",
      columns: [
        "Measure", "Model", "against", .number("Difference"), .number("from seeds"), .number("from items"),
        .number("from both together"),
      ], rows: rows
    ).markup
    return """
      <p>All seeds were asked the same items, so the intervals above hold for these items. Those below hold for \
      other items of the same sort, too, seeds and items crossed; beside them, where the variance of \
      the mean comes from: what is the seeds' gets less with more seeds, what is the items' only with more items.</p>
      \(table)
      """
  }
}
