import Testing

@testable import Comparison
@testable import Inference
@testable import Reporting

/// Sections of one evaluation that was made several times are told apart by what they differ in.
@Suite struct SectionTitleTests {
  private func evaluated(_ settings: [String: String], text: String? = nil, arms: [Int] = [0, 1])
    -> ReportData.Evaluated
  {
    let table = Block.Table("Right words", columns: [.text("Model")], rows: [[.model(0)]])
    return ReportData.Evaluated(
      evaluation: "hidden-words", settings: settings, text: text,
      figures: [0, 1].map {
        arms.contains($0) ? [EvaluationFigure("right", 0.5, unit: "share", count: 8)] : []
      },
      section: Section(
        id: "words", short: "Words", title: "Which word?", conclusion: "", explanation: "",
        blocks: [.table(table)]),
      methods: "")
  }

  private func data(_ evaluations: ReportData.Evaluated...) -> ReportData {
    var data = ReportFixture.full(arms: 2)
    data.evaluations = evaluations
    return data
  }

  private func titles(_ data: ReportData) -> [String] {
    data.evaluationSections.filter { $0.id == "words" }.map(\.title)
  }

  /// A section has one name: the first word in the navigation is in its heading.
  @Test func navigationAndHeadingNameASectionAlike() throws {
    let page = ReportPage.html(ReportFixture.full(arms: 2))
    var count = 0
    for link in page.matches(of: #/<a href='#([a-z0-9-]+)'>([^<]+)<\/a>/#) {
      guard let heading = page.firstMatch(of: try Regex("<h2 id='\(link.1)-h'>([^<]+)</h2>")) else {
        continue
      }
      let (short, title) = (String(link.2).lowercased(), "\(heading.output[1].substring ?? "")".lowercased())
      let first = short.split(separator: " ")[0].prefix(6)
      #expect(title.contains(first), "\(short): \(title)")
      count += 1
    }
    #expect(count > 4)
  }

  @Test func oneIsNamedByItsTitleAlone() {
    #expect(titles(data(evaluated(["count": "50"]))) == ["Which word?"])
  }

  @Test func settingsThatDifferAreNamed() {
    let both = data(
      evaluated(["count": "50", "seed": "1"]), evaluated(["count": "200", "seed": "1"]))
    #expect(titles(both) == ["Which word? (count 50)", "Which word? (count 200)"])
    #expect(
      both.evaluationTables.map(\.caption).filter { $0.hasPrefix("Right words") }
        == ["Right words (count 50)", "Right words (count 200)"])
  }

  /// A result on another text is never taken for one on the held-out text, even alone.
  @Test func anotherTextIsNamed() {
    #expect(titles(data(evaluated(["count": "50"], text: "t.txt"))) == ["Which word? (on t.txt)"])
    let both = data(evaluated(["count": "50"]), evaluated(["count": "50"], text: "t.txt"))
    #expect(titles(both) == ["Which word?", "Which word? (on t.txt)"])
  }

  @Test func equalQuestionsAreNamedByTheirModels() {
    let both = data(evaluated([:], arms: [0]), evaluated([:], arms: [1]))
    #expect(titles(both) == ["Which word? (of bert)", "Which word? (of gpt)"])
  }
}
