import Foundation
import Inference
import Settings
import Testing

@testable import Comparison
@testable import Experiments

/// The section on probes.
@Suite struct ProbesReportTests {
  private func report(arms: Int) -> ReportData {
    var data = ReportFixture.full(arms: arms)
    data.probes = ReportFixture.probes(arms: arms)
    return data
  }

  @Test(arguments: [1, 2, 8]) func thePageIsWellFormed(arms: Int) {
    let page = PageReader.read(ReportPage.html(report(arms: arms)))
    #expect(page.problem == nil)
    #expect(page.sections.contains("probes"))
    #expect(Set(page.ids).count == page.ids.count, "an id stands twice")
    let charts = page.elements.filter { $0.name == "svg" && $0.attributes["class"] == "chart" }
    // Every task, up to the word and with the whole sentence.
    #expect(charts.count { $0.attributes["id"]?.hasPrefix("probes-") == true } == 12)
  }

  @Test func whatIsShownIsWhatWasMeasured() {
    let page = PageReader.read(ReportPage.html(report(arms: 2)))
    for text in [
      "number of the subject, at the word before its verb", "+14.0", "+10.0 to +18.0",
      "Control accuracy",
      "most frequent label", "Encoders given the whole sentence", "Not comparable with a decoder",
      "1,000 held-out",
    ] { #expect(page.text.contains(text), "\(text)") }
  }

  @Test func aReportWithoutThemIsStillRead() throws {
    let data = try JSONEncoder().encode(ReportFixture.full())
    let old = try JSONDecoder().decode(ReportData.self, from: data)
    #expect(old.probes == nil)
    let sections = PageReader.read(ReportPage.html(old)).sections
    #expect(!sections.contains("probes"))
    let whole = try JSONDecoder().decode(ReportData.self, from: JSONEncoder().encode(report(arms: 2)))
    #expect(whole.probes?.rows.count == 72)
  }

  @Test func aSuiteMayAskForProbesAndFineTuning() throws {
    func design(_ more: String) throws -> Design {
      let text = "{ summary: 'which?', \(more) arms: [{ model: 'gpt' }, { model: 'bert' }] }"
      return try Suite(try Node.parse(text, file: "s.json5"), name: "s").design
    }
    #expect(try design("probes: true,").probes == true && design("").probes == false)
    #expect(try design("fineTune: ['word-class'],").tasks == [.wordClass] && design("").tasks.isEmpty)
    let wrong = try #require(throws: SettingsError.self) {
      try design("fineTune: ['word-class', 'word-clas'],")
    }
    #expect(wrong.problems.map(\.path) == ["fineTune.1"] && wrong.problems[0].nearest == "\"word-class\"")
    // Tasks that are asked for later are added.
    let more = Design(probes: true, tasks: [.wordClass]).with(tasks: [.acceptability, .wordClass])
    #expect(more.tasks == [.acceptability, .wordClass] && more.probes == true)
    #expect(more.withoutGrammar.tasks.isEmpty && more.withoutGrammar.probes == nil)
    // A record of before they could be asked for.
    let old = try JSONDecoder().decode(Design.self, from: Data("{\"isPath\":false}".utf8))
    #expect(old.probes == nil && old.tasks.isEmpty)
  }

  /// What is asked for when an experiment continues is written down, and once.
  @Test func anExperimentMayBeAskedForMoreLater() throws {
    var record = ExperimentRecord(
      [], title: "t", command: "./zoo compare a b", declared: [], design: Design())
    for _ in 1...2 { record.deepen(Design(tasks: [.wordClass]), options: ["--fine-tune word-class"]) }
    let kept = try JSONDecoder().decode(ExperimentRecord.self, from: try JSONEncoder().encode(record))
    #expect(kept.command == "./zoo compare a b --fine-tune word-class" && kept.design?.tasks == [.wordClass])
  }

  @Test func numbersThatAreNotFiniteNeverReachADrawing() {
    var data = report(arms: 2)
    data.probes?.rows[0].accuracy = .init(.nan)
    data.probes?.rows[1].untrained = .init(.infinity, interval: .init(low: .nan, high: .nan))
    data.probes?.tasks[0].wordAlone = .nan
    let page = PageReader.read(ReportPage.html(data))
    #expect(page.problem == nil)
    let values = page.elements.flatMap { $0.attributes.filter { $0.key != "aria-label" }.values }
    #expect(!values.contains { $0.lowercased().split(separator: " ").contains("nan") })
  }
}
