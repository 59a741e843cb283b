import Statistics

extension BlockPage {
  func markup(_ panels: [Block.Panel], id: String) -> Markup {
    let all = panels.enumerated().map { index, panel -> Markup in
      let model: Markup? = panel.model.map { "\(label($0))\(panel.title.isEmpty ? "" : " · ")" }
      let heading: Markup? =
        panel.model == nil && panel.title.isEmpty ? nil : "<h3>\(model)\(panel.title)</h3>"
      let remark: Markup? = panel.remark.isEmpty ? nil : "<p class='unit'>\(panel.remark)</p>"
      let inner = panel.blocks.enumerated().map { markup($1, id: "\(id)-\(index)-\($0)", isFramed: true) }
      return "<div class='panel'>\(heading)\(remark)\(inner)</div>\n"
    }
    return "<div class='panels'>\(all)</div>\n"
  }

  func markup(_ list: Block.List) -> Markup {
    let items = list.items.map { item -> Markup in
      let mark: Markup =
        switch item.isRight {
        case true?: "<span class='mark-text good-text' role='img' aria-label='\(list.rightWord)'>✓</span>"
        case false?:
          "<span class='mark-text bad-text' role='img' aria-label='not \(list.rightWord)'>✕</span>"
        case nil: "<span class='mark-text' aria-hidden='true'>·</span>"
        }
      return "<li>\(mark)\(item.text)</li>\n"
    }
    return "<ul class='sample'>\(items)</ul>\n"
  }

  func markup(_ bars: Block.Bars) -> Markup {
    let rows = bars.bars.map { bar -> Markup in
      let right: Markup? =
        bar.isRight ? " <span class='good-text' role='img' aria-label='correct'>✓</span>" : nil
      let width = min(max(bar.value.isFinite ? bar.value : 0, 0), 1) * 100
      return """
        <tr class='c\(ChartMark.index(colour(bars.model)))'><th scope='row'>\(bar.label)\(right)</th>\
        <td class='track'><span style='width:\(px: width)%'></span></td>\
        <td class='n'>\(Number.percent(bar.value))</td></tr>

        """
    }
    return """
      <div class='masks'><div><table class='guesses'><caption>\(bars.title)</caption><tbody>\(rows)</tbody></table>\
      </div></div>

      """
  }

  func markup(_ lines: Block.Lines, id: String) -> Markup {
    func named(_ series: Block.Lines.Series) -> String {
      name(series.model) + (series.note.isEmpty ? "" : ", \(series.note)")
    }
    let ideal = lines.diagonal.map {
      LineChart.Series(name: $0, colour: 7, points: [(0, 0, nil), (1, 1, nil)], isFaint: true)
    }
    let xText = { (value: Double) in lines.xStyle?.text(value) ?? Number.fixed(value, 0) }
    var chart = LineChart(
      title: lines.title,
      description: lines.series.map { series in
        "\(named(series)): "
          + series.points.map {
            "\(lines.xLabel) \(xText($0.x)) \(lines.style.text($0.y.value))"
          }.joined(separator: ", ")
      }.joined(separator: "; "),
      xLabel: lines.xLabel, yLabel: lines.yLabel,
      series: [ideal].compactMap { $0 }
        + lines.series.map { series in
          LineChart.Series(
            name: named(series), colour: colour(series.model),
            points: series.points.map { ($0.x, $0.y.value, $0.y.interval) }, isDashed: series.isDashed)
        }, yRange: lines.yRange, references: lines.references.map { ($0.value, $0.label) })
    chart.xFormat =
      lines.xStyle.map { style in { style.text($0) } } ?? { $0 == $0.rounded() ? xText($0) : "" }
    chart.yFormat = lines.style.text
    var shown: [Int] = []
    for series in lines.series where !shown.contains(series.model) { shown.append(series.model) }
    let legend = shown.map { "<li>\(ChartMark.swatch(colour($0)))\(name($0))</li>" as Markup }
    return "<ul class='legend'>\(legend)</ul>\(chart.render(id: id))\n"
  }
}
