import Foundation
import Testing

@testable import AttentionAnalysis
@testable import Comparison
@testable import Experiments
@testable import Reporting
@testable import Statistics

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reads a page as XML and keeps what tests ask for.
final class PageReader: NSObject, XMLParserDelegate {
  var elements: [(name: String, attributes: [String: String])] = []
  var text = ""
  var problem: String?

  static func read(_ html: String) -> PageReader {
    let reader = PageReader()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = reader
    // `parse` also returns true for a text that it had to repair, so its errors are what counts.
    if !parser.parse() || parser.parserError != nil, reader.problem == nil {
      reader.problem = "not well-formed"
    }
    return reader
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
    if problem == nil { problem = "line \(parser.lineNumber), code \((error as NSError).code)" }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) { elements.append((name, attributes)) }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  var ids: [String] { elements.compactMap { $0.attributes["id"] } }
  var sections: [String] { elements.filter { $0.name == "section" }.compactMap { $0.attributes["id"] } }
}

@Suite struct ReportPageTests {
  static let allSections = [
    "story", "verdicts", "seeds", "curves", "truth", "likelihood", "verbs", "pairs", "attention",
    // Details, which are collapsed.
    "models", "certificate", "components", "heldout", "floor", "samples", "fills", "heads",
    "profile",
  ]

  @Test(arguments: [1, 2, 8]) func isWellFormedForAnyNumberOfArms(_ arms: Int) {
    let reader = PageReader.read(ReportPage.html(ReportFixture.full(arms: arms)))
    #expect(reader.problem == nil)
    #expect(reader.sections == Self.allSections)
    #expect(Set(reader.ids).count == reader.ids.count, "an id stands twice")
    // Screen readers list regions by their labels.
    let labels = reader.elements.filter { $0.attributes["role"] == "region" }.compactMap {
      $0.attributes["aria-label"]
    }
    let twice = Dictionary(grouping: labels) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(twice.isEmpty, "\(twice.sorted())")
  }

  /// A column without a heading has a plain cell there: an empty heading is read aloud as one.
  @Test func aColumnWithoutAHeadingHasNone() {
    let table = ReportTable(caption: "x", columns: [.init(""), "a"], rows: [["1", "2"]]).markup.text
    #expect(table.contains("<thead><tr><td></td><th scope='col' class=''>a</th></tr></thead>"))
  }

  @Test(arguments: ["<p><b></p>", "<p><b></b>", "<p>a < b</p>", "<p a=b/>", "<p>&x;</p>", "<p>\u{1}</p>"])
  func aPageThatIsNotWellFormedIsNoticed(_ page: String) { #expect(PageReader.read(page).problem != nil) }

  @Test func closesElementsAsHTMLWantsIt() {
    // HTML takes `<div/>` for an opening tag; only its void elements and SVG's own may end like that.
    let allowed: Set = ["meta", "line", "rect", "circle", "polygon", "polyline", "image"]
    let html = ReportPage.html(ReportFixture.full())
    for piece in html.components(separatedBy: "/>").dropLast() {
      guard let start = piece.lastIndex(of: "<") else { continue }
      let name = piece[piece.index(after: start)...].prefix { $0.isLetter }
      #expect(allowed.contains(String(name)), "\(name)")
    }
  }

  @Test func namesWhatItsDrawingsAreLabelledBy() {
    let reader = PageReader.read(ReportPage.html(ReportFixture.full()))
    let ids = Set(reader.ids)
    let drawings = reader.elements.filter { $0.attributes["role"] == "img" && $0.name == "svg" }
    #expect(drawings.count > 20)
    for drawing in drawings {
      let names = (drawing.attributes["aria-labelledby"] ?? "missing").split(separator: " ").map(String.init)
      #expect(names.allSatisfy(ids.contains))
    }
    for link in reader.elements.filter({ $0.name == "a" }) {
      let target = link.attributes["href"] ?? ""
      if target.hasPrefix("#") { #expect(ids.contains(String(target.dropFirst()))) }
    }
  }

  @Test func needsNoNetwork() {
    let html = ReportPage.html(ReportFixture.full())
    let reader = PageReader.read(html)
    for (name, attributes) in reader.elements {
      for key in ["src", "href", "action", "srcset"] {
        guard let address = attributes[key] else { continue }
        #expect(
          address.hasPrefix("#") || address.hasPrefix("data:") || ReportFrame.isRelative(address),
          "\(name) \(key) \(address.prefix(60))")
      }
      #expect(name != "link" && name != "iframe")
    }
    let namespaces = ["http://www.w3.org/2000/svg"]
    let rest = namespaces.reduce(html) { $0.replacingOccurrences(of: $1, with: "") }
    #expect(!rest.contains("http:") && !rest.contains("https:"))
    #expect(!rest.contains("@import") && !rest.contains("url(http"))
  }

  @Test func textOfModelsStaysText() {
    var data = ReportFixture.full()
    let nasty = ReportFixture.nasty
    data.title = nasty
    data.subtitle = nasty
    data.arms[0].name = nasty
    data.arms[1].unit = nasty
    data.certificate[0].what = nasty
    data.componentDiff[0].path = nasty
    data.verdicts[0].statement = nasty
    data.fills?[0].result.text = nasty + "[MASK]"
    data.attention[0].tokens[0] = nasty
    data.footer.command = nasty
    let html = ReportPage.html(data)
    let reader = PageReader.read(html)
    #expect(reader.problem == nil)
    #expect(!html.contains("<b onload"))
    #expect(!html.contains("\u{1}"))
    #expect(reader.text.contains("</script><b onload='x'>\"&amp;\" ]]>"))
    #expect(reader.elements.filter { $0.name == "script" }.count == 3)
  }

  @Test func escapesEverythingThatCouldBeMarkup() {
    #expect(Markup.escape("<a href=\"'&\u{0}\u{7F}\u{FFFF}\n") == "&lt;a href=&quot;&#39;&amp;␀␡\u{FFFD}\n")
    let inner: Markup = "<b>\("<")</b>"
    #expect(
      ("<p>\(inner)\(px: .nan)\(px: -1.256)\(px: 2.5)\(px: 0.05)</p>" as Markup).text
        == "<p><b>&lt;</b>0-1.262.50.05</p>")
  }

