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

  /// A section.
  public init(
    id: String, short: String, title: String, conclusion: String, explanation: String, blocks: [Block]
  ) {
    self.id = id
    self.short = short
    self.title = title
    self.conclusion = conclusion
    self.explanation = explanation
    self.blocks = blocks
  }

  /// The tables of the section, those that a page collapses included.
  public var tables: [Block.Table] { blocks.flatMap(\.tables) }
}

extension Block {
  /// The tables in a block.
  var tables: [Table] {
    switch self {
    case .table(let table): [table]
    case .details(_, let blocks): blocks.flatMap(\.tables)
    default: []
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
