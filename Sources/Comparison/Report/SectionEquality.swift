import Foundation

/// What is equal between the arms and what is not: the certificate and the component diff.
enum SectionEquality {
  /// The certificate, undeclared differences first.
  static func certificate(_ data: ReportData) -> ReportSection? {
    guard !data.certificate.isEmpty else { return nil }
    let undeclared = data.certificate.filter { !$0.equal && !$0.declared }
    let declared = data.certificate.filter { !$0.equal && $0.declared }
    let equal = data.certificate.filter(\.equal)
    let rows = (undeclared + declared + equal).map { row -> [Markup] in
      let cells: [Markup]
      if row.equal, let value = row.values.first {
        // An equal value is written once, so that what differs stands out.
        cells = ["\(value)"] + data.arms.dropFirst().map { _ in "<span class='unit'>the same</span>" }
      } else {
        cells = data.arms.indices.map { $0 < row.values.count ? "\(row.values[$0])" : "–" }
      }
      return ["\(row.what)"] + cells + [tag(row), "\(row.note)"]
    }
    let table = ReportTable(
      caption: "Certificate", columns: ["What"] + data.armColumns + ["Equal?", .text("Note")], rows: rows)
    let summary: Markup =
      undeclared.isEmpty
      ? """
      Equal: \(equal.count). Different on purpose: \(declared.count). Different without being declared: \
      none.
      """
      : """
      Equal: \(equal.count). Different on purpose: \(declared.count). \
      <strong>Different without being declared: \(undeclared.count).</strong>
      """
    return ReportSection(
      id: "certificate", short: "Certificate", title: "What is equal, and what is not",
      lead: "A comparison is only as good as what is held equal. \(summary)", body: table.markup)
  }

  private static func tag(_ row: ReportData.CertificateRow) -> Markup {
    if row.equal { return "<span class='tag good'><span aria-hidden='true'>=</span> equal</span>" }
    if row.declared { return "<span class='tag warn'><span aria-hidden='true'>≠</span> declared</span>" }
    return "<span class='tag bad'><span aria-hidden='true'>≠</span> not declared</span>"
  }

  /// Settings in which the models differ, and the parts that they share.
  static func components(_ data: ReportData) -> ReportSection? {
    guard !data.componentDiff.isEmpty || !data.shared.isEmpty else { return nil }
    let rows = data.componentDiff.map { row -> [Markup] in
      ["<code>\(row.path)</code>"]
        + data.arms.indices.map { $0 < row.values.count ? "<code>\(row.values[$0])</code>" : "–" }
    }
    let table: Markup? =
      rows.isEmpty
      ? nil
      : ReportTable(
        caption: "Settings that differ", columns: ["Path"] + data.armColumns, rows: rows, firstStyle: "path"
      ).markup
    let chips = data.shared.map { "<li>\($0)</li>" as Markup }
    let shared: Markup? =
      chips.isEmpty
      ? nil
      : """
      <div class='panel' style='margin-top:18px'><h3>Shared by all models</h3><ul \
      class='chips'>\(chips)</ul></div>

      """
    return ReportSection(
      id: "components", short: "Components", title: "How the models differ",
      lead:
        "The descriptors held against each other, path by path; everything that is not listed is the same.",
      body: "\(table)\(shared)")
  }
}
