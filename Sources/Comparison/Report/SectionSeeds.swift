import Foundation

/// What several seeds say: the values, the paired differences and the words that they allow.
enum SectionSeeds {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let seeds = data.seeds, seeds.count > 1, let primary = seeds.measures.first else { return nil }
    let fewest = SeedComparison.fewestSeeds(tests: primary.differences.count)
    return ReportSection(
      id: "seeds", short: "Seeds", title: "Would it come out so again?",
      lead: """
        Every model was trained \(seeds.count) times, each time with another seed; a seed gives all models the \
        same initial tensors and the same windows. Differences are paired by seed, with \
        95 % t intervals, and tested by flipping signs. The first measure is the question; the others are there to \
        look at. p is corrected (Holm) over the comparisons for the question, and over all other tests for the \
        rest. Fewer than \(fewest) seeds can show differences but never decide all \
        \(primary.differences.count) at the 5 % level.
        """,
      body: "\(values(data, seeds))\(differences(data, seeds))")
  }

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
          p(difference.signFlip), p(difference.corrected), "\(verdict)",
        ]
      }
    }
    return ReportTable(
      caption: "Differences, paired by seed",
      columns: [
        "Measure", "Model", "against", .number("Difference"), .number("p"), .number("p, corrected"),
        .text("Verdict"),
      ], rows: rows
    ).markup
  }
}
