import Reporting
import Statistics
import Wording

extension Figure {
  /// What curves are drawn against.
  public enum Axis: String, CaseIterable, Sendable {
    case tokens, supervised, flops, seconds, steps

    fileprivate var drawn: SectionCurves.Axis { SectionCurves.Axis(rawValue: rawValue) ?? .step }
  }

  /// The learning curves of a comparison: each unit in a panel of its own.
  ///
  /// - Returns: nil where nothing was measured on the way.
  public static func curves(_ data: ReportData, against axis: Axis = .tokens) -> Figure? {
    let section = SectionCurves(data: data)
    let panels = section.panels.enumerated().map { index, panel in
      Panel(
        caption: panel.title, unit: panel.unit,
        legend: panel.curves.map {
          LegendEntry(name: $0.name, colour: $0.colour, isFaint: $0.curve.metric == .trainingLoss)
        }, width: LineChart.width, height: LineChart.height,
        content: section.chart(panel, axis.drawn).content(id: "curves-\(index)"))
    }
    guard !panels.isEmpty else { return nil }
    return Figure(
      title: "Learning curves: \(data.title)", subtitle: trained(data), panels: panels,
      columns: panels.count > 1 ? 2 : 1)
  }

  /// What a comparison says: with several seeds the differences with their intervals, and all conclusions in words.
  ///
  /// - Returns: nil where it says nothing.
  public static func verdicts(_ data: ReportData) -> Figure? {
    let measures = (data.seeds?.measures ?? []).enumerated().compactMap { index, measure in
      differences(data, measure, isFirst: index == 0)
    }
    let words = data.conclusionGroups.map { group -> Panel in
      let statements = group.question == nil ? [] : group.statements
      let lines =
        (statements + [group.numbers]).flatMap { wrapped($0, size: 12.5, width: wordsWidth) }
        .map { ($0, "rowlabel") }
        + wrapped(
          (group.isComparable ? "Comparable" : "Not comparable")
            + (group.because.isEmpty ? "" : ": " + group.because), size: 12, width: wordsWidth
        ).map { ($0, "note") }
      let texts = lines.enumerated().map { index, line -> Markup in
        "<text class='\(line.1)' x='0' y='\(px: 12 + 17 * Double(index))'>\(line.0)</text>"
      }
      return Panel(
        caption: group.question ?? group.statements.joined(separator: " "), width: wordsWidth,
        height: 17 * Double(lines.count), content: "\(texts)")
    }
    let panels = measures + words
    guard !panels.isEmpty else { return nil }
    return Figure(title: "Conclusions: \(data.title)", subtitle: trained(data), panels: panels, columns: 1)
  }

  private static let wordsWidth = 760.0

  /// How the models were trained, in a line.
  private static func trained(_ data: ReportData) -> String {
    let arms = data.arms.map { "\($0.name): \($0.objective), \(Format.counted($0.steps, "step"))" }
    let seeds = data.seeds.map { ["each with \(Format.counted($0.count, "seed"))"] } ?? []
    return (arms + seeds).joined(separator: "; ")
  }

  /// The differences of one measure, one row each, with their intervals and the line of no difference.
  private static func differences(
    _ data: ReportData, _ measure: ReportData.Seeds.Measure, isFirst: Bool
  ) -> Panel? {
    guard !measure.differences.isEmpty else { return nil }
    let rows = measure.differences.map { difference in
      let name = "\(data.name(difference.arm)) − \(data.name(difference.against ?? 0))"
      return DotChart.Row(
        label: name,
        dots: [DotChart.Dot(colour: data.colour(difference.arm), measured: difference.mean, label: name)])
    }
    let ends =
      measure.differences.flatMap { [$0.mean.value, $0.mean.interval?.low, $0.mean.interval?.high] }
      .compactMap { $0 }.filter(\.isFinite) + [0]
    guard let low = ends.min(), let high = ends.max(), high > low else { return nil }
    let room = (high - low) * 0.06
    let domain = low - room...high + room
    let scale = ChartScale(from: domain.lowerBound, to: domain.upperBound, start: 0, end: 1)
    let decimals = ChartScale.decimals(scale.ticks(6))
    let chart = DotChart(
      title: measure.name, description: measure.name, rows: rows, domain: domain,
      references: [(0, "no difference")], format: { Number.fixed($0, decimals) })
    let (content, height) = chart.drawing
    return Panel(
      caption: "Difference in \(measure.name)" + (isFirst ? " (declared to decide)" : ""),
      unit:
        "\(measure.unit), mean over seeds with its 95 % interval; \(measure.moreIsBetter ? "higher" : "lower") is better",
      width: DotChart.width, height: height, content: content)
  }
}
