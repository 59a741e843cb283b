import Experiments
import Foundation
import Reporting

/// Learning curves: every objective's loss in a panel of its own, what all models are asked alike on shared axes.
struct SectionCurves {
  /// What a curve can be drawn against.
  enum Axis: String, CaseIterable {
    case tokens, supervised, flops, seconds, step

    var choice: String {
      switch self {
      case .tokens: "tokens"
      case .supervised: "supervised tokens"
      case .flops: "FLOPs"
      case .seconds: "seconds"
      case .step: "steps"
      }
    }

    var label: String {
      switch self {
      case .tokens: "content tokens read"
      case .supervised: "supervised tokens"
      case .flops: "training FLOPs"
      case .seconds: "seconds of training"
      case .step: "optimiser steps"
      }
    }

    func value(_ point: CurvePoint) -> Double {
      switch self {
      case .tokens: point.tokens
      case .supervised: point.supervisedTokens
      case .flops: point.flops
      case .seconds: point.seconds
      case .step: Double(point.step)
      }
    }
  }

  /// A chart with its curves.
  struct Panel {
    var title: String
    var unit: String
    var isPercent = false
    /// What guessing is worth, for shares.
    var chance: Double?
    var curves: [(name: String, colour: Int, curve: ReportData.Curve)]
  }

  /// Most points of a drawn curve: more would only make the page heavy.
  static let maxPoints = 160

  let data: ReportData

  /// The section, or nil without curves.
  var section: ReportSection? {
    let panels = self.panels
    guard !panels.isEmpty else { return nil }
    let buttons = Axis.allCases.map { axis -> Markup in
      """
      <button type='button' data-axis-choice='\(axis.rawValue)' \
      aria-pressed='\(axis == .tokens ? "true" : "false")'>\(axis.choice)</button>
      """
    }
    let figures = panels.enumerated().map { index, panel in figure(panel, index: index) }
    return ReportSection(
      id: "curves", short: "Curves", title: "Learning curves",
      lead: """
        The loss of each objective has its own panel and unit. Only measures that are the same for all models, such as the \
        choice of a hidden word, share an axis. Lines with marks are held-out losses, thin lines are training losses (means \
        over a few steps). The first steps may be cut off at the top. Point at a chart to read its values.
        """,
      body: """
        <div class='controls'><span id='axis-name'>Draw against</span>\
        <span class='choice' role='group' aria-labelledby='axis-name'>\(buttons)</span></div>
        <div class='panels'>\(figures)</div>
        \(table)\(Markup.json(panels.map(PanelData.init), id: "curve-data"))
        """)
  }

  /// Panels with data, losses first.
  var panels: [Panel] {
    var panels: [Panel] = []
    var seen: [String] = []
    for arm in data.arms {
      let key = arm.objective + "\n" + arm.unit
      guard !seen.contains(key) else { continue }
      seen.append(key)
      let members = data.arms.indices.filter {
        data.arms[$0].objective == arm.objective && data.arms[$0].unit == arm.unit
      }
      let curves = members.flatMap { index in
        [ReportData.Metric.trainingLoss, .heldOutLoss].flatMap { metric in
          named(index, metric, metric == .trainingLoss ? "training" : "held out")
        }
      }
      if !curves.isEmpty {
        let seeds =
          curves.contains { ($0.curve.seeds ?? 1) > 1 } ? ", held out: " + Self.band(curves.map(\.curve)) : ""
        panels.append(Panel(title: "Loss, \(arm.objective)", unit: arm.unit + seeds, curves: curves))
      }
    }
    for kind in data.drawnCurves {
      let groups = comparable(kind)
      for group in groups {
        let curves = group.flatMap { named($0, kind.metric, nil) }
        guard !curves.isEmpty else { continue }
        let seeds = curves.contains { ($0.curve.seeds ?? 1) > 1 }
        let hasBand = seeds || curves.contains { $0.curve.points.contains { $0.interval != nil } }
        panels.append(
          Panel(
            title: kind.title + (groups.count > 1 ? ", \(data.arms[group[0]].objective)" : ""),
            unit: kind.unit + (hasBand ? ", " + Self.band(curves.map(\.curve)) : ""),
            isPercent: kind.isShare, chance: kind.chance, curves: curves))
      }
    }
    return panels
  }

