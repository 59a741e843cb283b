import Foundation
import Settings
import Statistics
import Testing

@testable import Comparison
@testable import Experiments
@testable import Reporting

/// The report in one paragraph, and its tables for others.
@Suite struct StoryTests {
  private func data(seeds: Int) -> ReportData {
    var data = ReportFixture.full(arms: 3)
    let first = (0..<seeds).map { 1 + 0.01 * Double($0) }
    let measure = SeedComparison.Measure(
      name: "cost", unit: "bits", moreIsBetter: false,
      values: [first, first.map { $0 - 0.5 }, first.enumerated().map { $1 + ($0 % 2 == 0 ? 0.1 : -0.1) }])
    data.seeds = SeedComparison.make(
      [measure], seeds: seeds, design: Design(question: "q", primary: .likelihood, isPath: true))
    data.certificate = [
      .init(what: "batch", values: ["1", "2", "2"], equal: false, declared: false, note: "")
    ]
    return data
  }

  @Test func whatIsDecidedAndWhatIsNotIsSaid() {
    let text = Story(data(seeds: 7)).text
    #expect(text.contains("gpt is better than bert, by 0.500; the intervals"))
    #expect(text.contains("Not decided: gpt norm=rms against bert"))
    #expect(text.contains("7 times each") && text.contains("not declared: batch"))
    let few = Story(data(seeds: 3)).text
    #expect(!few.contains("is better than") && few.contains("2 comparisons need 6 seeds"))
  }

