import Foundation
import Testing

@testable import Reporting

/// Grids of small pictures, and squares of colours.
@Suite struct PictureBlockTests {
  private static let grid = Block.Grid(
    "Heads of <bert>", columns: ["H1", "H2"],
    rows: [
      .init(
        "L1",
        [
          .init(
            "broad", note: "towards previous", remarks: ["entropy 0.90"], picture: Data([0, 255, 128, 4]),
            bar: .init(share: 0.5, text: "+0.020", remark: "+0.020 nats"), head: .init(layer: 0, head: 0)),
          nil,
        ]),
      .init(
        "L2", [.init("mixed", picture: Data([1, 2, 3]), bar: .init(share: .nan, text: "–", remark: "–"))]),
    ])
  private static let map = Block.HeatMap("Rollout", labels: ["a", "<b>"], codes: Data([255, 0, 100, 150]))

  private func page(_ blocks: [Block], hasAttention: Bool = false) -> String {
    BlockPage([], hasAttention: hasAttention).section(
      Section(id: "s", short: "s", title: "s", conclusion: "c", explanation: "e", blocks: blocks)
    ).markup.text
  }

  @Test func aGridIsATableWithPicturesAndBars() {
    let markup = page([.grid(Self.grid)])
    for part in [
      "role='region' tabindex='0' aria-label='Heads of &lt;bert&gt;'", "<th scope='col'>H2</th>",
      "<th scope='row'>L1</th>", "<b>broad</b><span class='small'>towards previous</span>",
      "style='width:50%'", "title='+0.020 nats'", "viewBox='0 0 2 2'", "<td></td></tr>",
    ] { #expect(markup.contains(part), "\(part)") }
    // What is no square is no picture; a bar without a number is empty.
    #expect(markup.components(separatedBy: "class='thumb'").count == 2 && markup.contains("style='width:0%'"))
  }

  /// A picture leads to the attention maps, with a name for who does not see it, where the page has them.
  @Test func picturesLeadToAttentionMaps() {
    #expect(!page([.grid(Self.grid)]).contains("<a "))
    let link =
      "<a href='#attention' data-show-layer='0' data-show-head='0' aria-label='layer 1, head 1, enlarged'>"
    #expect(page([.grid(Self.grid)], hasAttention: true).contains(link))
  }

  @Test func aSquareHasItsLabelsAndADescription() {
    let markup = page([.heatMap(Self.map)])
    for part in [
      "<title id='s-0-t'>Rollout</title>", "aria-labelledby='s-0-t s-0-d'", "2 tokens", "&lt;b&gt;</text>",
    ] { #expect(markup.contains(part), "\(part)") }
    var damaged = Self.map
    damaged.codes = Data([1, 2, 3])
    #expect(page([.heatMap(damaged)]).contains("the picture is damaged"))
    #expect(Block.heatMap(damaged).tables[0].rows.isEmpty)
  }

  @Test func bothAreTablesInOtherFormats() {
    let section = Section(
      id: "s", short: "s", title: "s", conclusion: "", explanation: "",
      blocks: [.panels([.init(title: "p", [.grid(Self.grid)])]), .details("d", [.heatMap(Self.map)])])
    let tables = section.tables.map { $0.exported([]) }
    #expect(tables.map(\.caption) == ["Heads of <bert>", "Rollout"])
    #expect(tables[0].columns == ["", "H1", "H2"])
    #expect(tables[0].rows == [["L1", "broad, towards previous, +0.020", "–"], ["L2", "mixed, –", "–"]])
    // (150 / 255)² is 0.346.
    #expect(tables[1].rows == [["a", "a", "100 %"], ["<b>", "<b>", "35 %"]])
    #expect(tables[0].markdown.text.contains("| L2 | mixed, – | – |"))
    #expect(tables[1].latex.text.contains("35\\,\\% \\\\") || tables[1].latex.text.contains("35 \\%"))
  }

  @Test func bothAreReadBack() throws {
    var grid = Self.grid
    grid.rows[1].cells[0]?.bar = nil
    let cell = Block.table(
      Block.Table("t", columns: [.text("a")], rows: [[.noted("0.93", note: "0.98 · 1.00")]]))
    for block in [.grid(grid), .heatMap(Self.map), cell] as [Block] {
      #expect(try JSONDecoder().decode(Block.self, from: JSONEncoder().encode(block)) == block)
    }
    #expect(page([cell]).contains("0.93<span class='ci'>0.98 · 1.00</span>"))
    #expect(cell.tables[0].exported([]).rows == [["0.93 (0.98 · 1.00)"]])
  }
}
