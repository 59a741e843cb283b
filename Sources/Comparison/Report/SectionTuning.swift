import Experiments
import Reporting

/// How learning rates were chosen: all trials of all arms.
enum SectionTuning {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let tuning = data.tuning, !tuning.arms.isEmpty else { return nil }
    let seeds = Set(tuning.arms.map(\.seed)).sorted().map { "\($0)" }.joined(separator: ", ")
    let warnings = tuning.arms.compactMap(\.warning).map { "<p class='note'>Beware: \($0).</p>\n" as Markup }
    return ReportSection(
      id: "tuning", short: "Tuning", title: "How the learning rates were chosen",
      lead: """
        Every model had \(Number.counted(tuning.trials, "trial")), each a separate run on the training text without its last \
        \(Number.percent(tuning.share, 0)), on which it was judged by its own loss; the held-out text of \
        all other sections was not used. \(method(tuning)) Trials have seed \(seeds); the chosen rate is used for \
        all seeds of a model. Losses are compared only within a model. If several rates have nearly equal losses, another \
        seed might choose another rate.
        """,
      body: "\(table(data, tuning))\(warnings)")
  }

  private static func method(_ tuning: ReportData.Tuning) -> Markup {
    switch tuning.method {
    case .grid: "Every rate was tried for the same number of steps."
    case .halving:
      """
      After each round the better half was run again for twice as many steps, from the first step and with \
      a schedule of that length (successive halving, Jamieson and Talwalkar 2016).
      """
    }
  }

  private static func table(_ data: ReportData, _ tuning: ReportData.Tuning) -> Markup {
    ReportTable(
      caption: "Trials",
      columns: tuning.columns.map {
        .init("\($0.title.capitalizedFirst)", isNumber: $0.isNumber)
      },
      rows: tuning.rows.map { arm, cells in
        let chosen: Markup = cells.last == "" ? "" : "<span class='tag good'>\(cells.last ?? "")</span>"
        return [data.label(arm)] + cells.dropLast().map { "\($0)" as Markup } + [chosen]
      }
    ).markup
  }
}
