import Checkpoints
import CommandLineKit
import Comparison
import Foundation
import Training
import Zoo

extension ExperimentJob {
  /// What a comparison of these models is called.
  static func title(_ names: [String]) -> String { "Comparison of \(names.inWords)" }

  /// Writes the report as a page, as data, and as tables for others.
  ///
  /// - Throws: `TrainerError` that names the page.
  func write(_ report: ReportData) throws { try Self.write(report, to: folder) }

  /// Writes a report into a folder.
  ///
  /// - Throws: `TrainerError` that names the page.
  static func write(_ report: ReportData, to folder: URL) throws {
    let page = folder.appending(path: "report.html")
    do {
      let tables = ExportedTables(report)
      let files = [
        ("report.json", try Console.jsonText(FormatVersion.stamped(report))),
        (page.lastPathComponent, ReportPage.html(report)),
        ("report.md", tables.markdown), ("report.tex", tables.latex),
      ]
      for (name, text) in files {
        try AtomicFile.write(to: folder.appending(path: name)) { try $0.write(Data(text.utf8)) }
      }
    } catch let error as CheckpointError {
      throw TrainerError(
        place: page.path, reason: "the report cannot be written (\(error.reason))",
        suggestion: "make room and repeat the command; the trained models are saved")
    }
  }

  /// Prints what follows, and what was measured on held-out text.
  static func summarise(_ report: ReportData, on console: Console) {
    if let story = report.storyOfSeeds {
      console.heading("All seeds")
      console.line(story)
    }
    let leading = report.leadingConclusions
    if !leading.isEmpty { console.heading(report.titleOfConclusions) }
    for (question, all) in leading {
      console.line("\(question):")
      for conclusion in all {
        console.line("  \(report.leadingText(conclusion))")
        if let command = conclusion.command {
          console.line("  \(ReportData.leadOfCommand)\n    \(command)")
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
        [row.measure] + row.values.map { $0.map { Format.fixed($0.value, 4) } ?? "–" }
          + [row.unit, row.areComparable.map { $0 ? "comparable" : "not comparable" } ?? ""])
    }
    if let floor = report.floor {
      let best = floor.models.map(floor.ratio).min() ?? .nan
      // Models may have been scored on windows of other bytes.
      let entropies = report.arms.indices.map { arm in
        floor.models.first { $0.arm == arm }.map { Format.fixed($0.entropy ?? floor.entropy, 4) } ?? "–"
      }
      table.add(
        ["the grammar's entropy on these bytes, the minimum"] + entropies
          + ["bits per byte", "best model: \(Format.fixed(best, 3)) times"])
    }
    console.table(table)
  }
}
