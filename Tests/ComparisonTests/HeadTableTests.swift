import Testing

@testable import AttentionAnalysis
@testable import Comparison

@Suite struct HeadTableTests {
  @Test func everyNumberIsInTheTable() throws {
    let heads = ReportFixture.heads(arms: 2)
    let lines = HeadTable.csv(heads, names: ["bert, \"twin\"", "gpt"]).split(separator: "\n").map(String.init)
    #expect(lines.count == 1 + 2 * 3 * 6)
    let headings = lines[0].split(separator: ",")
    #expect(headings.prefix(5) == ["model", "step", "layer", "head", "role"] && headings.count == 8 + 2 * 12)
    #expect(lines[1].hasPrefix("\"bert, \"\"twin\"\"\",0,1,1,broad,,,,0.98,1.0,4.2,4.2,0.13,0.12,"))
    let last = try #require(lines.last).split(separator: ",", omittingEmptySubsequences: false)
    #expect(last.count == headings.count && last[0] == "gpt" && last[1] == "2400" && last[2] == "2")
    #expect(Double(last[5]) == 0.02 * 5 - 0.01 && Double(last[7]) == 0.2)
  }

  @Test func everyMatchIsInATableOfItsOwn() throws {
    let heads = ReportFixture.heads(arms: 2)
    let lines = HeadTable.matches(heads, names: ["bert", "gpt"]).split(separator: "\n")
    #expect(lines.count == 1 + heads.matches.reduce(0) { $0 + $1.pairs.count } && lines.count > 1)
    let pair = try #require(heads.matches.first?.pairs.first)
    let cells = try #require(lines.dropFirst().first).split(separator: ",", omittingEmptySubsequences: false)
    #expect(cells.count == lines[0].split(separator: ",").count)
    #expect(cells[1] == "\(pair.encoder.layer + 1)" && cells[5] == "\(pair.decoder.head + 1)")
    #expect(Double(cells[6]) == pair.similarity)
  }

  @Test func thePageNamesACheckpointThatCouldNotBeRead() throws {
    var data = ReportFixture.full()
    #expect(!ReportPage.html(data).contains("Left out of the heads of"))
    data.heads?.models[0].unread = ["3: damaged"]
    #expect(ReportPage.html(data).contains("Left out of the heads of bert during training: 3: damaged."))
  }
}
