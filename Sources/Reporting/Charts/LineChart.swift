import Foundation
import Statistics

/// A chart of curves with a grid, axes and, where wanted, a reference line. Pure markup, no script needed.
package struct LineChart {
  /// One curve.
  package struct Series {
    package var name: String
    package var colour: Int
    package var points: [(x: Double, y: Double, interval: Interval?)]
    /// A light line without marks, for noisy training losses.
    package var isFaint = false
    /// Dashes instead of a solid line.
    package var isDashed = false

    package init(
      name: String, colour: Int, points: [(x: Double, y: Double, interval: Interval?)], isFaint: Bool = false,
      isDashed: Bool = false
    ) {
      self.name = name
      self.colour = colour
      self.points = points
      self.isFaint = isFaint
      self.isDashed = isDashed
    }
  }

  /// Read by screen readers.
  package var title: String
  package var description: String
  package var xLabel: String
  package var yLabel: String
  package var series: [Series]
  /// Fixed range of y; otherwise from the values.
  package var yRange: ClosedRange<Double>?
  /// Horizontal lines with a label.
  package var references: [(y: Double, label: String)]
  /// Writes a tick of x.
  package var xFormat: (Double) -> String
  /// Writes a tick of y; by default with as many decimals as the ticks need.
  package var yFormat: ((Double) -> String)?

  package init(
    title: String, description: String, xLabel: String, yLabel: String, series: [Series],
    yRange: ClosedRange<Double>? = nil, references: [(y: Double, label: String)] = [],
    xFormat: @escaping (Double) -> String = Number.compact, yFormat: ((Double) -> String)? = nil
  ) {
    self.title = title
    self.description = description
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.yRange = yRange
    self.references = references
    self.xFormat = xFormat
    self.yFormat = yFormat
  }

  package static let width = 480.0
  package static let height = 296.0
  private static let left = 46.0
  private static let right = 468.0
  private static let top = 14.0
  private static let bottom = 250.0

  /// The chart as SVG; `id` must be unique on the page.
  package func render(id: String) -> Markup {
    let x = xScale
    return """
      <svg class='chart' id='\(id)' viewBox='0 0 \(px: Self.width) \(px: Self.height)' role='img' \
      aria-labelledby='\(id)-t \(id)-d' data-x0='\(px: x.start)' data-x1='\(px: x.end)' \
      data-top='\(px: Self.top)' data-bottom='\(px: Self.bottom)'>\
      <title id='\(id)-t'>\(title)</title><desc id='\(id)-d'>\(description)</desc>\
      \(content(id: id))<g class='cursor' aria-hidden='true'></g></svg>
      """
  }

  /// What is drawn, without a frame of its own: `width` wide and `height` high.
  package func content(id: String) -> Markup {
    let x = xScale
    let y = yScale
    return """
      <clipPath id='\(id)-c'><rect x='\(px: Self.left - 6)' y='\(px: Self.top - 6)' \
      width='\(px: Self.right - Self.left + 12)' height='\(px: Self.bottom - Self.top + 12)'/></clipPath>
      \(axes(x, y))\(referenceLines(y))<g clip-path='url(#\(id)-c)'>\(series.map { curve($0, x, y) })</g>\
      \(referenceLabels(y))
      """
  }

  /// Range of x over all curves, from 0.
  package var xScale: ChartScale {
    let xs = series.flatMap { $0.points.map(\.x) }.filter(\.isFinite)
    return ChartScale(from: 0, to: xs.max() ?? 1, start: Self.left, end: Self.right)
  }

  /// Range of y: what is given, or the values. The first twentieth of training would squeeze all
  /// that follows, so they may run out of the top.
  package var yScale: ChartScale {
    if let yRange {
      return ChartScale(
        from: yRange.lowerBound, to: yRange.upperBound, start: Self.bottom, end: Self.top)
    }
    let early = xScale.domain.upperBound * 0.05
    let points = series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    let settled = points.filter { $0.x >= early }
    let values = (settled.isEmpty ? points : settled).map(\.y)
    guard let low = values.min(), let high = values.max() else {
      return ChartScale(from: 0, to: 1, start: Self.bottom, end: Self.top)
    }
    let room = max((high - low) * 0.06, 0.01)
    let below = low >= 0 ? max(0, low - room) : low - room
    return ChartScale(from: below, to: high + room, start: Self.bottom, end: Self.top)
  }

  private func axes(_ x: ChartScale, _ y: ChartScale) -> Markup {
    let yTicks = y.ticks(5)
    let decimals = ChartScale.decimals(yTicks)
    let rows = yTicks.map { tick -> Markup in
      let text = yFormat?(tick) ?? Number.fixed(tick, decimals)
      return """
        <line class='grid' x1='\(px: Self.left)' x2='\(px: Self.right)' y1='\(px: y(tick))' \
        y2='\(px: y(tick))'/><text class='tick end' x='\(px: Self.left - 7)' \
        y='\(px: y(tick) + 4)'>\(text)</text>
        """
    }
    let columns = x.ticks(5).map { tick -> Markup in
      // The last label would run over the edge when it is at the very end.
      let place = x(tick) > Self.right - 14 ? "tick end" : "tick middle"
      return """
        <line class='axis' x1='\(px: x(tick))' x2='\(px: x(tick))' y1='\(px: Self.bottom)' \
        y2='\(px: Self.bottom + 4)'/><text class='\(place)' x='\(px: x(tick))' \
        y='\(px: Self.bottom + 18)'>\(xFormat(tick))</text>
        """
    }
    return """
      \(rows)\(columns)<line class='axis' x1='\(px: Self.left)' x2='\(px: Self.right)' \
      y1='\(px: Self.bottom)' y2='\(px: Self.bottom)'/>\
      <text class='label middle' x='\(px: (Self.left + Self.right) / 2)' \
      y='\(px: Self.height - 8)'>\(xLabel)</text>
      """
  }

  private func referenceLines(_ y: ChartScale) -> Markup {
    let lines = references.filter { y.domain.contains($0.y) }.map { line -> Markup in
      """
      <line class='reference' x1='\(px: Self.left)' x2='\(px: Self.right)' y1='\(px: y(line.y))' \
      y2='\(px: y(line.y))'/>
      """
    }
    return "\(lines)"
  }

  /// The labels of reference lines: over the curves, so that none is drawn through them.
  private func referenceLabels(_ y: ChartScale) -> Markup {
    let labels = references.filter { y.domain.contains($0.y) }.map { line -> Markup in
      """
      <text class='note end halo' x='\(px: Self.right)' y='\(px: y(line.y) - 5)'>\(line.label)</text>
      """
    }
    return "\(labels)"
  }

  private func curve(_ series: Series, _ x: ChartScale, _ y: ChartScale) -> Markup {
    let points = series.points.filter { $0.x.isFinite && $0.y.isFinite }
    guard !points.isEmpty else { return "" }
    let colour = "c\(ChartMark.index(series.colour))"
    let corners = points.map { "\(px: x($0.x)),\(px: clamped(y($0.y))) " as Markup }
    let style = "curve" + (series.isFaint ? " faint" : "") + (series.isDashed ? " dashed" : "")
    let line: Markup = "<polyline class='\(style) \(colour)' points='\(corners)'/>"
    if series.isFaint { return line }
    let radius = self.series.count > 6 ? 2.3 : 3
    let marks = points.map {
      ChartMark.shape(series.colour, x: x($0.x), y: clamped(y($0.y)), radius: radius, hollow: series.isDashed)
    }
    // Bands of many curves would only hide each other; the read-out keeps their intervals.
    let band = self.series.count > 4 ? "" : band(points, x, y, colour)
    return "\(band)\(line)\(marks)"
  }

  /// The intervals of a curve as one shaded band.
  private func band(
    _ points: [(x: Double, y: Double, interval: Interval?)], _ x: ChartScale, _ y: ChartScale,
    _ colour: String
  ) -> Markup {
    let known = points.compactMap { point in point.interval.map { (point.x, $0) } }
    guard known.count > 1 else { return "" }
    let upper = known.map { "\(px: x($0.0)),\(px: clamped(y($0.1.high))) " as Markup }
    let lower = known.reversed().map { "\(px: x($0.0)),\(px: clamped(y($0.1.low))) " as Markup }
    return "<polygon class='band \(colour)' points='\(upper)\(lower)'/>"
  }

  /// Keeps far-away points from producing huge numbers; the clip hides them anyway.
  private func clamped(_ coordinate: Double) -> Double { min(max(coordinate, -200), Self.height + 200) }
}
