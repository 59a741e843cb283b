import Foundation
import Reporting
import Statistics

/// The main tables of a report as text that others can take over.
public struct ExportedTables {
  let tables: [ExportedTable]
  private let title: String
  private let command: String
  private let story: String
  private let conclusions: [String]
  private let methods: [MethodsText.Paragraph]

  /// The tables of a report: what was held out, and what all seeds say.
  public init(_ data: ReportData) {
    title = data.title
    command = data.footer.command
    story = Story(data).text
    conclusions = data.conclusionGroups.map { $0.text(data) }
    methods = MethodsText(data)?.paragraphs ?? []
    tables =
      (data.heldOut.isEmpty ? [] : [Self.heldOut(data)])
      + (data.seeds.map { [Self.means(data, $0), Self.differences(data, $0)] + Self.learnt(data, $0) } ?? [])
      + Self.trials(data)
      + data.evaluationTables
  }

  /// The tables in GitHub's Markdown, with the conclusions before them.
  public var markdown: String {
    let said = conclusions.map { "- \($0)" as Markdown }
    let heading: Markdown = methods.isEmpty ? "" : "\n## How it was done\n"
    let sections = methods.map { "\n**\($0.heading).** \($0.text)\n" as Markdown }
    let page: Markdown = """
      # \(title)

      \(Markdown.code(command))

      \(story)

      \(said.joined("\n"))

      \(tables.map(\.markdown).joined("\n"))\(heading)\(sections)
      """
    return page.text
  }

  /// The tables in LaTeX, for the package `booktabs`.
  public var latex: String {
    (LaTeX.comment(title) + .comment(command) + concluded.joined("") + tables.map(\.latex).joined("\n")).text
  }

  /// The conclusions as comments, a line each: a paper has its own sentences.
  private var concluded: [LaTeX] { conclusions.map { LaTeX.comment($0) } }

  private static func heldOut(_ data: ReportData) -> ExportedTable {
    ExportedTable(
      caption: "Held out",
      columns: ["measure", "unit"] + data.arms.map(\.name) + ["comparable"],
      isNumber: [false, false] + data.arms.map { _ in true } + [false],
      rows: data.heldOut.map { row in
        [row.measure, row.unit] + row.values.map { $0.map(text) ?? "–" }
          + [row.areComparable.map { $0 ? "yes" : "no" } ?? "–"]
      })
  }

  private static func means(_ data: ReportData, _ seeds: ReportData.Seeds) -> ExportedTable {
    ExportedTable(
      caption: "Means over \(Number.counted(seeds.count, "seed")), with 95 % t intervals",
      columns: ["model"] + seeds.measures.map { "\($0.name) (\($0.unit))" },
      isNumber: [false] + seeds.measures.map { _ in true },
      rows: data.arms.indices.map { arm in
        [data.name(arm)] + seeds.measures.map { $0.mean(arm).map(text) ?? "–" }
      })
  }

  private static func differences(_ data: ReportData, _ seeds: ReportData.Seeds) -> ExportedTable {
    ExportedTable(
      caption: "Differences, paired by seed; \(seeds.test)",
      columns: ["measure", "model", "against", "difference", "p", "verdict"],
      isNumber: [false, false, false, true, true, false],
      rows: seeds.measures.flatMap { measure in
        measure.differences.map { difference in
          let (name, first) = (data.name(difference.arm), data.name(difference.against ?? 0))
          return [
            measure.name, name, first, text(difference.mean),
            difference.corrected.map(Number.probability) ?? "–",
            measure.verdict(difference, name: name, first: first),
          ]
        }
      })
  }

  /// How many runs learned what emerges abruptly; none where nothing is.
  private static func learnt(_ data: ReportData, _ seeds: ReportData.Seeds) -> [ExportedTable] {
    let measures = seeds.measures.filter { $0.learntFrom != nil }
    guard let least = measures.first?.learntFrom else { return [] }
    let rows = measures.flatMap { measure in
      data.arms.indices.compactMap { arm in
        measure.learnt(arm).map { learnt in
          [
            measure.name, data.name(arm), "\(learnt.count) of \(learnt.seeds)",
            text(Measured(learnt.share, interval: learnt.interval)),
          ]
        }
      }
    }
    return [
      ExportedTable(
        caption: "Runs that learned it (\(Number.percent(least, 0)) or more), with Clopper-Pearson intervals",
        columns: ["measure", "model", "runs", "share of runs"], isNumber: [false, false, true, true],
        rows: rows)
    ]
  }

  private static func text(_ measured: Measured) -> String { Block.NumberStyle.fixed(4).text(measured) }
}