  /// The arms whose values may share an axis: all of them, or those of each objective by themselves.
  func comparable(_ kind: ReportData.CurveKind) -> [[Int]] {
    guard !kind.isComparable else { return [Array(data.arms.indices)] }
    var groups: [(objective: String, arms: [Int])] = []
    for (index, arm) in data.arms.enumerated() {
      if let known = groups.firstIndex(where: { $0.objective == arm.objective }) {
        groups[known].arms.append(index)
      } else {
        groups.append((arm.objective, [index]))
      }
    }
    return groups.map(\.arms)
  }

  /// What the band around curves is.
  private static func band(_ curves: [ReportData.Curve]) -> String {
    let seeds = curves.compactMap(\.seeds).max() ?? 1
    return seeds > 1 ? "mean of \(Number.counted(seeds, "seed")) and their range" : "with 95 % interval"
  }

  private func named(
    _ arm: Int, _ metric: ReportData.Metric, _ suffix: String?
  ) -> [(name: String, colour: Int, curve: ReportData.Curve)] {
    data.curves.filter { $0.arm == arm && $0.metric == metric && !$0.points.isEmpty }.map { curve in
      (data.name(arm) + (suffix.map { ", " + $0 } ?? ""), data.colour(arm), Self.thinned(curve))
    }
  }

  /// Means over equal runs of points when there are too many, and without what is not a number.
  static func thinned(_ curve: ReportData.Curve) -> ReportData.Curve {
    let points = curve.points.filter {
      $0.value.isFinite && $0.tokens.isFinite && $0.supervisedTokens.isFinite && $0.flops.isFinite
        && $0.seconds.isFinite
    }
    guard points.count > maxPoints else {
      return ReportData.Curve(arm: curve.arm, metric: curve.metric, points: points, seeds: curve.seeds)
    }
    let run = (points.count + maxPoints - 1) / maxPoints
    let means = stride(from: 0, to: points.count, by: run).map { start -> CurvePoint in
      let group = points[start..<min(start + run, points.count)]
      var point = group[(group.startIndex + group.endIndex - 1) / 2]
      point.value = group.reduce(0) { $0 + $1.value } / Double(group.count)
      return point
    }
    return ReportData.Curve(arm: curve.arm, metric: curve.metric, points: means, seeds: curve.seeds)
  }

  private func figure(_ panel: Panel, index: Int) -> Markup {
    let plots = Axis.allCases.map { axis -> Markup in
      let hidden: Markup = axis == .tokens ? "" : " hidden='hidden'"
      return """
        <div class='plot' data-panel='\(index)' data-axis='\(axis.rawValue)'\(hidden)>\
        \(chart(panel, axis).render(id: "chart-\(index)-\(axis.rawValue)"))</div>

        """
    }
    return """
      <figure class='panel'><figcaption><h3>\(panel.title)</h3><p class='unit'>\(panel.unit)</p>
      <ul class='legend'>\(legend(panel))</ul></figcaption>\(plots)</figure>

      """
  }

  private func legend(_ panel: Panel) -> Markup {
    // With many models the thin training curves go unnamed: their colours say whose they are.
    let isFull = panel.curves.count > 4
    let named = panel.curves.filter { !isFull || $0.curve.metric != .trainingLoss }
    let items = named.map { item -> Markup in
      let isFaint = item.curve.metric == .trainingLoss
      let line: Markup = """
        <svg class='swatch' style='width:26px' viewBox='0 0 26 14' aria-hidden='true' focusable='false'>\
        <polyline class='curve \(isFaint ? "faint" : "") c\(ChartMark.index(item.colour))' points='1,7 \
        25,7'/>\
        \(isFaint ? "" : ChartMark.shape(item.colour, x: 13, y: 7, radius: 3.4))</svg>
        """
      return "<li>\(line)\(item.name)</li>"
    }
    return "\(items)"
  }

