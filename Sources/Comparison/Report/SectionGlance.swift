import Reporting
import Statistics

/// The comparison in one table, before everything else.
enum SectionGlance {
  /// What is missing from the report, before everything else; nil where nothing is.
  static func problems(_ data: ReportData) -> ReportSection? {
    guard let problems = data.problems, !problems.isEmpty else { return nil }
    return ReportSection(
      id: "problems", short: "Missing", title: "What is missing",
      lead: "These parts failed; everything else was measured and is shown below.",
      body: "<ul>\(problems.map { "<li>\($0)</li>\n" as Markup })</ul>\n")
  }

  static func section(_ data: ReportData) -> ReportSection? {
    guard let glance = data.glance, !glance.rows.isEmpty else { return nil }
    let seeds =
      data.seeds.map {
        $0.count > 1 ? " The table shows the first seed; results over all seeds are above." : ""
      } ?? ""
    return ReportSection(
      id: "glance", short: "At a glance", title: "At a glance",
      lead: "\(glance.compared)\(seeds) \(Story(data).warnings.joined(separator: " "))",
      body: """
        \(conclusions(data))\(table(data, glance))\(uses(glance))
        """)
  }

  private static func table(_ data: ReportData, _ glance: ReportData.Glance) -> Markup {
    let rows = glance.rows.map { row -> [Markup] in
      [
        """
        \(row.question.capitalizedFirst)<span class='ci'>\(row.unit)\
        \(row.chance.map { ", chance \(Number.percent($0, 0))" } ?? "")</span>
        """
      ] + data.arms.indices.map { cell(row, $0) }
    }
    let table = ReportTable(
      caption: "Measures that are the same for all models",
      columns: [.text("Question")] + data.arms.indices.map { .number(data.label($0)) }, rows: rows)
    return "<div class='narrow'>\(table.markup)</div>\n"
  }

  private static func cell(_ row: ReportData.Glance.Row, _ arm: Int) -> Markup {
    guard arm < row.values.count, let measured = row.values[arm] else { return "–" }
    let style = Block.NumberStyle.fixed(3).resolving(measured.interval)
    func text(_ value: Double) -> String {
      // A percent sign stays with its number where a cell is narrow.
      row.isShare ? Number.percent(value).replacing(" ", with: "\u{A0}") : style.text(value)
    }
    var lines: [Markup] = []
    if let settled = row.settled[arm] {
      lines.append(
        """
        <span class='ci'>last \(Number.counted(settled.evaluations, "evaluation")): \
        median \(text(settled.median)), from \(text(settled.low)) to \(text(settled.high))</span>
        """)
    }
    if arm < row.atEqualTargets.count, let early = row.atEqualTargets[arm] {
      lines.append(
        """
        <span class='ci'>at \(Number.compact(Double(early.targets))) targets: \(text(early.value))</span>
        """)
    }
    return "\(measured.cell(text))\(lines)"
  }

  private static func conclusions(_ data: ReportData) -> Markup {
    let items = data.leadingConclusions.map { question, all in
      item(
        "<b>\(question.capitalizedFirst).</b> ", all.map(data.leadingText),
        all.compactMap(\.command).map {
          "<span class='line'>\(ReportData.leadOfCommand)</span><code>\($0)</code>"
        })
    }
    guard !items.isEmpty else { return "" }
    let note =
      (data.seeds?.count ?? 1) > 1
      ? "These describe the models of the first seed; what holds for the architectures is concluded from all seeds, above."
      : data.remarkOnOneSeed
    return """
      <h3>\(data.titleOfConclusions)</h3><ul>\(items)</ul>
      <p class='note'>\(note)</p>

      """
  }

  private static func uses(_ glance: ReportData.Glance) -> Markup {
    let uses = glance.uses.map { use in
      item("", [use.sentence], use.command.map { ["<span class='line'><code>\($0)</code></span>"] } ?? [])
    }
    return uses.isEmpty
      ? ""
      : "<h3 style='margin-top:18px'>Uses of each model</h3><ul>\(uses)</ul>\n"
  }

  /// Several sentences stand below each other.
  private static func item(_ lead: Markup, _ sentences: [String], _ commands: [Markup]) -> Markup {
    let lines: [Markup] =
      sentences.count == 1
      ? sentences.map { "\($0)" } : sentences.map { "<span class='line'>\($0)</span>" }
    return "<li>\(lead)\(lines)\(commands)</li>\n"
  }
}
