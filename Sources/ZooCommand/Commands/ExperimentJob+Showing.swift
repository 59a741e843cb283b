import CommandLineKit
import Comparison
import Foundation
import Training

extension ExperimentJob {
  /// Writes the report as a page, as data, and as tables for others.
  ///
  /// - Throws: `TrainerError` that names the page.
  func write(_ report: ReportData) throws {
    let page = folder.appending(path: "report.html")
    do {
      try Data(try Console.jsonText(report).utf8).write(
        to: folder.appending(path: "report.json"), options: .atomic)
      try Data(ReportPage.html(report).utf8).write(to: page, options: .atomic)
      let tables = ExportedTables(report)
      try Data(tables.markdown.utf8).write(to: folder.appending(path: "report.md"), options: .atomic)
      try Data(tables.latex.utf8).write(to: folder.appending(path: "report.tex"), options: .atomic)
    } catch let error as CocoaError {
      throw TrainerError(
        place: page.path, reason: "the report cannot be written (\(error.localizedDescription))",
        mend: "make room; the trained models are saved beside it")
    }
  }

  /// Prints what follows, and what was measured on held-out text.
  func summarise(_ report: ReportData, on console: Console) {
    if let glance = report.glance, !glance.rows.isEmpty {
      console.heading("What follows for these trained models")
      for row in glance.rows {
        for conclusion in row.conclusions {
          console.line("\(row.question): \(conclusion.sentence)")
          if let command = conclusion.command { console.line("  \(command)") }
        }
      }
    }
    console.heading("Held out")
    var table = Table(
      [Table.Column("measure")] + report.arms.map { Table.Column($0.name, .right) } + [
        Table.Column("unit"), Table.Column(""),
      ])
    for row in report.heldOut {
      table.add(
        [row.measure] + row.values.map { $0.map { Format.fixed($0.value, 4) } ?? "—" }
          + [row.unit, row.comparable ? "compare" : "do not compare"])
    }
    if let floor = report.floor {
      let best = floor.models.map(\.bitsPerByte).min() ?? .nan
      table.add(
        ["the grammar's own floor"] + report.arms.indices.map { _ in "" }
          + [
            "\(Format.fixed(floor.entropy, 4)) bits per byte",
            "reached: \(Format.fixed(best / floor.entropy, 3)) times",
          ])
    }
    console.table(table)
  }
}
