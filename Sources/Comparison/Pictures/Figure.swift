import Foundation
import Reporting
import Wording

/// A picture for a slide or a paper: panels under a title that says what is shown, of which model and how trained.
///
/// One SVG document without scripts, variables or outside files, so that it can be edited, embedded, and turned
/// into other formats by any program.
public struct Figure {
  /// One drawing with its caption.
  struct Panel {
    /// What it shows.
    var caption: String
    /// The unit, or how to read it.
    var unit = ""
    /// What marks mean.
    var legend: [LegendEntry] = []
    var width: Double
    var height: Double
    var content: Markup
  }

  /// A colour with its name.
  struct LegendEntry {
    var name: String
    var colour: Int
    var isFaint = false
  }

  /// What is shown, in a few words.
  var title: String
  /// Model, training and text, in smaller print.
  var subtitle: String
  var panels: [Panel]
  /// Panels in a row.
  var columns: Int
  /// Whether the colour scale of attention stands below.
  var hasColourScale = false

  private static let margin = 28.0
  private static let gap = 32.0
  /// Columns of an average letter of a size.
  private static func textWidth(_ text: String, size: Double) -> Double { Double(text.count) * size * 0.56 }

  /// The whole picture as a stand-alone SVG file.
  public var svg: String {
    let rows = stride(from: 0, to: panels.count, by: columns).map {
      Array(panels[$0..<min($0 + columns, panels.count)])
    }
    let rowWidths = rows.map { row in
      row.reduce(0) { $0 + $1.width } + Self.gap * Double(row.count - 1)
    }
    let inner = max(rowWidths.max() ?? 0, 420)
    var y = Self.margin + 18
    var body: Markup = ""
    for line in Self.wrapped(title, size: 20, width: inner) {
      body = body + text(line, x: Self.margin, y: y, size: 20, style: "title")
      y += 26
    }
    for line in Self.wrapped(subtitle, size: 12.5, width: inner) {
      body = body + text(line, x: Self.margin, y: y, size: 12.5, style: "soft")
      y += 18
    }
    y += 10
    for (index, row) in rows.enumerated() {
      let (drawn, height) = draw(row, number: index * columns, y: y)
      body = body + drawn
      y += height + Self.gap
    }
    if hasColourScale {
      body =
        body
        + "<g class='axes' transform='translate(\(px: Self.margin) \(px: y))'>\(AttentionSVG.legendContent)</g>"
      y += AttentionSVG.legendHeight
    }
    let (width, height) = (inner + 2 * Self.margin, y + Self.margin - (hasColourScale ? 0 : Self.gap))
    let page: Markup = """
      <svg xmlns='http://www.w3.org/2000/svg' width='\(px: width)' height='\(px: height)' \
      viewBox='0 0 \(px: width) \(px: height)' role='img' aria-labelledby='figure-title' \
      font-family="system-ui, 'DejaVu Sans', Arial, sans-serif" font-size='11' fill='#171b22' color='#4d5766'>\
      <title id='figure-title'>\(title)</title><style>\(.trusted(Self.style))</style>\
      <rect width='100%' height='100%' fill='#ffffff'/>\(body)</svg>

      """
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + page.text
  }

  /// A row of panels, their drawings on one line, and how high it is.
  private func draw(_ row: [Panel], number: Int, y: Double) -> (Markup, Double) {
    let heads = row.map { panel in
      (
        caption: Self.wrapped(panel.caption, size: 14, width: panel.width),
        unit: Self.wrapped(panel.unit, size: 12, width: panel.width), legend: legend(panel)
      )
    }
    func height(_ head: (caption: [String], unit: [String], legend: (Markup, Double))) -> Double {
      Double(head.caption.count) * 19 + Double(head.unit.count) * 16 + head.legend.1 + 8
    }
    let top = heads.map(height).max() ?? 0
    var x = Self.margin
    var result: Markup = ""
    for (panel, head) in zip(row, heads) {
      var line = y + 12
      for words in head.caption {
        result = result + text(words, x: x, y: line, size: 14, style: "caption")
        line += 19
      }
      for words in head.unit {
        result = result + text(words, x: x, y: line - 2, size: 12, style: "soft")
        line += 16
      }
      result =
        result + """
          <g transform='translate(\(px: x) \(px: line - 8))'>\(head.legend.0)</g>\
          <g class='chart' transform='translate(\(px: x) \(px: y + top))'>\(panel.content)</g>

          """
      x += panel.width + Self.gap
    }
    return (result, top + (row.map(\.height).max() ?? 0))
  }

  private func legend(_ panel: Panel) -> (Markup, Double) {
    var (x, y) = (0.0, 8.0)
    let entries = panel.legend.map { entry -> Markup in
      let width = 34 + Self.textWidth(entry.name, size: 12) + 14
      if x > 0, x + width > panel.width { (x, y) = (0, y + 18) }
      defer { x += width }
      let style = "curve c\(ChartMark.index(entry.colour))" + (entry.isFaint ? " faint" : "")
      let mark = entry.isFaint ? "" as Markup : ChartMark.shape(entry.colour, x: x + 13, y: y, radius: 3.4)
      return """
        <polyline class='\(style)' points='\(px: x + 1),\(px: y) \(px: x + 25),\(px: y)'/>\(mark)\
        \(text(entry.name, x: x + 32, y: y + 4, size: 12, style: "soft"))
        """
    }
    return ("\(entries)", panel.legend.isEmpty ? 0 : y + 10)
  }

  private func text(_ words: String, x: Double, y: Double, size: Double, style: String) -> Markup {
    "<text class='\(style)' x='\(px: x)' y='\(px: y)' font-size='\(px: size)'>\(words)</text>"
  }

  /// Lines of about a width, broken between words.
  static func wrapped(_ text: String, size: Double, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.oneLine.split(separator: " ") {
      if let last = lines.last, textWidth(last + " " + word, size: size) <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// The look of the report's light page, in values instead of variables.
  private static var style: String {
    let colours = Palette.light.enumerated().map { index, colour in
      """
      .curve.c\(index),.whisker.c\(index){stroke:\(colour)}.mark.c\(index),.band.c\(index){fill:\(colour)}\
      .mark.hollow.c\(index){fill:#ffffff;stroke:\(colour)}
      """
    }
    return """
      .title,.caption{font-weight:600}.soft{fill:#4d5766}\
      .chart text,.axes text{fill:#4d5766}.chart .rowlabel{fill:#171b22;font-size:12px}\
      .chart .tick,.chart .label,.chart .note{font-size:11.5px}\
      .middle{text-anchor:middle}.end{text-anchor:end}.start{text-anchor:start}\
      .grid{stroke:#e3e7ec;stroke-width:1}.axis{stroke:#9aa4b1;stroke-width:1.2}\
      .halo{paint-order:stroke;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round}\
      .reference{stroke:#5f6a7a;stroke-width:1.2;stroke-dasharray:5 4}\
      .curve{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}\
      .curve.faint{stroke-width:1.2;opacity:.6}.curve.dashed{stroke-dasharray:6 4;stroke-width:1.8}\
      .band{opacity:.13}.mark{stroke:#ffffff;stroke-width:1}.mark.hollow{stroke-width:1.7}\
      .whisker{stroke-width:2;opacity:.6;stroke-linecap:round}.tile{fill:none}.heat{image-rendering:pixelated}
      """ + colours.joined()
  }
}
