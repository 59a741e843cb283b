import Reporting

/// Every conclusion with its numbers and the reason why it is a valid comparison or none.
enum SectionConclusions {
  static func section(_ data: ReportData) -> ReportSection? {
    let groups = data.conclusionGroups
    guard !groups.isEmpty else { return nil }
    // Three to a row when that leaves no gap, else two.
    let least = groups.count.isMultiple(of: 3) ? 300 : 440
    return ReportSection(
      id: "verdicts", short: "Conclusions", title: "Conclusions and their limits",
      lead: "Every conclusion with its numbers, and the reason why the two sides are comparable or not.",
      body: "<ul class='verdicts' style='--least:\(least)px'>\(groups.map { card($0, data) })</ul>\n")
  }

  private static func card(_ group: ConclusionGroup, _ data: ReportData) -> Markup {
    let tag: Markup =
      group.isComparable
      ? "<span class='tag good'><span aria-hidden='true'>✓</span> Comparable</span>"
      : "<span class='tag bad'><span aria-hidden='true'>✕</span> Not comparable</span>"
    func paragraph(_ style: String, _ text: String) -> Markup? {
      text.isEmpty ? nil : "<p class='\(style)'>\(text)</p>"
    }
    let parts: [Markup?] =
      [group.question.flatMap { paragraph("question", $0) }]
      + group.statements.map { paragraph("statement", $0) }
      + [paragraph("numbers", group.numbers), paragraph("because", data.sentence(group.because))]
    let commands = group.commands.map { command -> Markup in
      "<p class='because'>\(ReportData.leadOfCommand)<br/><code>\(command)</code></p>"
    }
    return "<li class='panel'>\(tag)\(parts.compactMap { $0 })\(commands)</li>\n"
  }
}
