import Foundation
import Reporting
import Testing

@testable import Comparison
@testable import Statistics

/// The first screen, the section on conclusions, the figure, the exported text and the console show one list.
@Suite struct OneListTests {
  /// Two questions of the first screen, one of them with a model that may not be compared, and two other statements.
  private static let conclusions: [ReportData.Conclusion] = [
    .init(
      question: "finding words", statement: "gpt is better than bert by 25.0 points (20.1 to 30.2).",
      numbers: "bert 50.0 %, gpt 75.0 %", isDecided: true, because: "the same 200 items", isLeading: true),
    .init(
      question: "finding words", statement: "bert is not measurably better than chance (50 %).",
      numbers: "bert 50.0 %, gpt 75.0 %", because: "the same 200 items", isLeading: true),
    .init(
      question: "predicting text", statement: "bert is not comparable with gpt.",
      numbers: "bert 6.886, gpt 6.641 bits per byte", isComparable: false,
      because: "bert was not trained for it", command: "./zoo compare <fair>", isLeading: true),
    .init(
      statement: "The losses are not comparable.", numbers: "bert 4.787, gpt 4.620", isComparable: false,
      because: "the objectives differ"),
    .init(
      question: "Choosing verbs", statement: "Not decided between gpt and bert.", isDecided: false,
      because: "one seed", command: "./zoo compare other"),
  ]

  private static var report: ReportData {
    var data = ReportFixture.full(arms: 2)
    (data.seeds, data.verdicts, data.conclusions) = (nil, [], conclusions)
    data.glance = .init(
      compared: "bert and gpt were trained.",
      rows: [
        .init(
          question: "finding words", unit: "share of 200", isShare: true, chance: 0.5,
          values: [Measured(0.5), Measured(0.75)], settled: [nil, nil], atEqualTargets: [], conclusions: [])
      ], uses: [])
    return data
  }

  private static func count(_ text: String, in whole: String) -> Int {
    whole.components(separatedBy: text).count - 1
  }

  @Test func everyPlaceHasEveryStatementInTheSameWords() throws {
    let data = Self.report
    let page = ReportPage.html(data)
    #expect(PageReader.read(page).problem == nil)
    let section = try #require(page.range(of: "Conclusions and their limits</h2>"))
    let first = String(page[..<section.lowerBound])
    let rest = String(page[section.upperBound...])
    let figure = try #require(Figure.verdicts(data)).svg
    let markdown = ExportedTables(data).markdown
    for one in Self.conclusions {
      #expect(Self.count(one.statement, in: first) == (one.isLeading ? 1 : 0), "\(one.statement)")
      for (place, text) in [("section", rest), ("figure", figure), ("Markdown", markdown)] {
        #expect(Self.count(one.statement, in: text) == 1, "\(place): \(one.statement)")
        #expect(one.numbers.isEmpty || text.contains(one.numbers), "\(place): \(one.numbers)")
      }
    }
    // What is common to a question is said once, and a command stands where its conclusion leads.
    #expect(Self.count("bert 50.0 %, gpt 75.0 %", in: rest) == 1)
    #expect(first.contains("compare &lt;fair&gt;") && !rest.contains("compare &lt;fair&gt;"))
    #expect(rest.contains("compare other"))
    #expect(first.contains("bert is not comparable with gpt. bert was not trained for it."))
    #expect(Conclusions(data).sentence(of: "verdicts")?.hasPrefix("3 of 5 statements") == true)
    #expect(data.leadingConclusions.map(\.question) == ["finding words", "predicting text"])
    #expect(ExportedTables(data).latex.contains("% Finding words. gpt is better than bert by 25.0 points"))
  }

  @Test func reportsOfTwoListsAreReadAsOne() throws {
    var old = Self.report
    old.conclusions = nil
    old.verdicts = [
      Verdict(statement: "The losses differ.", numbers: "1 and 2", comparable: false, because: "b")
    ]
    old.glance?.rows[0].conclusions = [
      .init(sentence: "gpt is better than bert by 25.0 points.", isDecided: true),
      .init(
        sentence: "bert was not trained for it. A comparison that is fair:", isDecided: false,
        command: "./zoo compare fair"),
    ]
    let file = try JSONEncoder().encode(old)
    let json = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
    #expect(json["conclusions"] == nil)
    var read = try JSONDecoder().decode(ReportData.self, from: file)
    let all = read.allConclusions
    #expect(
      all.map(\.statement) == [
        "gpt is better than bert by 25.0 points.", "bert was not trained for it.", "The losses differ.",
      ])
    #expect(all.map(\.isLeading) == [true, true, false] && all.map(\.isComparable) == [true, false, false])
    #expect(all[0].isDecided == true && all[1].command == "./zoo compare fair" && all[2].numbers == "1 and 2")
    #expect(Self.count("A fair comparison:", in: ReportPage.html(read)) == 1)
    // Evaluations that are asked later join the same list.
    read.conclude([Verdict(statement: "One more.", numbers: "", comparable: true, because: "")])
    #expect(read.allConclusions.map(\.statement) == all.map(\.statement) + ["One more."])
    #expect(read.verdicts.isEmpty)
  }

  /// A card has its unit apart; one that was stored with the unit in its value is drawn as it is.
  @Test func cardsShowTheirUnits() throws {
    var data = Self.report
    data.findings = [
      .init(label: "a", value: "0.456", unit: "bits", note: "n"),
      .init(label: "b", value: "75.0", unit: "%", note: "n"), .init(label: "c", value: "1.2 nats", note: "n"),
    ]
    let page = ReportPage.html(data)
    #expect(page.contains("0.456 <span class='unit'>bits</span>"))
    #expect(
      page.contains("<span class='whole'>75.0 %</span>") && page.contains("<p class='value'>1.2 nats</p>"))
    let file = try JSONEncoder().encode(data)
    #expect(try JSONDecoder().decode(ReportData.self, from: file).findings.map(\.unit) == ["bits", "%", nil])
  }
}
