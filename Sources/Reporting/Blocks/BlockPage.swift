import Statistics

/// Draws blocks as HTML.
package struct BlockPage {
  private let models: [ReportModel]
  /// Whether the page has a section of attention maps, which pictures of heads lead to.
  let hasAttention: Bool

  /// Blocks that speak of these models.
  ///
  /// - Parameters:
  ///   - models: the models.
  ///   - hasAttention: whether the page has a section of attention maps.
  package init(_ models: [ReportModel], hasAttention: Bool = false) {
    self.models = models
    self.hasAttention = hasAttention
  }

  /// A section of a page: what follows, the evidence, and how it was measured behind a summary.
  package func section(_ section: Section) -> ReportSection {
    let evidence = markup(section.blocks, id: section.id)
    if section.isDetail || section.conclusion.isEmpty {
      var made = ReportSection(
        id: section.id, short: section.short, title: section.title, lead: "\(section.explanation)",
        body: "\(evidence)")
      if !section.conclusion.isEmpty { made.conclusion = "\(section.conclusion)" }
      return made
    }
    let how: Markup? =
      section.explanation.isEmpty
      ? nil
      : "<details><summary>How this was measured</summary><p>\(section.explanation)</p></details>\n"
    return ReportSection(
      id: section.id, short: section.short, title: section.title, lead: "\(section.conclusion)",
      body: "\(evidence)\(how)")
  }

  /// Blocks one below the other; charts that follow each other are side by side where there is room, and a narrow table
  /// takes the place that an odd number of them leaves free.
  private func markup(_ blocks: [Block], id: String) -> Markup {
    var parts: [(charts: Bool, blocks: [Markup])] = []
    for (index, block) in blocks.enumerated() {
      let drawn = markup(block, id: "\(id)-\(index)")
      if case .dots = block {
        if parts.last?.charts != true { parts.append((true, [])) }
        parts[parts.count - 1].blocks.append(drawn)
      } else if case .table(let table) = block, table.columns.count <= 3, let last = parts.last, last.charts,
        !last.blocks.count.isMultiple(of: 2)
      {
        parts[parts.count - 1].blocks.append(drawn)
      } else {
        parts.append((false, [drawn]))
      }
    }
    return
      "\(parts.map { $0.charts ? "<div class='panels'>\($0.blocks)</div>\n" : "\($0.blocks)" as Markup })"
  }

  /// A block; in a panel it has no frame of its own.
  func markup(_ block: Block, id: String, isFramed: Bool = false) -> Markup {
    func framed(_ drawing: Markup) -> Markup {
      isFramed ? drawing : "<div class='panel'>\(drawing)</div>\n"
    }
    switch block {
    case .heading(let text): return "<h3>\(text)</h3>\n"
    case .paragraph(let text): return "<p>\(text)</p>\n"
    case .note(let text): return "<p class='note'>\(text)</p>\n"
    case .table(let table): return markup(table)
    case .dots(let dots): return markup(dots, id: id)
    case .lines(let lines): return framed(markup(lines, id: id))
    case .bars(let bars): return framed(markup(bars))
    case .grid(let grid): return framed(markup(grid))
    case .heatMap(let map): return framed(markup(map, id: id))
    case .list(let list): return framed(markup(list))
    case .pieces(let pieces): return "<p class='fill-text'>\(pieces.map(markup))</p>\n"
    case .panels(let panels): return markup(panels, id: id)
    case .details(let summary, let blocks):
      return "<details><summary>\(summary)</summary>\(markup(blocks, id: id))</details>\n"
    }
  }

  private func markup(_ table: Block.Table) -> Markup {
    ReportTable(
      caption: table.caption,
      columns: table.columns.map { .init(markup($0.heading), isNumber: $0.isNumber) },
      rows: table.rows.map { $0.map(markup) }
    ).markup
  }

  private func markup(_ dots: Block.Dots, id: String) -> Markup {
    let chart = DotChart(
      title: dots.title,
      description: dots.rows.map { row in
        "\(row.label): " + row.values.map(label).joined(separator: ", ")
      }.joined(separator: "; "),
      rows: dots.rows.map { row in
        DotChart.Row(
          label: row.label,
          dots: row.values.map {
            DotChart.Dot(
              colour: colour($0.model), measured: $0.measured, isHollow: $0.isHollow,
              label: "\(row.label), \(label($0))")
          })
      }, domain: dots.domain,
      references: dots.reference.map { [(x: $0, label: dots.referenceLabel)] } ?? [],
      format: dots.axisStyle.text)
    func label(_ value: Block.Dots.Value) -> String {
      let mark = dots.marks.map { ", " + (value.isHollow ? $0.hollow : $0.filled) } ?? ""
      return "\(name(value.model))\(mark) \(Self.text(value.measured, dots.style))"
    }
    var shown: [Int] = []
    for value in dots.rows.flatMap(\.values) where !shown.contains(value.model) { shown.append(value.model) }
    let models = shown.map { "<li>\(ChartMark.swatch(colour($0)))\(name($0))</li>" as Markup }
    let marks = dots.marks.map { "<li>filled: \($0.filled)</li><li>hollow: \($0.hollow)</li>" as Markup }
    return """
      <figure class='panel'><figcaption><h3>\(dots.title)</h3><ul class='legend'>\(models)\(marks)</ul></figcaption>\
      \(chart.render(id: id))</figure>

      """
  }

  private func markup(_ cell: Block.Cell) -> Markup {
    switch cell {
    case .empty: return "–"
    case .text(let text): return "\(text)"
    case .noted(let text, let note): return "\(text)<span class='ci'>\(note)</span>"
    case .code(let text): return "<code>\(text)</code>"
    case .measured(let measured, let style): return measured.cell(style.resolving(measured.interval).text)
    case .model(let index, let note):
      let below: Markup? = note.isEmpty ? nil : "<span class='below'>\(note)</span>"
      return "\(label(index))\(below)"
    case .words(let words): return "\(words.map { "\(markup($0)) " as Markup })"
    }
  }

  private func markup(_ word: Block.Word) -> Markup {
    switch word {
    case .plain(let text): "\(text)"
    case .choice(let right, let wrong): "<b>\(right)</b> <s>\(wrong)</s>"
    case .gap(let name): "<span class='hole'>\(name)</span>"
    }
  }

  /// The mark and the name of a model.
  func label(_ index: Int) -> Markup {
    "<span class='arm'>\(ChartMark.swatch(colour(index)))\(name(index))</span>"
  }

  func name(_ index: Int) -> String { models.name(index) }
  func colour(_ index: Int) -> Int { models.indices.contains(index) ? models[index].colour : index }

  static func text(_ measured: Measured, _ style: Block.NumberStyle) -> String {
    style.text(measured)
  }
}

