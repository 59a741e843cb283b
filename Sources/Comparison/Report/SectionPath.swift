import Foundation
import Reporting
import Statistics

/// The path from the first model to the last, one change at a time: where each stands, and which step matters.
enum SectionPath {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let seeds = data.seeds, seeds.isPath == true, let primary = seeds.measures.first else { return nil }
    let charts = seeds.measures.enumerated().map { index, measure in chart(data, measure, id: "path-\(index)")
    }
    return ReportSection(
      id: "path", short: "Path", title: "Path: one change at a time",
      lead: """
        Every model differs from the one above it in one thing, and shares its initial tensors and its data with \
        it. \(largest(data, seeds, primary)) \
        \(seeds.count > 1 ? "Hollow marks are single seeds, whiskers 95 % t intervals over \(Number.counted(seeds.count, "seed")); what emerges abruptly has none." : "")
        """,
      body: "<div class='panels'>\(charts)</div>\n\(steps(data))")
  }

  /// Which step changes the primary measure most, and whether that is decided.
  private static func largest(
    _ data: ReportData, _ seeds: ReportData.Seeds, _ primary: ReportData.Seeds.Measure
  ) -> Markup {
    guard let step = primary.differences.largestFirst.first else {
      return ""
    }
    let (from, to) = (data.name(step.against ?? 0), data.name(step.arm))
    let sign = step.mean.value > 0 ? "+" : ""
    let verdict: Markup =
      seeds.count == 1
      ? "with one seed, nothing is decided"
      : "\(primary.verdict(step, name: to, first: from))"
    return """
      The step that changes the \(primary.name) most is <strong>\(from) → \(to)</strong>: \
      \(sign)\(Number.fixed(step.mean.value, 4)) \(primary.unit) (\(verdict)).
      """
  }

  private static func chart(_ data: ReportData, _ measure: ReportData.Seeds.Measure, id: String) -> Markup {
    let means = data.arms.indices.map { (arm: $0, mean: measure.mean($0)) }
    let ends =
      measure.values.flatMap { $0 }
      + means.compactMap(\.mean?.interval).flatMap { [$0.low, $0.high] }
    let margin = max(1e-4, ((ends.max() ?? 1) - (ends.min() ?? 0)) * 0.06)
    let low = (ends.min() ?? 0) - margin
    let high = (ends.max() ?? 1) + margin
    let rows = means.map { arm, mean in
      DotChart.Row(label: data.name(arm), dots: dots(data, measure, arm, mean), isOneLine: true)
    }
    let decimals = ChartScale.decimals(ChartScale(from: low, to: high, start: 0, end: 1).ticks(6))
    let chart = DotChart(
      title: measure.name, description: "\(measure.name) of every step of the path, in \(measure.unit)",
      rows: rows, domain: low...high, references: [], format: { Number.fixed($0, decimals) })
    return """
      <div class='panel'><h3>\(measure.name)</h3><p class='unit'>\(measure.unit), \
      \(measure.moreIsBetter ? "higher" : "lower") is better</p>\(chart.render(id: id))</div>

      """
  }

  /// The mean with its interval, and every seed as a hollow mark.
  private static func dots(
    _ data: ReportData, _ measure: ReportData.Seeds.Measure, _ arm: Int, _ mean: Measured?
  ) -> [DotChart.Dot] {
    guard let mean else { return [] }
    let seeds = measure.values[arm].enumerated().map { index, value in
      DotChart.Dot(
        colour: data.colour(arm), measured: Measured(value), isHollow: true,
        label: "\(data.name(arm)), seed \(index + 1): \(Number.fixed(value, 4))")
    }
    return (measure.values[arm].count > 1 ? seeds : []) + [
      DotChart.Dot(
        colour: data.colour(arm), measured: mean,
        label: "\(data.name(arm)): \(Block.NumberStyle.fixed(4).text(mean))")
    ]
  }

  /// What each step changes.
  private static func steps(_ data: ReportData) -> Markup {
    let rows = data.arms.indices.dropFirst().map { index -> [Markup] in
      let changes = data.componentDiff.compactMap { row -> Markup? in
        guard row.values.indices.contains(index), row.values[index] != row.values[index - 1] else {
          return nil
        }
        return "<code>\(row.path)</code>: \(row.values[index - 1]) → \(row.values[index])"
      }
      let recipe = data.certificate.compactMap { row -> Markup? in
        guard row.what == "objective", row.values.indices.contains(index),
          row.values[index] != row.values[index - 1]
        else { return nil }
        return "objective: \(row.values[index - 1]) → \(row.values[index])"
      }
      let all = (changes + recipe).enumerated().map { place, change in
        place == 0 ? change : "; \(change)" as Markup
      }
      return [data.label(index), data.label(index - 1), "\(all)"]
    }
    return ReportTable(
      caption: "What every step changes", columns: ["Model", "from", .text("Change")], rows: rows
    ).markup
  }
}
