import Foundation
import Reporting
import Statistics

/// Results: the floor, held-out measures.
enum SectionResults {
  /// Bits per byte against the corpus's own entropy.
  static func floor(_ data: ReportData) -> ReportSection? {
    guard let floor = data.floor, floor.entropy.isFinite else { return nil }
    let entries = (floor.models + floor.baselines).sorted { $0.bitsPerByte < $1.bitsPerByte }
    let largest = max(floor.entropy, entries.map(\.bitsPerByte).filter(\.isFinite).max() ?? 0, 1e-9)
    func row(_ name: Markup, _ entry: ReportData.Floor.Entry, _ style: String) -> Markup {
      let bits = entry.bitsPerByte
      let width = bits.isFinite ? min(max(bits / largest, 0), 1) * 100 : 100
      let place = (entry.entropy ?? floor.entropy) / largest * 100
      let ratio = floor.entropy > 0 ? Number.fixed(floor.ratio(of: entry), 2) + " ×" : "–"
      return """
        <tr class='\(style)'><th scope='row'>\(name)</th><td><div class='track'>\
        <span style='width:\(px: width)%'></span><i style='left:\(px: place)%'></i></div></td>\
        <td class='n'>\(Number.fixed(bits, 3))</td><td class='n'>\(ratio)</td></tr>

        """
    }
    let rows = entries.map { entry -> Markup in
      guard let index = entry.arm, let arm = data.arm(index) else {
        return row("\(entry.name)", entry, "plain")
      }
      let name: Markup = "<span class='arm'>\(ChartMark.swatch(arm.colour))\(entry.name)</span>"
      return row(name, entry, "c\(ChartMark.index(arm.colour))")
    }
    let grammar = ReportData.Floor.Entry(name: "The grammar itself", bitsPerByte: floor.entropy)
    let others = floor.models.filter { $0.entropy != nil }.map { entry in
      "\(entry.name) \(Number.fixed(entry.entropy ?? .nan, 3))"
    }
    let windows =
      others.isEmpty
      ? ""
      : "Windows of other lengths hold other bytes, whose entropy is another one: \(others.inWords). The line of each row, "
        + "and its multiple, are those of its own bytes."
    let notes = [floor.note, windows].filter { !$0.isEmpty }
    let note: Markup? = notes.isEmpty ? nil : "<p class='note'>\(notes.joined(separator: ". "))</p>"
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
        <tbody>\(row("\(grammar.name)", grammar, "plain"))\(rows)</tbody></table>\(note)</div>

        """)
  }

  /// Measures on held-out text with what may be compared.
  static func heldOut(_ data: ReportData) -> ReportSection? {
    guard !data.heldOut.isEmpty || data.duplicates != nil || !data.heldOutNotes.isEmpty else { return nil }
    let rows = data.heldOut.map { row -> [Markup] in
      let cells = data.arms.indices.map { index -> Markup in
        guard index < row.values.count, let measured = row.values[index] else { return "–" }
        return measured.cell(Block.NumberStyle.fixed(3).resolving(measured.interval).text)
      }
      let tag: Markup =
        switch row.areComparable {
        case true?: "<span class='tag good'><span aria-hidden='true'>✓</span> yes</span>"
        case false?: "<span class='tag bad'><span aria-hidden='true'>✕</span> no</span>"
        case nil: "–"
        }
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
        (\(Number.percent(share))) \(counts.shared == 1 ? "is" : "are") also in the training text.</p>
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