  func chart(_ panel: Panel, _ axis: Axis) -> LineChart {
    let series = panel.curves.map { item in
      LineChart.Series(
        name: item.name, colour: item.colour,
        points: item.curve.points.map { (axis.value($0), $0.value, $0.interval) },
        isFaint: item.curve.metric == .trainingLoss)
    }
    let ends = panel.curves.compactMap { item in
      item.curve.points.last.map { item.name + " ends at " + written($0.value, panel.isPercent) }
    }
    var chart = LineChart(
      title: "\(panel.title) against \(axis.label)", description: ends.joined(separator: "; ") + ".",
      xLabel: axis.label, yLabel: panel.unit, series: series)
    if panel.isPercent {
      let lows = series.flatMap { $0.points.map { $0.interval?.low ?? $0.y } }
      chart.yRange = max(0, min(0.4, (lows.min() ?? 0.4) - 0.02, (panel.chance ?? 0.4) - 0.02))...1.0
      chart.yFormat = { Number.percent($0, 0) }
      if let chance = panel.chance { chart.references = [(chance, "chance")] }
    }
    return chart
  }

  private func written(_ value: Double, _ isPercent: Bool) -> String {
    isPercent ? Number.percent(value) : Number.fixed(value, 3)
  }

  /// All evaluations as numbers, folded away.
  private var table: Markup {
    let kinds = data.drawnCurves.filter { kind in
      data.curves.contains { $0.metric == kind.metric && !$0.points.isEmpty }
    }
    let rows = data.arms.indices.flatMap { arm -> [[Markup]] in
      let curves = ([ReportData.Metric.heldOutLoss] + kinds.map(\.metric)).map { metric in
        data.curves.first { $0.arm == arm && $0.metric == metric }?.points ?? []
      }
      let steps = Set(curves.flatMap { $0.map(\.step) }).sorted()
      return steps.map { step -> [Markup] in
        let found = curves.map { points in points.first { $0.step == step } }
        let any = found.compactMap { $0 }.first
        return [data.label(arm), "\(step)", "\(Number.compact(any?.tokens ?? 0))"]
          + found.enumerated().map { index, point in
            point.map { "\(written($0.value, index > 0 && kinds[index - 1].isShare))" } ?? "–"
          }
      }
    }
    guard !rows.isEmpty else { return "" }
    let table = ReportTable(
      caption: "Evaluations during training",
      columns: [
        "Model", .number("Step"), .number("Tokens"), .number("Held-out loss (own unit)"),
      ] + kinds.map { .number("\($0.title)") }, rows: rows)
    return "<details><summary>The evaluations as a table</summary>\(table.markup)</details>\n"
  }
}

extension SectionCurves {
  /// What the read-out needs: points as [step, tokens, supervised, FLOPs, seconds, value(, low, high)].
  struct PanelData: Encodable {
    struct Line: Encodable {
      var name: String
      var faint: Bool
      var points: [[Double]]
    }

    var percent: Bool
    var series: [Line]

    init(_ panel: Panel) {
      percent = panel.isPercent
      series = panel.curves.map { item in
        Line(
          name: item.name, faint: item.curve.metric == .trainingLoss,
          points: item.curve.points.map { point in
            var row = [
              Double(point.step), point.tokens.rounded(), point.supervisedTokens.rounded(),
              point.flops.rounded(), Self.rounded(point.seconds), Self.rounded(point.value),
            ]
            if let interval = point.interval, interval.low.isFinite, interval.high.isFinite {
              row += [Self.rounded(interval.low), Self.rounded(interval.high)]
            }
            return row
          })
      }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }
  }
}
