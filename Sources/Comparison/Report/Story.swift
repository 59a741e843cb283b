import Foundation
import Statistics

/// What a report says in one paragraph: what was done, what follows with its interval, and what to beware of.
struct Story {
  private let data: ReportData

  /// With more comparisons that are not decided, only the largest are told.
  private static let mostOpen = 3

  init(_ data: ReportData) { self.data = data }

  /// The paragraph; empty for a report without models.
  var text: String {
    guard !data.arms.isEmpty else { return "" }
    return ([done] + (data.seeds.map { $0.count > 1 ? overSeeds($0) : oneSeed } ?? oneSeed) + warnings)
      .joined(
        separator: " ")
  }

  private var done: String {
    let names = data.arms.map(\.name).inWords
    let steps =
      Set(data.arms.map(\.steps)).count == 1 ? "for \(Number.grouped(data.arms[0].steps)) steps" : ""
    let times =
      data.seeds.map { seeds in
        guard seeds.count > 1 else { return "" }
        let until = seeds.addsSeeds ? ", seeds being added until the question was decided," : ""
        return "\(seeds.count) times each\(until)"
      } ?? ""
    return
      (["\(names) \(data.arms.count == 1 ? "was" : "were") trained", times, steps].filter { !$0.isEmpty }
      .joined(separator: " ")) + "."
  }

  private typealias Difference = ReportData.Seeds.Difference

  /// What is decided and what is not, on the measure that decides.
  private func overSeeds(_ seeds: ReportData.Seeds) -> [String] {
    guard let primary = seeds.measures.first else { return [] }
    let equal = primary.differences.filter(\.isEqualThroughout)
    let decided = primary.differences.filter(\.isDecided)
    let open = primary.differences.filter { !$0.isDecided && !$0.isEqualThroughout }
    var sentences = ["What decides is: \(primary.name), in \(primary.unit)."]
    if !decided.isEmpty {
      let parts = decided.map { difference in
        let (name, first) = pair(difference)
        return "\(primary.verdict(difference, name: name, first: first)), by \(size(difference))"
      }
      sentences.append("Over \(seeds.count) seeds \(parts.inWords); the intervals are 95 % t intervals.")
    }
    if !open.isEmpty { sentences += notDecidable(open, seeds, tests: primary.differences.count) }
    if !equal.isEmpty {
      sentences.append("No seed tells \(equal.map { "\(pair($0).name) from \(pair($0).first)" }.inWords).")
    }
    return sentences
  }

  /// The comparisons that are open; of many only the largest, and what their intervals do not say.
  private func notDecidable(_ open: [Difference], _ seeds: ReportData.Seeds, tests: Int) -> [String] {
    let isMany = open.count > Self.mostOpen
    let shown = isMany ? Array(open.largestFirst.prefix(2)) : open
    let parts = shown.map { difference in
      "\(pair(difference).name) against \(pair(difference).first), "
        + "\(difference.mean.value > 0 ? "+" : "")\(Number.fixed(difference.mean.value, 3)) "
        + "(\(Number.interval(difference.mean.interval) { Number.fixed($0, 3) }))"
    }
    let those = isMany ? "\(open.count) comparisons; the largest differences are " : ""
    let tooFew = seeds.tooFew.map { "; " + $0 } ?? ""
    let sentence = "Not decidable: \(those)\(parts.inWords)\(tooFew)."
    guard seeds.tooFew == nil, shown.contains(where: \.leavesOutZero) else { return [sentence] }
    return [
      sentence, "Each interval is of one comparison alone; p, which decides, is corrected for all \(tests).",
    ]
  }

  private func pair(_ difference: Difference) -> (name: String, first: String) {
    (data.name(difference.arm), data.name(difference.against ?? 0))
  }

  /// How large a difference is whose direction the words tell.
  private func size(_ difference: Difference) -> String {
    let isNegative = difference.mean.value < 0
    func range(_ interval: Interval?) -> String {
      let turned = interval.map { isNegative ? Interval(low: -$0.high, high: -$0.low) : $0 }
      return Number.interval(turned) { Number.fixed($0, 3) }
    }
    let items = difference.overItems.map { "; for other items of the same sort \(range($0))" } ?? ""
    return "\(Number.fixed(abs(difference.mean.value), 3)) (\(range(difference.mean.interval))\(items))"
  }

  /// What these trained models do; with one seed, nothing more can be said.
  private var oneSeed: [String] {
    var sentences: [String] = []
    for row in data.glance?.rows ?? [] {
      let values = row.values.enumerated().compactMap { arm, measured -> String? in
        measured.map { measured in
          let text = { (value: Double) in row.isShare ? Number.percent(value) : Number.fixed(value, 3) }
          let range = Number.interval(measured.interval, text)
          return "\(data.name(arm)) \(text(measured.value))" + (range.isEmpty ? "" : " (\(range))")
        }
      }
      sentences.append(
        "\(row.question.capitalizedFirst): \(values.joined(separator: ", ")) (\(row.unit)). "
          + row.conclusions.filter { $0.command == nil }.map(\.sentence).joined(separator: " "))
    }
    sentences.append(
      "With one seed this is about these trained models; --seeds says what holds for the architectures.")
    return sentences
  }

  var warnings: [String] {
    let undeclared = data.certificate.filter { $0.standing == .undeclared }.map(\.what)
    return undeclared.isEmpty
      ? [] : ["Beware: the models also differ in what nobody declared: \(undeclared.inWords)."]
  }

  /// The story as the page's first section.
  var section: ReportSection? {
    // With one seed, the table at a glance says it all.
    guard !text.isEmpty, data.glance == nil || (data.seeds?.count ?? 1) > 1 else { return nil }
    return ReportSection(
      id: "story", short: "In short", title: "In short", lead: "\(text)",
      body: "")
  }
}
