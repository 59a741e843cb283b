import Evaluation
import Foundation
import Reporting
import Statistics

/// Where the bits lie that a model needs beyond the grammar itself.
enum SectionExcess {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let excess = data.ruler?.excess, !excess.rows.isEmpty else { return nil }
    return ReportSection(
      id: "excess", short: "Excess", title: "Where does it know less than the grammar?",
      lead: """
        The same \(Number.counted(excess.windows, "window")) of \(Number.counted(excess.tokens, "token")) as above, from left to right. The grammar \
        says exactly how probable each token is after all before it; what a model needs beyond that is its \
        excess, 0 on average for one that knows the grammar. Tokens are grouped by what stands there, so a group \
        may lie below 0: the model then expects such words more often than they come, and pays for it elsewhere. \
        Intervals are 95 % t intervals with windows as units, and none where fewer than \
        \(WindowMeasure.minWindows) windows have such tokens; differences are paired window by window. All of \
        it is about these trained models.
        """,
      body: """
        \(totals(data, excess))\(SectionLikelihood.warning(data, excess.rows.filter { !$0.isTrainedForIt }.map(\.arm)))\
        \(excess.properties.map { table(data, excess, $0) })
        """)
  }

  private static func totals(_ data: ReportData, _ excess: ExcessResults) -> Markup {
    let first = data.name(excess.rows[0].arm)
    return ReportTable(
      caption: "Bits per byte above the grammar's own \(Number.fixed(excess.floor, 4))",
      columns: ["Model", .number("Above the grammar"), .number("Minus that of \(first)"), "Trained for it?"],
      rows: excess.rows.map { row in
        [
          data.label(row.arm), row.perByte.cell { Number.fixed($0, 4) },
          row.difference?.cell { Number.fixed($0, 4) } ?? "–", row.isTrainedForIt ? "yes" : "no",
        ]
      }
    ).markup
  }

  private static func table(
    _ data: ReportData, _ excess: ExcessResults, _ property: ExcessResults.Property
  ) -> Markup {
    let hasDifference = property.groups.contains { $0.difference != nil }
    let rows = property.groups.map { group -> [Markup] in
      ["\(group.label)", "\(Number.grouped(group.count))", "\(Number.fixed(group.floor, 2))"]
        + group.excess.map { $0.cell { Number.fixed($0, 3) } }
        + (hasDifference ? [group.difference?.cell { Number.fixed($0, 3) } ?? "–"] : [])
    }
    let names = excess.rows.map { data.name($0.arm) }
    return ReportTable(
      caption: "\(property.name): bits a token",
      columns: ["", .number("Tokens"), .number("Grammar")]
        + excess.rows.map { .number("\(data.label($0.arm)), above") }
        + (hasDifference ? [.number("\(names[1]) minus \(names[0])")] : []), rows: rows
    ).markup
  }
}
