import Foundation
import Testing

@testable import Comparison

/// The sections that a known grammar allows.
@Suite struct RulerReportTests {
  @Test func aReportOfBeforeTheRulerIsStillRead() throws {
    let data = try JSONEncoder().encode(ReportFixture.full())
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object.removeValue(forKey: "ruler") != nil)
    let old = try JSONDecoder().decode(ReportData.self, from: JSONSerialization.data(withJSONObject: object))
    #expect(old.ruler == nil && old.likelihood != nil)
    let sections = PageReader.read(ReportPage.html(old)).sections
    #expect(Set(sections).isDisjoint(with: ["truth", "pairs"]) && sections.contains("likelihood"))
    #expect(!PageReader.read(ReportPage.html(old)).text.contains("Excess over the grammar"))
    var part = ReportFixture.full()
    part.ruler = ReportData.Ruler(pairs: ReportFixture.ruler(arms: 2).pairs)
    #expect(PageReader.read(ReportPage.html(part)).sections.contains("pairs"))
  }

  @Test func whatIsShownIsWhatWasMeasured() {
    let page = PageReader.read(ReportPage.html(ReportFixture.full()))
    #expect(page.problem == nil)
    for text in [
      "above the grammar's 0.4800", "gpt minus bert", "0.1000", "0.050 to 0.200", "main clause",
      "1,200",
      "next token, left side alone", "one masked token, both sides", "2.000", "2.00 %", "95.0 %",
      "verb after subject", "pseudo-log-likelihood", "(3 drawn",
    ] { #expect(page.text.contains(text), "\(text)") }
    // Three models have no difference of two.
    #expect(!PageReader.read(ReportPage.html(ReportFixture.full(arms: 3))).text.contains(" minus bert"))
  }

  @Test func numbersThatAreNotFiniteNeverReachADrawing() {
    var data = ReportFixture.full()
    data.ruler?.truth?.rows[0].divergence = .init(.infinity, interval: .init(low: .nan, high: .infinity))
    data.ruler?.truth?.rows[0].bins[3].known = .nan
    data.ruler?.truth?.rows[0].calibrationError = .nan
    data.ruler?.excess?.rows[0].perByte = .init(.infinity)
    let reader = PageReader.read(ReportPage.html(data))
    #expect(reader.problem == nil)
    let values = reader.elements.flatMap { $0.attributes.filter { $0.key != "aria-label" }.values }
    #expect(!values.contains { $0.lowercased().split(separator: " ").contains("nan") })
  }
}
