import Foundation
import Statistics
import Testing
import Wording

@testable import Reporting

/// Blocks are drawn in three formats, and written as JSON and read back.
@Suite struct BlockTests {
  static let models = [ReportModel("bert <b>", colour: 0), ReportModel("gpt", colour: 1)]

  static let section = Section(
    id: "pairs", short: "Pairs", title: "Which of two?", conclusion: "gpt is right more often.",
    explanation: "100 pairs & their mirrors.",
    blocks: [
      .heading("All"), .paragraph("a < b"), .note("one seed"),
      .table(
        Block.Table(
          "Right choices", columns: [.text("Kind"), .number("Of"), .model(0), .model(1)],
          rows: [
            [
              .words([.plain("the dogs"), .choice(right: "run", wrong: "runs")]), .count(1200),
              .measured(Measured(0.5, interval: Interval(low: 0.4, high: 0.6)), .percent(decimals: 1)),
              .empty,
            ],
            [.code("x_1"), .count(3), .number(-1.25, .fixed(2)), .number(0.125, .points)],
            [.model(1), .text("50 %"), .number(.nan, .fixed(2)), .model(7)],
          ])),
      .details(
        "More",
        [
          .table(Block.Table("Hidden", columns: [.text("a")], rows: [[.text("|")]])),
          .dots(
            Block.Dots(
              "Right", rows: [.init("all", [.init(model: 1, Measured(0.5))])], domain: 0...1,
              style: .percent(decimals: 0), reference: 0.5, referenceLabel: "chance")),
        ]),
    ])

  @Test func pagesEscapeAndMarkModels() {
    let markup = BlockPage(Self.models).section(Self.section).markup.text
    for part in [
      "<section id='pairs' aria-labelledby='pairs-h'>", "<p class='lead'>gpt is right more often.</p>",
      "<h3>All</h3>", "<p>a &lt; b</p>", "<b>run</b> <s>runs</s>", "bert &lt;b&gt;</span>", "50.0 %",
      "<span class='ci'>40.0 % to 60.0 %</span>", "1,200", "<code>x_1</code>", "−1.25", "+12.5", "model 8",
      "<details><summary>More</summary>",
      "<details><summary>How this was measured</summary><p>100 pairs &amp; their mirrors.</p></details>",
    ] { #expect(markup.contains(part), "\(part)") }
    // A number that is none is a dash in every format.
    #expect(markup.contains("<td class='n'>–</td>") && !markup.contains("nan"))
    // The chart's own id is unique: it is made of the section's and the place.
    #expect(markup.contains("id='pairs-4-1'"))
  }

  /// Charts are side by side, with what their marks are; a narrow table fills the row of an odd number of them.
  @Test func chartsSayWhatHollowMarksAre() throws {
    let dots = Block.Dots(
      "Right",
      rows: [
        .init("all", [.init(model: 0, Measured(0.5), isHollow: true), .init(model: 1, Measured(0.75))])
      ],
      domain: 0...1, style: .percent(decimals: 1), marks: .init(filled: "both sides", hollow: "left side"))
    let table = Block.table(Block.Table("Numbers", columns: [.text("a")], rows: []))
    func page(_ blocks: [Block]) -> String {
      var section = Self.section
      section.blocks = blocks
      return BlockPage(Self.models).section(section).markup.text
    }
    let one = page([.dots(dots), table])
    for part in ["filled: both sides", "hollow: left side", "gpt, both sides 75.0 %", ", left side 50.0 %"] {
      #expect(one.contains(part), "\(part)")
    }
    // The table is within the panels: they end behind it.
    func isInside(_ page: String) throws -> Bool {
      let start = try #require(page.range(of: "<div class='panels'>")).upperBound
      let charts = page[start...].components(separatedBy: "</figure>")
      return try #require(charts.last).contains("Numbers</caption>")
        && !(try #require(charts.last).trimmingPrefix { $0.isWhitespace }).hasPrefix("</div>")
    }
    #expect(try isInside(one))
    #expect(try !isInside(page([.dots(dots), .dots(dots), table])))
    let read = try JSONDecoder().decode(Block.self, from: JSONEncoder().encode(Block.dots(dots)))
    #expect(read == .dots(dots))
  }

  /// Places on the horizontal axis are whole numbers, unless a style says how they are written; a chart in which values
  /// ought to equal their places shows the line on which they do.
  @Test func chartsOfSharesHaveAxesOfSharesAndADiagonal() throws {
    func markup(_ style: Block.NumberStyle?, _ diagonal: String?) -> String {
      let lines = Block.Lines(
        "Calibration", xLabel: "predicted", xStyle: style, yLabel: "exact",
        series: [.init(model: 0, [.init(0.25, Measured(0.5)), .init(1, Measured(1))])], yRange: 0...1,
        diagonal: diagonal, style: .percent(decimals: 0))
      let section = Section(
        id: "s", short: "", title: "", conclusion: "", explanation: "", blocks: [.lines(lines)])
      return BlockPage(Self.models).section(section).markup.text
    }
    let shares = markup(.percent(decimals: 0), "as predicted")
    #expect(shares.contains("predicted 25 % 50 %") && shares.contains("curve faint"))
    let plain = markup(nil, nil)
    #expect(plain.contains("predicted 0 50 %") && !plain.contains("curve faint"))
    // Reports of before have neither key, and are read.
    let lines = Block.Lines("t", xLabel: "layer", yLabel: "y", series: [], style: .count)
    let json = String(decoding: try JSONEncoder().encode(lines), as: UTF8.self)
    #expect(!json.contains("diagonal") && !json.contains("xStyle"))
    #expect(try JSONDecoder().decode(Block.Lines.self, from: Data(json.utf8)) == lines)
  }

  @Test func tablesAreExportedWhole() {
    let tables = Self.section.tables.map { $0.exported(Self.models) }
    #expect(tables.map(\.caption) == ["Right choices", "Hidden"])
    #expect(
      tables[0].columns == ["Kind", "Of", "bert <b>", "gpt"]
        && tables[0].isNumber == [false, true, true, true])
    #expect(tables[0].rows[0] == ["the dogs run (not runs)", "1,200", "50.0 % (40.0 % to 60.0 %)", "–"])
    #expect(tables[0].rows[2] == ["gpt", "50 %", "–", "model 8"])
    #expect(tables[1].markdown.text.contains("\\|"))
  }

  @Test func sectionsAreReadBack() throws {
    let encoder = JSONEncoder.withWordsForNumbers()
    let data = try encoder.encode(Self.section)
    let read = try JSONDecoder.withWordsForNumbers().decode(Section.self, from: data)
    // A NaN differs from itself: what is written again is the same.
    #expect(try encoder.encode(read) == encoder.encode(Self.section))
    #expect(read.blocks.dropLast(2) == Self.section.blocks.dropLast(2))
    #expect(read.blocks.last == Self.section.blocks.last)
  }

  /// What is read from a file has the shape of what this program writes, or is refused.
  @Test(arguments: [
    #"{"kind":"table","caption":"x","columns":[],"rows":[[{}]]}"#, #"{"kind":"tables"}"#,
    #"{"kind":"dots","title":"x","rows":[],"domain":[2,1],"style":"count","referenceLabel":""}"#,
    #"{"kind":"table","caption":"x","columns":[{"heading":{},"isNumber":true}],"rows":[[{"value":1,"style":"fixed.99"}]]}"#,
    #"{"kind":"table","caption":"x","columns":[{"heading":{},"isNumber":true}],"rows":[[{"value":1}]]}"#,
  ]) func damagedBlocksAreRefused(_ json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Block.self, from: Data(json.utf8)) }
  }
}
