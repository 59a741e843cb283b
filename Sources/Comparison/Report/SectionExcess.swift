import Evaluation
import Foundation
import Reporting
import Statistics

/// Where the bits lie that a model needs beyond the grammar itself.
enum SectionExcess {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let excess = data.ruler?.excess, !excess.rows.isEmpty else { return nil }
    return ReportSection(
      id: "excess", short: "Excess", title: "Excess over the grammar's entropy",
      lead: """
        The same \(Number.counted(excess.windows, "window")) of \(Number.counted(excess.tokens, "token")) as above, from left to right. The grammar \
        gives the exact probability of each token given all tokens before it. The excess is the cost of a model above \
        that; it is 0 on average for a model that equals the grammar. Tokens are grouped by their properties, so a group \
        can be below 0: the model then expects such words more often than they occur, at the expense of others. \
        Intervals are 95 % t intervals with windows as units; there is none if fewer than \
        \(WindowMeasure.minWindows) windows have such tokens. Differences are paired by window. All values describe \
        these trained models only.
        """,
      body: """
        \(totals(data, excess))\(SectionLikelihood.warning(data, excess.rows.filter { !$0.isTrainedForIt }.map(\.arm)))\
        \(excess.properties.map { table(data, excess, $0) })
        """)
  }

  private static func totals(_ data: ReportData, _ excess: ExcessResults) -> Markup {
    let first = data.name(excess.rows[0].arm)
    return ReportTable(
      caption: "Bits per byte above the grammar's \(Number.fixed(excess.floor, 4))",
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
      caption: "\(property.name): bits per token",
      columns: ["", .number("Tokens"), .number("Grammar")]
        + excess.rows.map { .number("\(data.label($0.arm)), above") }
        + (hasDifference ? [.number("\(names[1]) minus \(names[0])")] : []), rows: rows
    ).markup
  }
}