extension Block.Dots {
  /// How the ticks of the axis are written: percentages without decimals.
  fileprivate var axisStyle: Block.NumberStyle {
    if case .percent = style { return .percent(decimals: 0) }
    return style
  }
}

extension [ReportModel] {
  fileprivate func name(_ index: Int) -> String {
    indices.contains(index) ? self[index].name : "model \(index + 1)"
  }
}

extension Block.Table {
  /// The table for other programs' formats.
  package func exported(_ models: [ReportModel]) -> ExportedTable {
    func text(_ cell: Block.Cell) -> String {
      switch cell {
      case .empty: "–"
      case .text(let text), .code(let text): text
      case .noted(let text, let note): note.isEmpty ? text : "\(text) (\(note))"
      case .measured(let measured, let style): BlockPage.text(measured, style)
      case .model(let index, let note): models.name(index) + (note.isEmpty ? "" : ", " + note)
      case .words(let words):
        words.map { word in
          switch word {
          case .plain(let text): text
          case .choice(let right, let wrong): "\(right) (not \(wrong))"
          case .gap(let name): "[\(name)]"
          }
        }.joined(separator: " ")
      }
    }
    return ExportedTable(
      caption: caption, columns: columns.map { text($0.heading) }, isNumber: columns.map(\.isNumber),
      rows: rows.map { $0.map(text) })
  }
}
