import Foundation
import Statistics

/// A table of a report for other people's papers and pages: in Markdown, in LaTeX.
public struct ExportedTable: Sendable {
  /// What it shows, in one line.
  public let caption: String
  /// Headings.
  public let columns: [String]
  /// Which columns hold numbers and stand right.
  public let isNumber: [Bool]
  /// Cells, row by row.
  public let rows: [[String]]

  /// The table in GitHub's Markdown.
  var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.map(Self.markdown).joined(separator: " | ") + " |" }
    let rule = "| " + isNumber.map { $0 ? "---:" : "---" }.joined(separator: " | ") + " |"
    return "**" + Self.markdown(caption) + "**\n\n"
      + ([line(columns), rule] + rows.map(line)).joined(separator: "\n")
      + "\n"
  }

  /// The table in LaTeX, for the package `booktabs`.
  var latex: String {
    func line(_ cells: [String]) -> String {
      "    " + cells.map(Self.latex).joined(separator: " & ") + " \\\\\n"
    }
    return """
      \\begin{table}
        \\centering
        \\caption{\(Self.latex(caption))}
        \\begin{tabular}{\(isNumber.map { $0 ? "r" : "l" }.joined())}
          \\toprule
      \(line(columns))    \\midrule
      \(rows.map(line).joined())    \\bottomrule
        \\end{tabular}
      \\end{table}

      """
  }

  private static func markdown(_ text: String) -> String {
    var result = ""
    for character in text {
      if "|\\`*_<[".contains(character) { result.append("\\") }
      result.append(character == "\n" ? " " : character)
    }
    return result
  }

  private static func latex(_ text: String) -> String {
    text.map { character -> String in
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": "\\\(character)"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "\\": "\\textbackslash{}"
      case "−": "$-$"
      case "→": "$\\to$"
      case "×": "$\\times$"
      case "–": "--"
      case "\u{202F}": "\\,"
      case "\n": " "
      default: String(character)
      }
    }.joined()
  }
}

/// The main tables of a report as text that others can take over.
public struct ExportedTables {
  let tables: [ExportedTable]
  private let title: String
  private let command: String
  private let story: String
  private let verdicts: [ReportData.Verdict]
  private let methods: [MethodsText.Paragraph]

  /// The tables of a report: what was held out, and what all seeds say.
  public init(_ data: ReportData) {
    title = data.title
    command = data.footer.command
    story = Story(data).text
    verdicts = data.verdicts
    methods = MethodsText(data)?.paragraphs ?? []
    tables =
      [Self.heldOut(data)]
      + (data.seeds.map { [Self.means(data, $0), Self.differences(data, $0)] + Self.learnt(data, $0) } ?? [])
      + Self.trials(data)
      + (data.fineTuning ?? []).flatMap { [$0.outcome, $0.comparison] }
  }

  /// The tables in GitHub's Markdown, with the verdicts before them.
  public var markdown: String {
    let said = verdicts.map { verdict in
      "- " + (verdict.comparable ? "" : "Not comparable: ") + verdict.statement + " " + verdict.numbers
    }
    return "# \(title)\n\n`\(command)`\n\n\(story)\n\n" + said.joined(separator: "\n") + "\n\n"
      + tables.map(\.markdown).joined(separator: "\n")
      + (methods.isEmpty ? "" : "\n## How it was done\n")
      + methods.map { "\n**\($0.heading).** \($0.text)\n" }.joined()
  }

  /// The tables in LaTeX, for the package `booktabs`.
  public var latex: String {
    "% \(title)\n% \(command)\n" + tables.map(\.latex).joined(separator: "\n")
  }

  private static func heldOut(_ data: ReportData) -> ExportedTable {
    ExportedTable(
      caption: "Held out",
      columns: ["measure", "unit"] + data.arms.map(\.name) + ["comparable"],
      isNumber: [false, false] + data.arms.map { _ in true } + [false],
      rows: data.heldOut.map { row in
        [row.measure, row.unit] + row.values.map { $0.map(text) ?? "–" } + [row.comparable ? "yes" : "no"]
      })
  }

  private static func means(_ data: ReportData, _ seeds: ReportData.Seeds) -> ExportedTable {
    ExportedTable(
      caption: "Means over \(seeds.count) seeds, with 95 % t intervals",
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

  /// How many runs learnt what is learnt in a jump; none where nothing is.
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
        caption: "Runs that learnt it (\(Number.percent(least, 0)) or more), with Clopper-Pearson intervals",
        columns: ["measure", "model", "runs", "share of runs"], isNumber: [false, false, true, true],
        rows: rows)
    ]
  }

  private static func text(_ measured: Measured) -> String {
    let range = Number.interval(measured.interval) { Number.fixed($0, 4) }
    return Number.fixed(measured.value, 4) + (range.isEmpty ? "" : " (\(range))")
  }
}
