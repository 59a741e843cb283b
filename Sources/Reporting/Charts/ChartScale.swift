import Foundation

/// Maps values to a drawing's coordinates, linearly.
package struct ChartScale {
  /// Values at both ends.
  package let domain: ClosedRange<Double>
  /// Coordinate of the lower and of the upper value.
  package let start: Double
  package let end: Double

  /// Creates a scale; an empty or unusable domain becomes one of width 1.
  package init(from low: Double, to high: Double, start: Double, end: Double) {
    let low = low.isFinite ? low : 0
    let high = high.isFinite ? high : low
    domain = high > low ? low...high : low...(low + 1)
    self.start = start
    self.end = end
  }

  /// Coordinate of a value.
  package func callAsFunction(_ value: Double) -> Double {
    start + (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (end - start)
  }

  /// Round values inside the domain, about `count` of them, at steps of 1, 2 or 5.
  package func ticks(_ count: Int) -> [Double] {
    let width = domain.upperBound - domain.lowerBound
    let raw = width / Double(max(1, count))
    let power = pow(10, log10(raw).rounded(.down))
    guard power > 0, power.isFinite else { return [domain.lowerBound] }
    let step = ([1, 2, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10) * power
    // Beside large values a step may be lost in rounding.
    guard domain.lowerBound + step > domain.lowerBound, domain.upperBound - step < domain.upperBound else {
      return [domain.lowerBound]
    }
    var ticks: [Double] = []
    var index = (domain.lowerBound / step - 1e-9).rounded(.up)
    while index * step <= domain.upperBound + width * 1e-9, ticks.count < 50 {
      // Adding 0 turns a negative zero into a plain one.
      ticks.append(index * step + 0)
      index += 1
    }
    return ticks
  }

  /// Decimals that tell neighbouring ticks apart.
  package static func decimals(_ ticks: [Double]) -> Int {
    guard ticks.count > 1 else { return 2 }
    let step = ticks[1] - ticks[0]
    guard step > 0, step.isFinite else { return 2 }
    return max(0, min(6, Int(-log10(step).rounded(.down))))
  }
}

/// Marks that tell arms apart without colour: every palette index has a shape of its own, and beyond the palette
/// each colour comes again with the shape of the next.
package enum ChartMark {
  /// Number of colours and shapes.
  package static let count = 8

  /// A palette index inside the palette, whatever was given.
  package static func index(_ colour: Int) -> Int { ((colour % count) + count) % count }

  /// The shape of a palette index, centred; hollow ones have the panel's background inside.
  package static func shape(_ colour: Int, x: Double, y: Double, radius: Double, hollow: Bool = false)
    -> Markup
  {
    let name = "mark" + (hollow ? " hollow" : "")
    let paint = "c\(index(colour))"
    func path(_ points: [(Double, Double)]) -> Markup {
      let corners = points.map { "\(px: x + $0.0 * radius),\(px: y + $0.1 * radius) " as Markup }
      return "<polygon class='\(name) \(paint)' points='\(corners)'/>"
    }
    switch index(colour + colour / count) {
    case 1: return path([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case 2: return path([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    case 3: return path([(0, -1.2), (1.15, 0.9), (-1.15, 0.9)])
    case 4: return path([(0, 1.2), (1.15, -0.9), (-1.15, -0.9)])
    case 5: return path([(-1.2, -0.5), (1.2, -0.5), (1.2, 0.5), (-1.2, 0.5)])
    case 6: return path([(-0.5, -1.2), (0.5, -1.2), (0.5, 1.2), (-0.5, 1.2)])
    case 7: return path([(-1, -0.5), (0, -1.15), (1, -0.5), (1, 0.5), (0, 1.15), (-1, 0.5)])
    default:
      return "<circle class='\(name) \(paint)' cx='\(px: x)' cy='\(px: y)' r='\(px: radius)'/>"
    }
  }

  /// The shape as a small picture for a legend or a heading; decoration, so hidden from screen readers.
  package static func swatch(_ colour: Int, hollow: Bool = false) -> Markup {
    """
    <svg class='swatch' viewBox='0 0 14 14' aria-hidden='true' focusable='false'>\
    \(shape(colour, x: 7, y: 7, radius: 4.6, hollow: hollow))</svg>
    """
  }
}
