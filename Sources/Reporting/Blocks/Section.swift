/// A section of a report: its conclusion in one sentence, the evidence, and how it was measured.
public struct Section: Codable, Sendable, Equatable {
  /// The anchor on the page; letters, digits and hyphens.
  public var id: String
  /// One or two words for the navigation.
  public var short: String
  /// The heading.
  public var title: String
  /// The conclusion, in one sentence.
  public var conclusion: String
  /// How it was measured and how to read it; collapsed on a page.
  public var explanation: String
  /// The evidence.
  public var blocks: [Block]
  /// Whether a page shows it among the details, as its heading and conclusion alone until a reader opens it.
  public var isDetail: Bool

  /// A section. The explanation is shown in the place of an empty conclusion.
  public init(
    id: String, short: String, title: String, conclusion: String, explanation: String, blocks: [Block],
    isDetail: Bool = false
  ) {
    self.id = id
    self.short = short
    self.title = title
    self.conclusion = conclusion
    self.explanation = explanation
    self.blocks = blocks
    self.isDetail = isDetail
  }

  /// A section of a report's JSON; in reports from before there were details it is none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try values.decode(String.self, forKey: .id), short: try values.decode(String.self, forKey: .short),
      title: try values.decode(String.self, forKey: .title),
      conclusion: try values.decode(String.self, forKey: .conclusion),
      explanation: try values.decode(String.self, forKey: .explanation),
      blocks: try values.decode([Block].self, forKey: .blocks),
      isDetail: try values.decodeIfPresent(Bool.self, forKey: .isDetail) ?? false)
  }

  /// The tables of the section, those that a page collapses included.
  public var tables: [Block.Table] { blocks.flatMap(\.tables) }
}

extension Section {
  /// What is to be read rather than measured, as tables: texts and guesses.
  package var readings: [Block.Table] { blocks.flatMap(\.readings) }
}

extension Block {
  /// See ``Section/readings``.
  fileprivate var readings: [Table] {
    switch self {
    case .list, .bars: tables
    case .panels(let panels): panels.flatMap { $0.blocks.flatMap(\.readings) }
    case .details(_, let blocks): blocks.flatMap(\.readings)
    default: []
    }
  }

  /// The tables in a block.
  var tables: [Table] {
    switch self {
    case .table(let table): [table]
    case .list(let list): [list.table]
    case .bars(let bars): [bars.table]
    case .grid(let grid): [grid.table]
    case .heatMap(let map): [map.table]
    case .panels(let panels): panels.flatMap { $0.blocks.flatMap(\.tables) }
    case .details(_, let blocks): blocks.flatMap(\.tables)
    case .heading, .paragraph, .note, .dots, .lines, .pieces: []
    }
  }
}

/// A model of a report.
package struct ReportModel: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// An index into the palette, which chooses its colour and its mark.
  package var colour: Int

  /// A model.
  package init(_ name: String, colour: Int) {
    self.name = name
    self.colour = colour
  }
}
