import Foundation

/// A square of values as colours, with its labels on both axes.
package enum HeatMapDrawing {
  /// How wide it is.
  package static let width = 400.0

  /// What is drawn, without a frame of its own, and how high it is; it is `width` wide.
  ///
  /// - Parameters:
  ///   - codes: a colour a place, row by row, as many as labels squared.
  ///   - second: the place of the first label of a second text, B: a dashed line separates it from the first, A.
  ///   - isSharp: whether every value is a square of many pixels, for programs that would smooth them.
  package static func content(
    _ codes: [UInt8], labels: [String], second: Int? = nil, isSharp: Bool = false
  ) -> (content: Markup, height: Double) {
    let size = labels.count
    guard size > 0, codes.count == size * size else { return ("", 0) }
    var image = PixelImage(width: size, height: size)
    for index in 0..<size * size { image.set(index % size, index / size, code: codes[index]) }
    let names = labels.map { $0.count > 12 ? $0.prefix(11) + "…" : $0 }
    let room = min(86, 16 + 6.0 * Double(names.map(\.count).max() ?? 0))
    let side = width - room
    let cell = side / Double(size)
    let font = min(10.5, max(7.5, cell * 1.05))
    // Labels thin out when they would run into each other.
    let every = max(1, Int((font * 0.95 / cell).rounded(.up)))
    let texts = stride(from: 0, to: size, by: every).map { index -> Markup in
      let middle = (Double(index) + 0.5) * cell
      let x = room + middle + font * 0.35
      let y = room - 6
      return """
        <text x='\(px: room - 6)' y='\(px: room + middle + font * 0.36)' \
        text-anchor='end'>\(names[index])</text>\
        <text x='\(px: x)' y='\(px: y)' transform='rotate(-90 \(px: x) \(px: y))'>\(names[index])</text>
        """
    }
    let division = second.map { place -> Markup in
      let end = room + side
      func name(_ text: String, _ middle: Double) -> Markup {
        """
        <text class='part' x='\(px: room + middle * cell)' y='\(px: end + 13)' text-anchor='middle' \
        font-weight='600'>\(text)</text>
        """
      }
      return """
        \(dividingLines(x: room, y: room, side: side, at: Double(place) * cell))\
        \(name("A", Double(place) / 2))\(name("B", Double(place + size) / 2))
        """
    }
    return (
      """
      <g font-size='\(px: font)'>\(texts)</g>\(image.drawn(x: room, y: room, width: side, height: side, isSharp: isSharp))\
      <rect x='\(px: room)' y='\(px: room)' width='\(px: side)' height='\(px: side)' fill='none' \
      stroke='currentColor' stroke-opacity='0.25' pointer-events='none'/>\(division)
      """, room + side + (second == nil ? 2 : 18)
    )
  }

  /// The lines between two texts in a square of values, `at` from its top and left.
  package static func dividingLines(x: Double, y: Double, side: Double, at place: Double) -> Markup {
    """
    <path class='division' d='M\(px: x + place) \(px: y)v\(px: side)M\(px: x) \(px: y + place)h\(px: side)' \
    fill='none' stroke='currentColor' stroke-opacity='0.7' stroke-width='0.8' stroke-dasharray='3 2' \
    pointer-events='none'/>
    """
  }
}

extension PixelImage {
  /// The image in a drawing.
  package func drawn(x: Double, y: Double, width: Double, height: Double, isSharp: Bool = false) -> Markup {
    """
    <image class='heat' style='image-rendering:pixelated' preserveAspectRatio='none' x='\(px: x)' \
    y='\(px: y)' \
    width='\(px: width)' height='\(px: height)' href='\(isSharp ? sharpAddress : address)'/>
    """
  }
}
