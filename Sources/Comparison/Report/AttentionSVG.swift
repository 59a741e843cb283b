import AttentionAnalysis
import Foundation
import Reporting

/// Attention probabilities as SVG: all heads of a model in a grid of layers × heads, or one head
/// enlarged with its tokens on both axes. Every picture uses the one colour scale of `ColourScale`.
public enum AttentionSVG {
  static let width = HeatMapDrawing.width

  /// All heads as a stand-alone SVG file.
  public static func grid(_ picture: AttentionPicture, title: String) -> String {
    standalone(gridMarkup(picture, id: "grid", title: title))
  }

  /// One head as a stand-alone SVG file.
  public static func head(_ picture: AttentionPicture, layer: Int, head: Int, title: String) -> String {
    standalone(headMarkup(picture, layer: layer, head: head, id: "head", title: title))
  }

  /// The colour scale as a stand-alone SVG file.
  public static func legend() -> String { standalone(legendMarkup(id: "scale")) }

  private static func standalone(_ markup: Markup) -> String {
    let text = markup.text.replacingOccurrences(of: "<svg ", with: "<svg style='background:#fff' ")
    return "<?xml version='1.0' encoding='UTF-8'?>\n" + text + "\n"
  }

  /// Opening tag with what screen readers need.
  private static func open(_ id: String, _ height: Double, _ title: String, _ description: String) -> Markup {
    """
    <svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 \(px: width) \(px: height)' role='img' \
    font-family='system-ui, sans-serif' font-size='11' fill='currentColor' \
    aria-labelledby='\(id)-t \(id)-d'><title id='\(id)-t'>\(title)</title>\
    <desc id='\(id)-d'>\(description)</desc>
    """
  }

  /// All heads: one row per layer, one column per head. Tiles can be chosen by the page's script.
  static func gridMarkup(_ picture: AttentionPicture, id: String, title: String) -> Markup {
    guard picture.isDrawable else { return "" }
    let (content, height) = gridContent(picture)
    let description =
      "\(Number.counted(picture.layers, "layer")) (rows) by \(Number.counted(picture.heads, "head")) (columns) over \(Number.counted(picture.tokens.count, "token")); in "
      + "each tile rows are queries and columns are keys; darker means higher probability."
    return "\(open(id, height, title, description))\(content)</svg>"
  }

  /// What is drawn of all heads, without a frame of its own, and how high it is; it is `width` wide.
  ///
  /// - Parameter isSharp: whether every probability is a square of many pixels, for programs that would smooth them.
  static func gridContent(_ picture: AttentionPicture, isSharp: Bool = false) -> (
    content: Markup, height: Double
  ) {
    let (image, tile, gap) = gridImage(picture)
    let left = 30.0
    let top = 22.0
    let scale = (width - left) / Double(image.width)
    let height = Double(image.height) * scale
    func place(_ index: Int) -> Double { Double(index * (tile + gap)) * scale }
    let side = Double(tile) * scale
    let every = side < 18 ? 2 : 1
    let columns = stride(from: 0, to: picture.heads, by: every).map { head -> Markup in
      """
      <text x='\(px: left + place(head) + side / 2)' y='\(px: top - 8)' \
      text-anchor='middle'>H\(head + 1)</text>
      """
    }
    let rows = stride(from: 0, to: picture.layers, by: every).map { layer -> Markup in
      """
      <text x='\(px: left - 8)' y='\(px: top + place(layer) + side / 2 + 4)' \
      text-anchor='end'>L\(layer + 1)</text>
      """
    }
    let tiles = (0..<picture.layers * picture.heads).map { index -> Markup in
      let (layer, head) = index.quotientAndRemainder(dividingBy: picture.heads)
      return """
        <rect class='tile' fill='transparent' data-layer='\(layer)' data-head='\(head)' \
        x='\(px: left + place(head) - 1)' y='\(px: top + place(layer) - 1)' width='\(px: side + 2)' \
        height='\(px: side + 2)'><title>layer \(layer + 1), head \(head + 1)</title></rect>
        """
    }
    let divisions = (picture.second.map { [$0] } ?? []).flatMap { second in
      (0..<picture.layers * picture.heads).map { index -> Markup in
        let (layer, head) = index.quotientAndRemainder(dividingBy: picture.heads)
        return HeatMapDrawing.dividingLines(
          x: left + place(head), y: top + place(layer), side: side,
          at: Double(second) / Double(picture.tokens.count) * side)
      }
    }
    return (
      """
      \(columns)\(rows)\(image.drawn(x: left, y: top, width: width - left, height: height, isSharp: isSharp))\
      \(divisions)\(tiles)
      """, top + height + 2
    )
  }