  @Test func whatHasNoDataIsNotShown() {
    var data = ReportFixture.full()
    data.verdicts = []
    data.curves = []
    data.verbs = nil
    data.floor = nil
    data.likelihood = nil
    data.ruler = nil
    data.seeds = nil
    data.heldOut = []
    data.heldOutNotes = []
    data.duplicates = nil
    data.certificate = []
    data.componentDiff = []
    data.shared = []
    data.samples = nil
    data.fills = nil
    data.attention = []
    data.heads = nil
    data.profile = []
    let reader = PageReader.read(ReportPage.html(data))
    #expect(reader.problem == nil)
    #expect(reader.sections == ["story", "models"])
    data.arms = []
    #expect(PageReader.read(ReportPage.html(data)).sections.isEmpty)
  }

  @Test func numbersThatAreNotFiniteNeverReachADrawing() {
    var data = ReportFixture.full()
    data.arms[0].finalHeldOutLoss = .nan
    data.arms[1].bitsPerByte = .infinity
    data.curves[0].points[3].value = .nan
    data.curves[1].points[0].value = .infinity
    data.curves[1].points[1].interval = .init(low: .nan, high: .infinity)
    data.floor?.models[0].bitsPerByte = .infinity
    data.verbs?.scores[0].bothSides = .init(.nan, interval: .init(low: .nan, high: .nan))
    data.profile[0].rows[0].selfShare = .nan
    data.fills?[0].result.masks[0].guesses[0].probability = .nan
    data.heads?.models[0].states[2].heads[0].importance = .init(.nan, interval: .init(low: .nan, high: .nan))
    data.heads?.models[0].states[2].heads[1].measures.entropy = .infinity
    let html = ReportPage.html(data)
    let reader = PageReader.read(html)
    #expect(reader.problem == nil)
    for (name, attributes) in reader.elements {
      for (key, value) in attributes where !["aria-label", "data-copy"].contains(key) {
        let lowered = value.lowercased()
        #expect(
          !lowered.split(whereSeparator: { " ,()%:;".contains($0) }).contains {
            ["nan", "inf", "-inf"].contains($0)
          },
          "\(name) \(key)")
      }
    }
  }

  @Test func damagedPicturesAreLeftOutAndSaidSo() throws {
    var data = ReportFixture.full()
    var text = String(decoding: try JSONEncoder().encode(data.attention[0]), as: UTF8.self)
    text = text.replacingOccurrences(of: "\"layers\":4", with: "\"layers\":5")
    data.attention[0] = try JSONDecoder().decode(AttentionPicture.self, from: Data(text.utf8))
    let reader = PageReader.read(ReportPage.html(data))
    #expect(reader.problem == nil)
    #expect(reader.text.contains("to keep the page small: 1."))
  }

  @Test func staysSmallHoweverMuchAttentionIsGiven() {
    var data = ReportFixture.full()
    let sentence = (0..<48).map { "w\($0)" }.joined(separator: " ")
    data.attention = (0..<24).map { _ in
      ReportFixture.picture(1, .trained, layers: 12, heads: 12, sentence: sentence)
    }
    let html = ReportPage.html(data)
    #expect(html.utf8.count < 5_000_000)
    // Where not all fit, they have fewer shades, and some are left out.
    let few = PackedPictures(data.attention, maxCharacters: 100_000)
    #expect(few.codes.count < 24 && few.step > 1)
    #expect(few.remark(of: 24)?.contains("keep the page small") == true)
  }

  @Test func anyIndexOfAnArmIsSafe() {
    var data = ReportFixture.full()
    data.samples?[0].arm = 99
    data.fills?[0].arm = -1
    data.profile[0].arm = 7
    data.heads?.models[0].arm = 12
    data.heads?.matches[0].decoder = -1
    data.verbs?.scores[0].arm = 12
    data.arms[0].colour = -3
    data.certificate[0].values = []
    #expect(PageReader.read(ReportPage.html(data)).problem == nil)
  }

  @Test func headsAreShownAndLinkedToTheirPictures() {
    var data = ReportFixture.full()
    let page = PageReader.read(ReportPage.html(data))
    let links = page.elements.filter { $0.attributes["data-show-head"] != nil }
    // Two models, before and after training, six heads each; the strip shows all three states.
    #expect(links.count == 2 * 2 * 6 && links.allSatisfy { $0.attributes["href"] == "#attention" })
    let thumbs = page.elements.filter { $0.attributes["class"] == "thumb" }
    #expect(thumbs.count == 2 * (2 + 3) * 6)
    #expect(page.text.contains("previous token") && page.text.contains("in 3 draws, 3 of them lower"))
    data.attention = []
    let alone = PageReader.read(ReportPage.html(data))
    #expect(alone.problem == nil && !alone.elements.contains { $0.attributes["data-show-head"] != nil })
    // A model with very many heads has numbers alone.
    for index in data.heads?.models.indices ?? 0..<0 {
      let state = data.heads?.models[index].states[0]
      data.heads?.models[index].states = (0..<40).compactMap { _ in state }
    }
    let many = PageReader.read(ReportPage.html(data))
    #expect(many.problem == nil && !many.elements.contains { $0.attributes["class"] == "thumb" })
  }

  @Test func everyLossUnitHasAPanelOfItsOwn() {
    let two = SectionCurves(data: ReportFixture.full()).panels
    #expect(two.map(\.unit).prefix(2) == ["nats per masked token", "nats per token"])
    #expect(two.filter(\.isPercent).count == 2)
    for panel in two where !panel.isPercent { #expect(Set(panel.curves.map(\.curve.arm)).count == 1) }
    let eight = SectionCurves(data: ReportFixture.full(arms: 8)).panels
    #expect(Set(eight[1].curves.map(\.curve.arm)) == Set(1...7))
    #expect(eight.count == 4)
  }

  @Test func thinningKeepsTheMean() {
    let point = { (step: Int) in
      CurvePoint(
        step: step, tokens: Double(step), supervisedTokens: 0, flops: 0, seconds: 0, value: Double(step % 2))
    }
    let curve = SectionCurves.thinned(.init(arm: 0, metric: .trainingLoss, points: (0..<3200).map(point)))
    #expect(curve.points.count == SectionCurves.maxPoints)
    #expect(curve.points.allSatisfy { $0.value == 0.5 })
  }

  @Test func survivesBeingWrittenAndReadAsJSON() throws {
    let data = ReportFixture.full()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let once = try encoder.encode(data)
    let again = try JSONDecoder().decode(ReportData.self, from: once)
    #expect(try encoder.encode(again) == once)
    #expect(ReportPage.html(again) == ReportPage.html(data))
  }

  @Test func wilsonMatchesPublishedValues() {
    // Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
    let interval = Interval.wilson(correct: 81, of: 263)
    #expect(abs(interval.low - 0.2553) < 5e-5 && abs(interval.high - 0.3662) < 5e-5)
    let none = Interval.wilson(correct: 0, of: 20)
    #expect(none.low == 0 && abs(none.high - 0.1611) < 5e-5)
    #expect(Interval.wilson(correct: 0, of: 0) == .init(low: 0, high: 1))
  }

  @Test func onlyPathsBesideThePageAreLinked() {
    for path in ["runs/a", "./runs/a b", "../x"] { #expect(ReportFrame.isRelative(path)) }
    for path in ["", "/etc", "https://x.y/z", "//x.y", "javascript:alert(1)", " data:x", "\\\\host"] {
      #expect(!ReportFrame.isRelative(path))
    }
  }

  @Test func numbersReadWell() {
    #expect(Number.grouped(-1_234_567) == "−1,234,567")
    #expect(Number.compact(4_915_200) == "4.92 M")
    #expect(Number.flops(3.41e13) == "34.1 TFLOP")
    #expect(Number.duration(351) == "5 min 51 s")
    #expect(Number.bytes(61_341_696) == "58.5 MiB")
    #expect(Number.fixed(.nan, 2) == "–")
    #expect(ChartScale(from: 0, to: 4_915_200, start: 0, end: 1).ticks(5) == [0, 1e6, 2e6, 3e6, 4e6])
    #expect(ChartScale(from: 3, to: 3, start: 0, end: 1)(3) == 0)
  }
}
