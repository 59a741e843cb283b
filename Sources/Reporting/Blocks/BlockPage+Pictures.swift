import Foundation

extension BlockPage {
  func markup(_ map: Block.HeatMap, id: String) -> Markup {
    guard map.isDrawable else { return "<p class='note'>\(map.title): the picture is damaged.</p>\n" }
    let (content, height) = HeatMapDrawing.content([UInt8](map.codes), labels: map.labels)
    return """
      <div class='single'><svg xmlns='http://www.w3.org/2000/svg' \
      viewBox='0 0 \(px: HeatMapDrawing.width) \(px: height)' role='img' font-family='system-ui, sans-serif' \
      font-size='11' fill='currentColor' aria-labelledby='\(id)-t \(id)-d'><title id='\(id)-t'>\(map.title)</title>\
      <desc id='\(id)-d'>Rows are queries, columns are keys; \(Number.counted(map.labels.count, "token")); darker means \
      higher.</desc>\(content)</svg></div>

      """
  }

  func markup(_ grid: Block.Grid) -> Markup {
    let head = grid.columns.map { "<th scope='col'>\($0)</th>" as Markup }
    let rows = grid.rows.map { row -> Markup in
      let cells = row.cells.map { $0.map(markup) ?? "<td></td>" }
      return "<tr><th scope='row'>\(row.label)</th>\(cells)</tr>\n"
    }
    // Columns narrower than a word are scrolled to.
    let width = 40 + 80 * Double(grid.columns.count)
    return """
      <div class='head-grid' role='region' tabindex='0' aria-label='\(grid.title)'>\
      <table style='min-width:\(px: width)px'>
      <thead><tr><td></td>\(head)</tr></thead><tbody>\(rows)</tbody></table></div>

      """
  }

  private func markup(_ cell: Block.Grid.Cell) -> Markup {
    let bar = cell.bar.map { bar -> Markup in
      let share = bar.share.isFinite ? min(max(bar.share, 0), 1) : 0
      return """
        <span class='worth' title='\(bar.remark)'><span class='track'><span style='width:\(px: share * 100)%'></span>\
        </span>\(bar.text)</span>
        """
    }
    func small(_ text: String) -> Markup { "<span class='small'>\(text)</span>" }
    let note = cell.note.isEmpty ? nil : small(cell.note)
    return "<td>\(picture(cell))<b>\(cell.word)</b>\(note)\(bar)\(cell.remarks.map(small))</td>"
  }

  /// The picture, as a link to the head in the section of attention maps where there is one.
  private func picture(_ cell: Block.Grid.Cell) -> Markup? {
    guard let codes = cell.picture else { return nil }
    let size = Int(Double(codes.count).squareRoot().rounded())
    guard size > 0, size * size == codes.count else { return nil }
    var image = PixelImage(width: size, height: size)
    for (index, code) in codes.enumerated() { image.set(index % size, index / size, code: code) }
    let thumb: Markup = """
      <svg class='thumb' viewBox='0 0 \(size) \(size)' aria-hidden='true'><image class='heat' width='\(size)' \
      height='\(size)' href='\(image.address)'/></svg>
      """
    guard hasAttention, let head = cell.head else { return thumb }
    return """
      <a href='#attention' data-show-layer='\(head.layer)' data-show-head='\(head.head)' \
      aria-label='layer \(head.layer + 1), head \(head.head + 1), enlarged'>\(thumb)</a>
      """
  }
}
