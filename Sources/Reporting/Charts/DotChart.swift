import Foundation
import Statistics

/// Rows of marks with whiskers on one horizontal axis: fractions with their intervals.
package struct DotChart {
  /// One mark.
  package struct Dot {
    package var colour: Int
    package var measured: Measured
    package var isHollow = false
    /// Read-out on hover.
    package var label: String

    package init(colour: Int, measured: Measured, isHollow: Bool = false, label: String) {
      self.colour = colour
      self.measured = measured
      self.isHollow = isHollow
      self.label = label
    }
  }

  /// One row of marks.
  package struct Row {
    package var label: String
    package var dots: [Dot]
    /// Whether all marks are on one line instead of one below the other.
    package var isOneLine = false

    package init(label: String, dots: [Dot], isOneLine: Bool = false) {
      self.label = label
      self.dots = dots
      self.isOneLine = isOneLine
    }
  }

  package var title: String
  package var description: String
  package var rows: [Row]
  package var domain: ClosedRange<Double>
  /// Vertical lines with a label at the top.
  package var references: [(x: Double, label: String)]
  /// How a value of the axis is written.
  package var format: (Double) -> String

  package init(
    title: String, description: String, rows: [Row], domain: ClosedRange<Double>,
    references: [(x: Double, label: String)], format: @escaping (Double) -> String = { Number.percent($0, 0) }
  ) {
    self.title = title
    self.description = description
    self.rows = rows
    self.domain = domain
    self.references = references
    self.format = format
  }

  package static let width = 480.0
  private static let right = 466.0
  private static let top = 26.0

  /// The chart as SVG; `id` must be unique on the page.
  package func render(id: String) -> Markup {
    let (content, height) = drawing
    return """
      <svg class='chart' id='\(id)' viewBox='0 0 \(px: Self.width) \(px: height)' role='img' \
      aria-labelledby='\(id)-t \(id)-d'><title id='\(id)-t'>\(title)</title>\
      <desc id='\(id)-d'>\(description)</desc>\(content)</svg>
      """
  }

  /// What is drawn, without a frame of its own, and how high it is; it is `width` wide.
  package var drawing: (content: Markup, height: Double) {
    let longest = rows.map(\.label.count).max() ?? 0
    let left = min(215, 22 + 7.4 * Double(longest))
    let x = ChartScale(
      from: domain.lowerBound, to: domain.upperBound, start: left, end: Self.right)
    let spacing = 15.0
    var y = Self.top
    var body: Markup = ""
    for row in rows {
      let lines = row.isOneLine ? 1 : max(1, row.dots.count)
      let height = Double(lines) * spacing + 13
      let middle = y + height / 2
      body =
        body + """
          <line class='grid' x1='\(px: left)' x2='\(px: Self.right)' y1='\(px: y)' y2='\(px: y)'/>\
          <text class='rowlabel end' x='\(px: left - 10)' y='\(px: middle + 4)'>\(row.label)</text>
          """
      for (index, dot) in row.dots.enumerated() {
        let place = row.isOneLine ? middle : middle + (Double(index) - Double(lines - 1) / 2) * spacing
        body = body + draw(dot, x: x, y: place)
      }
      y += height
    }
    let ticks = x.ticks(6).map { tick -> Markup in
      """
      <line class='axis' x1='\(px: x(tick))' x2='\(px: x(tick))' y1='\(px: y)' y2='\(px: y + 4)'/>\
      <text class='tick middle' x='\(px: x(tick))' y='\(px: y + 18)'>\(format(tick))</text>
      """
    }
    let lines = references.filter { domain.contains($0.x) }.map { line -> Markup in
      let side = x(line.x) - left < 40 ? "start" : "middle"
      return """
        <line class='reference' x1='\(px: x(line.x))' x2='\(px: x(line.x))' y1='\(px: Self.top - 6)' \
        y2='\(px: y)'/><text class='note \(side)' x='\(px: x(line.x))' \
        y='\(px: Self.top - 11)'>\(line.label)</text>
        """
    }
    return (
      """
      \(lines)\(body)\
      <line class='axis' x1='\(px: left)' x2='\(px: Self.right)' y1='\(px: y)' y2='\(px: y)'/>\(ticks)
      """, y + 26
    )
  }

  private func draw(_ dot: Dot, x: ChartScale, y: Double) -> Markup {
    guard dot.measured.value.isFinite else { return "" }
    let colour = "c\(ChartMark.index(dot.colour))"
    var whisker: Markup = ""
    if let interval = dot.measured.interval {
      let low = max(interval.low, domain.lowerBound)
      whisker = """
        <line class='whisker \(colour)' x1='\(px: x(low))' \
        x2='\(px: x(min(interval.high, domain.upperBound)))' y1='\(px: y)' y2='\(px: y)'/>
        """
    }
    let value = min(max(dot.measured.value, domain.lowerBound), domain.upperBound)
    return """
      <g><title>\(dot.label)</title>\(whisker)\
      \(ChartMark.shape(dot.colour, x: x(value), y: y, radius: 4.4, hollow: dot.isHollow))</g>
      """
  }
}