  /// All heads as pixels, one row per layer, with the width of a head and of the gap to the next.
  static func gridImage(_ picture: AttentionPicture) -> (image: PixelImage, tile: Int, gap: Int) {
    let size = picture.tokens.count
    // Large heads are shrunk for the overview, each pixel the largest of its block.
    let factor = max(1, (size + 39) / 40)
    let tile = (size + factor - 1) / factor
    let gap = max(2, tile / 8)
    var image = PixelImage(
      width: picture.heads * (tile + gap) - gap, height: picture.layers * (tile + gap) - gap)
    for layer in 0..<picture.layers {
      for head in 0..<picture.heads {
        let codes = picture.head(layer: layer, head: head)
        for y in 0..<tile {
          for x in 0..<tile {
            let code = largest(codes, size: size, rows: y * factor, columns: x * factor, factor)
            image.set(head * (tile + gap) + x, layer * (tile + gap) + y, code: code)
          }
        }
      }
    }
    return (image, tile, gap)
  }

  /// All heads as a PNG file, each probability a square of several pixels.
  public static func gridPNG(_ picture: AttentionPicture) -> Data {
    guard picture.isDrawable else { return Data() }
    let image = gridImage(picture).image
    return image.enlarged(by: max(1, 900 / max(image.width, image.height))).png
  }

  /// One head with its tokens on both axes.
  static func headMarkup(
    _ picture: AttentionPicture, layer: Int, head: Int, id: String, title: String
  ) -> Markup {
    guard let (content, height) = headContent(picture, layer: layer, head: head) else { return "" }
    let description =
      "Rows are queries, columns are keys; \(Number.counted(picture.tokens.count, "token")); darker means "
      + "higher probability. Each row sums to 1."
    return "\(open(id, height, title, description))\(content)</svg>"
  }

  /// What is drawn of one head, without a frame of its own, and how high it is; it is `width` wide. Nil for a head
  /// that is not there.
  static func headContent(
    _ picture: AttentionPicture, layer: Int, head: Int, isSharp: Bool = false
  ) -> (content: Markup, height: Double)? {
    let codes = picture.head(layer: layer, head: head)
    guard !codes.isEmpty else { return nil }
    return HeatMapDrawing.content(codes, labels: picture.tokens, second: picture.second, isSharp: isSharp)
  }

  /// The colour scale with the probabilities that it stands for.
  static func legendMarkup(id: String) -> Markup {
    """
    \(open(id, legendHeight, "Colour scale", "From probability 0 to 1, spaced by its square root."))\
    \(legendContent)</svg>
    """
  }

  /// How high the colour scale is.
  static let legendHeight = 54.0

  /// What is drawn of the colour scale, without a frame of its own; it is `width` wide.
  static var legendContent: Markup {
    var image = PixelImage(width: 256, height: 1)
    for code in 0...255 { image.set(code, 0, code: UInt8(code)) }
    let left = 10.0
    let span = width - 2 * left
    let ticks = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1].map { probability -> Markup in
      let x = left + Double(AttentionPicture.code(of: Float(probability))) / 255 * span
      let text = probability == 0 || probability == 1 ? Number.fixed(probability, 0) : String(probability)
      return """
        <line x1='\(px: x)' x2='\(px: x)' y1='34' y2='38' stroke='currentColor'/>\
        <text x='\(px: x)' y='50' text-anchor='middle'>\(text)</text>
        """
    }
    return """
      <text x='\(px: left)' y='12'>attention probability, spaced by its square root; one scale for \
      all</text>\(image.drawn(x: left, y: 20, width: span, height: 14))\(ticks)
      """
  }

  /// Largest code of a block of a head.
  private static func largest(
    _ codes: [UInt8], size: Int, rows: Int, columns: Int, _ factor: Int
  ) -> UInt8 {
    var result: UInt8 = 0
    for y in rows..<min(rows + factor, size) {
      for x in columns..<min(columns + factor, size) { result = max(result, codes[y * size + x]) }
    }
    return result
  }

  /// The head whose rows put the largest mean probability on a single token that is neither the row's
  /// own nor the first: the one most worth opening with.
  static func mostFocused(_ picture: AttentionPicture) -> (layer: Int, head: Int) {
    let size = picture.tokens.count
    var best = (layer: 0, head: 0, score: -1.0)
    for layer in 0..<picture.layers {
      for head in 0..<picture.heads {
        let codes = picture.head(layer: layer, head: head)
        guard !codes.isEmpty, size > 2 else { continue }
        var score = 0.0
        for query in 1..<size {
          var largest: UInt8 = 0
          for key in 1..<size where key != query { largest = max(largest, codes[query * size + key]) }
          score += Double(AttentionPicture.probability(of: largest))
        }
        if score > best.score { best = (layer, head, score) }
      }
    }
    return (best.layer, best.head)
  }
}
