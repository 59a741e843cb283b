import Foundation
import Reporting
import Statistics

/// Results: verb forms, the floor, held-out measures.
enum SectionResults {
  /// Choice between the right and the wrong verb form.
  static func verbs(_ data: ReportData) -> ReportSection? {
    guard let verbs = data.verbs, !verbs.scores.isEmpty else { return nil }
    let values = verbs.scores + verbs.breakdowns.flatMap { $0.groups.flatMap(\.scores) }
    let lows = values.flatMap { [$0.leftOnly, $0.bothSides] }.compactMap { $0?.interval?.low ?? $0?.value }
    let low = max(0, min(0.4, (lows.filter(\.isFinite).min() ?? 0.4) - 0.02))
    let chance: [(x: Double, label: String)] = [(verbs.chance, "chance " + Number.percent(verbs.chance, 0))]
    let overall = DotChart(
      title: "Right verb form by model", description: sentence(data, verbs.scores),
      rows: verbs.scores.map { .init(label: data.name($0.arm), dots: dots(data, $0)) },
      domain: low...1, references: chance)
    let parts = verbs.breakdowns.enumerated().map { index, breakdown -> Markup in
      let rows = breakdown.groups.map { group in
        DotChart.Row(
          label: "\(group.label) (n = \(group.count))", dots: group.scores.flatMap { dots(data, $0) })
      }
      let chart = DotChart(
        title: "Right verb form by \(breakdown.property)",
        description: breakdown.groups.map { "\($0.label): \(sentence(data, $0.scores))" }.joined(
          separator: " "),
        rows: rows, domain: low...1, references: chance)
      return figure(
        "By \(breakdown.property)", legend(data, verbs.scores), chart.render(id: "verbs-\(index)"))
    }
    let table = verbTable(data, verbs)
    // An odd number of charts leaves a place free beside the last one.
    let besides = verbs.breakdowns.count.isMultiple(of: 2)
    return ReportSection(
      id: "verbs", short: "Verb forms", title: "Accuracy of verb forms",
      lead: """
        \(Number.grouped(verbs.count)) frozen items, balanced between singular and plural: does the model \
        give the correct verb form a higher probability than the wrong one? Filled marks: given both sides of the verb. \
        Hollow marks: given the left side only. Whiskers are 95 % Wilson intervals.
        """,
      body: """
        <div \
        class='panels'>\(figure("All items", legend(data, verbs.scores), overall.render(id: "verbs-all")))\
        \(parts)\(besides ? table : nil)</div>
        \(besides ? nil : "<div style='margin-top:18px'>\(table)</div>")
        """)
  }

  private static func figure(_ title: String, _ legend: Markup, _ chart: Markup) -> Markup {
    "<figure class='panel'><figcaption><h3>\(title)</h3>\(legend)</figcaption>\(chart)</figure>\n"
  }

  private static func legend(_ data: ReportData, _ scores: [ReportData.Verbs.Score]) -> Markup {
    let arms = scores.map { score -> Markup in
      let mark = ChartMark.swatch(data.colour(score.arm))
      return "<li>\(mark)\(data.name(score.arm))</li>"
    }
    return "<ul class='legend'>\(arms)<li>filled: both sides</li><li>hollow: left only</li></ul>"
  }

  private static func dots(_ data: ReportData, _ score: ReportData.Verbs.Score) -> [DotChart.Dot] {
    func dot(_ measured: Measured?, _ hollow: Bool) -> DotChart.Dot? {
      measured.map { measured in
        let range = Number.interval(measured.interval) { Number.percent($0) }
        return DotChart.Dot(
          colour: data.colour(score.arm), measured: measured, isHollow: hollow,
          label: "\(data.name(score.arm)), \(hollow ? "left only" : "both sides"): "
            + Number.percent(measured.value) + (range.isEmpty ? "" : " (\(range))"))
      }
    }
    return [dot(score.leftOnly, true), dot(score.bothSides, false)].compactMap { $0 }
  }

  private static func sentence(_ data: ReportData, _ scores: [ReportData.Verbs.Score]) -> String {
    scores.flatMap { dots(data, $0).map(\.label) }.joined(separator: "; ") + "."
  }

  private static func verbTable(_ data: ReportData, _ verbs: ReportData.Verbs) -> Markup {
    func cell(_ measured: Measured?) -> Markup {
      guard let measured else { return "–" }
      return measured.cell { Number.percent($0) }
    }
    let rows =
      verbs.scores.map { [data.label($0.arm), cell($0.leftOnly), cell($0.bothSides)] }
      + verbs.baselines.map { ["\($0.name)", cell($0.accuracy), "–"] }
      + [["Chance", "\(Number.percent(verbs.chance, 0))", "\(Number.percent(verbs.chance, 0))"]]
    let table = ReportTable(
      caption: "Accuracy of verb forms, with 95 % interval",
      columns: ["Model", .number("Left context only"), .number("Both sides")], rows: rows)
    return table.markup
  }