  /// Of many comparisons that are open only the largest are told, and the cards show those; what is equal with
  /// every seed is neither open nor decided.
  @Test func ofManyComparisonsTheLargestAreTold() {
    var data = ReportFixture.full(arms: 6)
    let first = (0..<9).map { 1 + 0.01 * Double($0) }
    let factors = [0, 0.1, 0, 0.3, 0.2, -0.4]
    let measure = SeedComparison.Measure(
      name: "cost", unit: "bits", moreIsBetter: false,
      values: factors.map { factor in first.indices.map { first[$0] + ($0 < 4 ? 0 : factor) } })
    data.seeds = SeedComparison.make([measure], seeds: 9)
    let names = data.arms.map(\.name)
    let text = Story(data).text
    #expect(
      text.contains(
        "Not decided: 4 comparisons; the largest differences are \(names[5]) against \(names[0]), −0.222 "))
    #expect(text.contains("and \(names[3]) against \(names[0]), +0.167 "))
    #expect(text.contains("Each interval is of one comparison alone") && text.contains("for all 5."))
    #expect(text.contains("Equal in every seed: \(names[2]) and \(names[0])."))
    #expect(!text.contains("\(names[4]) against"))
    #expect(SectionModels.derived(data).map(\.arm) == [0, 3, 5])
  }

  /// With several seeds the cards lead with the same question as with one, by its means; a declared measure comes first.
  @Test func cardsOfSeveralSeedsLeadWithTheSameQuestion() {
    var data = data(seeds: 7)
    let values = [[0.1, 0.2, 0.3], [0.5, 0.5, 0.5], []]
    data.glance = .init(
      compared: "",
      rows: [
        .init(
          question: "q", unit: "u", isShare: false, chance: nil, values: [Measured(0.1), Measured(0.5), nil],
          settled: [nil, nil, nil], atEqualTargets: [], seedValues: values,
          card: .init(name: "divergence", unit: "bits", note: "a guess has 1"), conclusions: [])
      ], uses: [])
    #expect(SectionModels.derived(data).allSatisfy { $0.label.hasSuffix(": cost") })
    data.seeds?.isDeclared = false
    let cards = SectionModels.derived(data)
    #expect(cards.map(\.value) == ["0.200", "0.500"] && cards.map(\.arm) == [0, 1])
    #expect(cards.allSatisfy { $0.unit == "bits" })
    #expect(cards.allSatisfy { $0.label.hasSuffix(": divergence") && $0.note.hasSuffix(", a guess has 1") })
    #expect(cards[0].note.hasPrefix("mean of 7 seeds, 95 % interval"))
    // Reports of before the values of all seeds were kept.
    data.glance?.rows[0].seedValues = nil
    #expect(SectionModels.derived(data).allSatisfy { $0.label.hasSuffix(": cost") })
  }

  /// In a file the settings of every model are objects; texts of before are read, too.
  @Test func settingsAreObjectsInTheFile() throws {
    let texts = ["{\n  \"width\": 64\n}"]
    let methods = ReportData.Methods(
      trainBytes: 1, heldOutBytes: 2, isGenerated: true, startsAtLines: false, threads: 3, version: "v",
      descriptors: texts, recipes: ["no object"])
    let file = try JSONEncoder().encode(methods)
    let json = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
    #expect((json["descriptors"] as? [[String: Int]]) == [["width": 64]])
    let again = try JSONDecoder().decode(ReportData.Methods.self, from: file)
    #expect(try Node.parse(again.descriptors[0], file: "") == (try Node.parse(texts[0], file: "")))
    #expect(again.recipes == ["no object"] && again.threads == 3 && again.version == "v")
    var old = json
    old["descriptors"] = texts
    let read = try JSONDecoder().decode(
      ReportData.Methods.self, from: try JSONSerialization.data(withJSONObject: old))
    #expect(read.descriptors == texts)
  }

  /// Where there are several runs of a model, what is first is their mean.
  @Test func cardsShowTheMeanOfAllSeeds() {
    let cards = SectionModels.derived(data(seeds: 7))
    #expect(cards.map(\.value) == ["1.030", "0.530", "1.044"] && cards.map(\.arm) == [0, 1, 2])
    #expect(cards.allSatisfy { $0.note.contains("mean of 7 seeds") && $0.label.hasSuffix(": cost") })
    var one = data(seeds: 7)
    one.seeds = nil
    #expect(SectionModels.derived(one).contains { $0.label.contains("verb forms, both sides given") })
  }

  /// Of one seed the cards show what leads the first table: verb forms reach their ceiling, the divergence does not.
  @Test func cardsLeadWithWhatTheTableLeadsWith() {
    var data = ReportFixture.full(arms: 2)
    data.seeds = nil
    func row(_ card: ReportData.Glance.Card?, isShare: Bool, _ values: [Measured?]) -> ReportData.Glance.Row {
      .init(
        question: "q", unit: "u", isShare: isShare, chance: nil, values: values, settled: [nil, nil],
        atEqualTargets: [], card: card, conclusions: [])
    }
    let divergence = row(
      .init(name: "divergence", unit: "bits", note: "a guess has 1"), isShare: false,
      [Measured(0.4561, interval: Interval(low: 0.41, high: 0.5)), Measured(0.0012)])
    let words = row(
      .init(name: "right word", unit: "", note: "chance 25 %"), isShare: true, [nil, Measured(0.75)])
    data.glance = .init(compared: "", rows: [divergence, words], uses: [])
    let cards = SectionModels.derived(data)
    #expect(cards.prefix(2).map(\.value) == ["0.456", "0.001"] && cards[0].unit == "bits")
    #expect(
      cards[0].note == "95 % interval 0.410 to 0.500, a guess has 1" && cards[1].note == "a guess has 1")
    #expect(cards.map(\.arm).prefix(2) == [0, 1] && cards[1].label == "\(data.name(1)): divergence")
    #expect(!cards.contains { $0.label.contains("verb") } && cards.count == 3)
    // Without a grammar another row leads; an arm that was not asked has no card.
    data.glance?.rows.removeFirst()
    #expect(SectionModels.derived(data).first.map { [$0.value, $0.unit] } == ["75.0", "%"])
    #expect(SectionModels.derived(data)[0].arm == 1)
    data.glance?.rows = [row(nil, isShare: true, [Measured(0.5), Measured(0.5)])]
    #expect(SectionModels.derived(data)[0].label.contains("verb forms, both sides given"))
  }

  @Test func oneSeedSaysNothingOfArchitectures() {
    var data = data(seeds: 7)
    data.seeds = nil
    let text = Story(data).text
    #expect(text.contains("One run per model"))
    #expect(!text.contains("is better than"))
  }

  @Test func aPathIsDrawnWithEverySeed() throws {
    let section = try #require(SectionPath.section(data(seeds: 4)))
    let reader = PageReader.read("<div>\(section.markup.text)</div>")
    #expect(reader.problem == nil)
    // A mark a seed and a mean, for every arm.
    let marks = reader.elements.filter { ($0.attributes["class"] ?? "").hasPrefix("mark ") }
    #expect(marks.count >= 3 * 5)
    #expect(reader.text.contains("bert → gpt"))
    #expect(SectionPath.section(ReportFixture.full()) == nil)
  }

  @Test func tablesAreWrittenForMarkdownAndLaTeX() {
    let tables = ExportedTables(data(seeds: 7))
    let lines = tables.markdown.split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix("|") }
    #expect(rows.contains { $0.contains("gpt is better than bert") && $0.contains("0.031") })
    // Every row of a table has the columns of its head.
    for row in rows where row.contains("cost") { #expect(row.split(separator: "|").count >= 2) }
    #expect(tables.latex.contains("\\begin{tabular}{lllrrl}") && tables.latex.contains("$-$0.5000"))
    let table = ExportedTable(
      caption: "a_b", columns: ["x", "50 %"], isNumber: [false, true], rows: [["p|q & r", "1"]])
    #expect(table.markdown.text == "**a\\_b**\n\n| x | 50 % |\n| --- | ---: |\n| p\\|q & r | 1 |\n")
    #expect(table.latex.text.contains("    p|q \\& r & 1 \\\\\n") && table.latex.text.contains("a\\_b"))
    #expect(table.latex.text.contains("x & 50 \\%"))
  }

  /// What was done, in words and with every setting, on the page and in Markdown.
  @Test func methodsSayWhatIsNeededToRepeatIt() throws {
    var data = data(seeds: 7)
    #expect(SectionMethods.section(data) == nil)
    data.methods = ReportData.Methods(
      trainBytes: 1_234_567, heldOutBytes: 7_654, isGenerated: false, startsAtLines: false, threads: 2,
      version: "9.9", descriptors: ["{ \"architecture\": \"bert\" }", "{}", "{}"],
      recipes: ["{ \"steps\": 5 }"])
    let section = try #require(SectionMethods.section(data))
    let reader = PageReader.read("<div>\(section.markup.text)</div>")
    #expect(reader.problem == nil)
    for words in [
      "bytes for training", "Its end is held out", "7 seeds, paired", "Declared to decide: cost", "2 threads",
      "zoo 9.9", "\"architecture\": \"bert\"", "\"steps\": 5", "Batch: bert: 1; gpt: 2",
    ] { #expect(reader.text.contains(words), "\(words)") }
    #expect(ExportedTables(data).markdown.contains("**Statistics.** The unit is a training run"))
    data.seeds = nil
    #expect(
      MethodsText(data)?.paragraphs.last { $0.heading == "Statistics" }?.text.contains("One seed") == true)
  }

  /// Where nobody declared what decides, nothing is said to have been declared.
  @Test func onlyWhatWasDeclaredIsSaidToBe() {
    var data = data(seeds: 7)
    data.methods = ReportData.Methods(
      trainBytes: 1, heldOutBytes: 1, isGenerated: true, startsAtLines: true, threads: 1, version: "9.9",
      descriptors: [], recipes: [])
    func said() -> String { MethodsText(data)?.paragraphs.map(\.text).joined(separator: " ") ?? "" }
    #expect(said().contains("Declared to decide: cost."))
    #expect(said().contains("exact, over all sign patterns, with step-down max-|t| adjustment"))
    data.seeds?.isDeclared = false
    #expect(
      said().contains("not declared in advance; here it is cost.") && !said().contains("Declared to decide"))
    // Reports of before either was kept were Holm's correction, and suites declared.
    data.seeds?.isDeclared = nil
    data.seeds?.correction = nil
    #expect(said().contains("Declared to decide: cost.") && said().contains("Holm's correction"))
  }

  /// Seeds that were added until it was decided are told so, with the median that holds.
  @Test func addedSeedsAreSaidToBeSo() throws {
    var data = data(seeds: 7)
    let first = (0..<7).map { 1 + 0.01 * Double($0) }
    let measure = SeedComparison.Measure(
      name: "cost", unit: "bits", moreIsBetter: false, values: [first, first.map { $0 - 0.5 }],
      items: [first.map { [$0 - 0.1, $0 + 0.1] }, first.map { [$0 - 0.7, $0 - 0.3] }])
    data.seeds = SeedComparison.make(
      [measure], seeds: 7, design: Design(question: "q").untilDecided, maxSeeds: 12)
    let section = try #require(SectionSeeds.section(data))
    let reader = PageReader.read("<div>\(section.markup.text)</div>")
    #expect(reader.problem == nil)
    #expect(reader.text.contains("anytime-valid sign test") && reader.text.contains("Median"))
    #expect(Story(data).text.contains("until the comparison was decided"))
    #expect(reader.text.contains("from items") && reader.text.contains("−0.5000"))
    // Seven of twelve seeds: what stopped early is overstated, and that is said wherever it is told.
    #expect(
      reader.text.contains("tends to be overstated") && Story(data).text.contains("tends to be overstated"))
    data.seeds?.maxCount = 7
    #expect(!Story(data).text.contains("tends to be overstated"))
  }

  /// Signs decide and the mean points the other way: the words follow the signs, and both numbers are told.
  @Test func meanAndMedianAreBothToldWhereTheyDisagree() throws {
    var data = data(seeds: 7)
    let first = (0..<16).map { 1 + 0.01 * Double($0) }
    let second = first.enumerated().map { $1 + ($0 == 9 ? -0.94 : 0.02) }
    let measure = SeedComparison.Measure(
      name: "cost", unit: "bits", moreIsBetter: false, values: [first, second])
    data.seeds = SeedComparison.make([measure], seeds: 16, design: Design(question: "q").untilDecided)
    let text = Story(data).text
    #expect(text.contains("bert is better than gpt, by 0.020 (0.020 to 0.020), though the mean is −0.040"))
    #expect(text.contains("95 % intervals of the median"))
    let page = PageReader.read("<div>\(try #require(SectionSeeds.section(data)).markup.text)</div>").text
    #expect(page.contains("by the signs; mean and median differ in sign"))
  }

  @Test func namesAreListedInWords() {
    #expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(\.inWords) == ["", "a", "a and b", "a, b and c"])
  }
}
