import Statistics

/// Blocks in a report's JSON: `{"kind": "table", "caption": …, "columns": […], "rows": […]}`.
extension Block: Codable {
  private enum Key: String, CodingKey { case kind, text, pieces, panels, summary, blocks }
  private enum Kind: String, Codable {
    case heading, paragraph, note, table, dots, lines, bars, grid, heatMap, list, pieces, panels, details
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    switch try values.decode(Kind.self, forKey: .kind) {
    case .heading: self = .heading(try values.decode(String.self, forKey: .text))
    case .paragraph: self = .paragraph(try values.decode(String.self, forKey: .text))
    case .note: self = .note(try values.decode(String.self, forKey: .text))
    case .table: self = .table(try Table(from: decoder))
    case .dots: self = .dots(try Dots(from: decoder))
    case .lines: self = .lines(try Lines(from: decoder))
    case .bars: self = .bars(try Bars(from: decoder))
    case .grid: self = .grid(try Grid(from: decoder))
    case .heatMap: self = .heatMap(try HeatMap(from: decoder))
    case .list: self = .list(try List(from: decoder))
    case .pieces: self = .pieces(try values.decode([Word].self, forKey: .pieces))
    case .panels: self = .panels(try values.decode([Panel].self, forKey: .panels))
    case .details:
      self = .details(
        try values.decode(String.self, forKey: .summary), try values.decode([Block].self, forKey: .blocks))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    func text(_ text: String, _ kind: Kind) throws {
      try values.encode(kind, forKey: .kind)
      try values.encode(text, forKey: .text)
    }
    func whole(_ content: some Encodable, _ kind: Kind) throws {
      try values.encode(kind, forKey: .kind)
      try content.encode(to: encoder)
    }
    switch self {
    case .heading(let words): try text(words, .heading)
    case .paragraph(let words): try text(words, .paragraph)
    case .note(let words): try text(words, .note)
    case .table(let table): try whole(table, .table)
    case .dots(let dots): try whole(dots, .dots)
    case .lines(let lines): try whole(lines, .lines)
    case .bars(let bars): try whole(bars, .bars)
    case .grid(let grid): try whole(grid, .grid)
    case .heatMap(let map): try whole(map, .heatMap)
    case .list(let list): try whole(list, .list)
    case .pieces(let pieces):
      try values.encode(Kind.pieces, forKey: .kind)
      try values.encode(pieces, forKey: .pieces)
    case .panels(let panels):
      try values.encode(Kind.panels, forKey: .kind)
      try values.encode(panels, forKey: .panels)
    case .details(let summary, let blocks):
      try values.encode(Kind.details, forKey: .kind)
      try values.encode(summary, forKey: .summary)
      try values.encode(blocks, forKey: .blocks)
    }
  }
}

extension Block.Table: Decodable {
  private enum Key: String, CodingKey { case caption, columns, rows }

  /// - Throws: `DecodingError` where a row has not one cell a column.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let columns = try values.decode([Column].self, forKey: .columns)
    let rows = try values.decode([[Block.Cell]].self, forKey: .rows)
    guard rows.allSatisfy({ $0.count == columns.count }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .rows, in: values, debugDescription: "a row has not one cell a column")
    }
    self.init(try values.decode(String.self, forKey: .caption), columns: columns, rows: rows)
  }
}

extension Block.Dots.Value {
  private enum Key: String, CodingKey { case model, measured, isHollow }

  /// A value; `isHollow` may be left out.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      model: try values.decode(Int.self, forKey: .model),
      try values.decode(Measured.self, forKey: .measured),
      isHollow: try values.decodeIfPresent(Bool.self, forKey: .isHollow) ?? false)
  }
}

/// A cell: `{}`, or what it holds under its kind.
extension Block.Cell: Codable {
  private enum Key: String, CodingKey { case text, code, value, low, high, style, model, note, words }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    if let text = try values.decodeIfPresent(String.self, forKey: .text) {
      let note = try values.decodeIfPresent(String.self, forKey: .note)
      self = note.map { .noted(text, note: $0) } ?? .text(text)
    } else if let code = try values.decodeIfPresent(String.self, forKey: .code) {
      self = .code(code)
    } else if let model = try values.decodeIfPresent(Int.self, forKey: .model) {
      self = .model(model, note: try values.decodeIfPresent(String.self, forKey: .note) ?? "")
    } else if let words = try values.decodeIfPresent([Block.Word].self, forKey: .words) {
      self = .words(words)
    } else if let value = try values.decodeIfPresent(Double.self, forKey: .value) {
      let low = try values.decodeIfPresent(Double.self, forKey: .low)
      let high = try values.decodeIfPresent(Double.self, forKey: .high)
      self = .measured(
        Measured(value, interval: low.flatMap { low in high.map { Interval(low: low, high: $0) } }),
        try values.decode(Block.NumberStyle.self, forKey: .style))
    } else {
      self = .empty
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    switch self {
    case .empty: break
    case .text(let text): try values.encode(text, forKey: .text)
    case .noted(let text, let note):
      try values.encode(text, forKey: .text)
      try values.encode(note, forKey: .note)
    case .code(let code): try values.encode(code, forKey: .code)
    case .model(let model, let note):
      try values.encode(model, forKey: .model)
      if !note.isEmpty { try values.encode(note, forKey: .note) }
    case .words(let words): try values.encode(words, forKey: .words)
    case .measured(let measured, let style):
      try values.encode(measured.value, forKey: .value)
      try values.encodeIfPresent(measured.interval?.low, forKey: .low)
      try values.encodeIfPresent(measured.interval?.high, forKey: .high)
      try values.encode(style, forKey: .style)
    }
  }
}

/// A word: a text, `{"right": …, "wrong": …}`, or `{"gap": …}`.
extension Block.Word: Codable {
  private enum Key: String, CodingKey { case right, wrong, gap }

  public init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self = .plain(text)
      return
    }
    let values = try decoder.container(keyedBy: Key.self)
    if let gap = try values.decodeIfPresent(String.self, forKey: .gap) {
      self = .gap(gap)
      return
    }
    self = .choice(
      right: try values.decode(String.self, forKey: .right),
      wrong: try values.decode(String.self, forKey: .wrong))
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .plain(let text):
      var value = encoder.singleValueContainer()
      try value.encode(text)
    case .choice(let right, let wrong):
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(right, forKey: .right)
      try values.encode(wrong, forKey: .wrong)
    case .gap(let name):
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(name, forKey: .gap)
    }
  }
}

/// A style as a word: `percent.1`, `fixed.4`, `points`, `count`.
extension Block.NumberStyle: Codable {
  /// More decimals than a double has.
  private static let decimals = 0...20

  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    let words = try value.decode(String.self).split(separator: ".").map(String.init)
    let decimals = words.count == 2 ? Int(words[1]).flatMap { Self.decimals.contains($0) ? $0 : nil } : nil
    switch (words.first, decimals) {
    case ("percent", let decimals?): self = .percent(decimals: decimals)
    case ("fixed", let decimals?): self = .fixed(decimals)
    case ("points", nil): self = .points
    case ("count", nil): self = .count
    default:
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "no style of a number")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .percent(let decimals): try value.encode("percent.\(decimals)")
    case .fixed(let decimals): try value.encode("fixed.\(decimals)")
    case .points: try value.encode("points")
    case .count: try value.encode("count")
    }
  }
}
