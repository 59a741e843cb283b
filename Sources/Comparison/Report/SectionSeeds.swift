import Foundation

/// What several seeds say: the values, the paired differences and the words that they allow.
enum SectionSeeds {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let seeds = data.seeds, !seeds.measures.isEmpty else { return nil }
    return ReportSection(
      id: "seeds", short: "Seeds", title: "Would it come out so again?",
      lead: """
        Every model was trained \(seeds.count) times, each time with another seed; a seed gives all models the \
        same initial tensors and the same windows. Differences to \(data.name(0)) are paired by seed, with \
        95 % t intervals, and tested by flipping signs. The first measure is the question; the others are there to \
        look at. p is corrected (Holm) over the models for the question, and over all other tests for the rest. \
        Fewer than six seeds can show a difference but never decide at the 5 % level.
        """,
      body: "\(values(data, seeds))\(differences(data, seeds))")
  }

  private static func values(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup {
    let rows = seeds.measures.flatMap { measure in
      measure.values.enumerated().map { arm, values -> [Markup] in
        let mean = values.reduce(0, +) / Double(values.count)
        return ["\(measure.name)", data.label(arm)] + values.map { "\(Number.fixed($0, 4))" }
          + ["\(Number.fixed(mean, 4))"]
      }
    }
    return ReportTable(
      caption: "Every run",
      columns: ["Measure", "Model"]
        + (1...seeds.count).map { .number("seed \($0)") } + [.number("mean")], rows: rows
    ).markup
  }

  private static func differences(_ data: ReportData, _ seeds: ReportData.Seeds) -> Markup {
    let rows = seeds.measures.flatMap { measure in
      measure.differences.map { difference -> [Markup] in
        let range = Number.interval(difference.mean.interval) { Number.fixed($0, 4) }
        func p(_ value: Double?) -> Markup { "\(value.map { Number.fixed($0, 3) } ?? "–")" }
        let verdict = measure.verdict(difference, name: data.name(difference.arm), first: data.name(0))
        return [
          "\(measure.name)", data.label(difference.arm),
          "\(Number.fixed(difference.mean.value, 4))<span class='ci'>\(range)</span>",
          p(difference.signFlip), p(difference.corrected), "\(verdict)",
        ]
      }
    }
    return ReportTable(
      caption: "Differences to \(data.name(0)), paired by seed",
      columns: [
        "Measure", "Model", .number("Difference"), .number("p"), .number("p, corrected"), .text("Verdict"),
      ], rows: rows
    ).markup
  }
}
