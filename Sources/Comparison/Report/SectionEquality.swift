import Experiments
import Foundation
import Reporting

/// What is equal between the arms and what is not: the certificate and the component diff.
enum SectionEquality {
  /// The certificate: undeclared differences first, then those on purpose, then what is equal, written once.
  static func certificate(_ data: ReportData) -> ReportSection? {
    guard !data.certificate.isEmpty else { return nil }
    let undeclared = data.certificate.filter { $0.standing == .undeclared }
    let declared = data.certificate.filter { $0.standing == .declared }
    let equal = data.certificate.filter { $0.standing == .equal }
    let differing = (undeclared + declared).map { row -> [Markup] in
      ["\(row.what)"] + data.arms.indices.map { $0 < row.values.count ? "\(row.values[$0])" : "–" }
        + [tag(row), "\(row.note)"]
    }
    let differences = ReportTable(
      caption: "What differs", columns: ["What"] + data.armColumns + ["Declared?", .text("Note")],
      rows: differing)
    let same = ReportTable(
      caption: "Equal in all models", columns: ["What", .text("Value"), .text("Note")],
      rows: equal.map { ["\($0.what)", "\($0.values.first ?? "–")", "\($0.note)"] })
    let summary: Markup =
      undeclared.isEmpty
      ? """
      Equal: \(equal.count). Different by design: \(declared.count). Different but not declared: \
      none.
      """
      : """
      Equal: \(equal.count). Different by design: \(declared.count). \
      <strong>Different but not declared: \(undeclared.count).</strong>
      """
    return ReportSection(
      id: "certificate", short: "Certificate", title: "Certificate of equal and different conditions",
      lead: "Everything that can affect the result, and whether it is equal for all models. \(summary)",
      body: "\([differences, same].filter { !$0.rows.isEmpty }.map(\.markup))")
  }

  private static func tag(_ row: CertificateRow) -> Markup {
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
        "The differences between the descriptors by path; everything that is not listed is equal.",
      body: "\(diagram(data))\(table)\(shared)")
  }

  /// The models side by side, where they are few enough.
  private static func diagram(_ data: ReportData) -> Markup? {
    guard let outlines = data.outlines, outlines.count == data.arms.count,
      outlines.count <= ModelDiagram.maxModels
    else { return nil }
    let models = data.arms.indices.map { (data.name($0), data.colour($0), outlines[$0]) }
    return """
      <figure class='panel' style='margin-bottom:18px'><figcaption><h3>Side by side</h3>\
      <p class='unit'>different components have a thick coloured edge</p></figcaption>\
      \(ModelDiagram(models: models).render(id: "models-diagram"))</figure>

      """
  }
}
