import Inference
import Reporting
import Text

extension ReportData {
  /// The sections of all evaluations. Those of one evaluation that was made several times say in their titles what they
  /// differ in: the settings, the text, or else the models.
  var evaluationSections: [Section] {
    distinguished.map { section, difference in
      guard !difference.isEmpty else { return section }
      var section = section
      section.title += " (\(difference))"
      section.short += " (\(difference))"
      return section
    }
  }

  /// The tables of all evaluations, for exports, which have no sections.
  var evaluationTables: [ExportedTable] {
    distinguished.flatMap { section, difference in
      section.tables.map { table in
        var table = table
        if !difference.isEmpty { table.caption += " (\(difference))" }
        return table.exported(models)
      }
    }
  }

  /// Every section, with what distinguishes it from those of the same title.
  private var distinguished: [(section: Section, difference: String)] {
    let all = allEvaluations
    return all.compactMap { one in
      one.section.map { section in
        (section, difference(of: one, among: all.filter { $0.section?.title == section.title }))
      }
    }
  }

  /// What an evaluation differs in from others, in a few words; empty where it is the only one, and on the models' own
  /// text.
  private func difference(of one: Evaluated, among others: [Evaluated]) -> String {
    var words = one.text.map { ["on \(TextSource.shownName($0))"] } ?? []
    guard others.count > 1 else { return words.joined() }
    words += one.settings.sorted { $0.key < $1.key }.filter { key, value in
      others.contains { $0.settings[key] != value }
    }.map { "\($0.key) \($0.value)" }
    if others.count(where: { $0.text == one.text && $0.settings == one.settings }) > 1 {
      words.append("of " + zip(arms, one.figures).filter { !$1.isEmpty }.map(\.0.name).inWords)
    }
    return words.joined(separator: ", ")
  }
}