  /// Bits per byte against the corpus's own entropy.
  static func floor(_ data: ReportData) -> ReportSection? {
    guard let floor = data.floor, floor.entropy.isFinite else { return nil }
    let entries = (floor.models + floor.baselines).sorted { $0.bitsPerByte < $1.bitsPerByte }
    let largest = max(floor.entropy, entries.map(\.bitsPerByte).filter(\.isFinite).max() ?? 0, 1e-9)
    let place = floor.entropy / largest * 100
    func row(_ name: Markup, _ bits: Double, _ style: String) -> Markup {
      let width = bits.isFinite ? min(max(bits / largest, 0), 1) * 100 : 100
      let ratio = floor.entropy > 0 ? Number.fixed(bits / floor.entropy, 2) + " ×" : "–"
      return """
        <tr class='\(style)'><th scope='row'>\(name)</th><td><div class='track'>\
        <span style='width:\(px: width)%'></span><i style='left:\(px: place)%'></i></div></td>\
        <td class='n'>\(Number.fixed(bits, 3))</td><td class='n'>\(ratio)</td></tr>

        """
    }
    let rows = entries.map { entry -> Markup in
      guard let index = entry.arm, let arm = data.arm(index) else {
        return row("\(entry.name)", entry.bitsPerByte, "plain")
      }
      let name: Markup = "<span class='arm'>\(ChartMark.swatch(arm.colour))\(entry.name)</span>"
      return row(name, entry.bitsPerByte, "c\(ChartMark.index(arm.colour))")
    }
    let note: Markup? = floor.note.isEmpty ? nil : "<p class='note'>\(floor.note)</p>"
    return ReportSection(
      id: "floor", short: "Floor", title: "Distance from the grammar's entropy",
      lead: """
        The text comes from a grammar with known probabilities, so the cost of these bytes under the grammar is known \
        exactly (dashed line). No model can be below it on average. Simpler methods on the same bytes show how difficult \
        the text is.
        """,
      body: """
        <div class='panel'><table class='bars'><caption style='padding-left:0'>Bits per byte on held-out \
        text \
        (shorter is better)</caption><thead><tr><th scope='col' style='padding-left:0'>Method</th>\
        <th scope='col' class='wide'>bits per byte, from 0</th><th scope='col' class='n'>value</th>\
        <th scope='col' class='n'>to floor</th></tr></thead>
        <tbody>\(row("The grammar itself", floor.entropy, "plain"))\(rows)</tbody></table>\(note)</div>

        """)
  }

  /// Measures on held-out text with what may be compared.
  static func heldOut(_ data: ReportData) -> ReportSection? {
    guard !data.heldOut.isEmpty || data.duplicates != nil || !data.heldOutNotes.isEmpty else { return nil }
    let rows = data.heldOut.map { row -> [Markup] in
      let cells = data.arms.indices.map { index -> Markup in
        guard index < row.values.count, let measured = row.values[index] else { return "–" }
        return measured.cell { Number.fixed($0, 3) }
      }
      let tag: Markup =
        row.comparable
        ? "<span class='tag good'><span aria-hidden='true'>✓</span> yes</span>"
        : "<span class='tag bad'><span aria-hidden='true'>✕</span> no</span>"
      return ["\(row.measure)", "\(row.unit)"] + cells + [tag, "\(row.because)"]
    }
    let columns: [ReportTable.Column] =
      ["Measure", "Unit"] + data.arms.indices.map { .number(data.label($0)) }
      + ["Columns comparable?", .text("Why")]
    let table: Markup? =
      rows.isEmpty
      ? nil : ReportTable(caption: "Held-out results", columns: columns, rows: rows).markup
    let duplicates = data.duplicates.map { counts -> Markup in
      let share = counts.heldOut > 0 ? Double(counts.shared) / Double(counts.heldOut) : 0
      return """
        <p class='note'>\(Number.grouped(counts.shared)) of \(Number.grouped(counts.heldOut)) held-out \
        sentences \
        (\(Number.percent(share))) are also in the training text.</p>
        """
    }
    let notes = data.heldOutNotes.map { "<p class='note'>\($0)</p>\n" as Markup }
    return ReportSection(
      id: "heldout", short: "Held out", title: "Held-out results",
      lead:
        "Measured after training on text that no model was trained on. The last columns show whether the values of a row"
        + " are comparable, and why.",
      body: "\(table)\(duplicates)\(notes)")
  }
}
