import AttentionAnalysis
import Foundation
import Reporting

/// The page of the command `attention`: one model or several side by side on the same sentence.
public enum AttentionPage {
  /// Characters of the heading at most.
  private static let maxTitle = 160

  /// The whole page, as self-contained as a report.
  ///
  /// - `arms`: the models' names; a picture names its model by the index.
  public static func html(
    title: String, command: String, arms: [String], pictures: [AttentionPicture]
  ) -> String {
    html(title: title, command: command, arms: arms, notes: [], pictures: pictures)
  }

  /// The same with lines about the models below the heading.
  package static func html(
    title: String, command: String, arms: [String], notes: [String], pictures: [AttentionPicture]
  ) -> String {
    let models = arms.enumerated().map { index, name in
      ReportData.Arm(
        name: name, kind: nil, colour: index, parameters: 0, parametersWithoutEmbeddings: nil,
        objective: "", unit: "", steps: 0, tokens: 0, supervisedTokens: 0, flops: 0, seconds: 0,
        finalTrainLoss: 0, finalHeldOutLoss: 0)
    }
    let data = ReportData(
      title: title, subtitle: command, date: "", machine: "", totalSeconds: 0, arms: models,
      attention: pictures)
    // Of a long text the beginning is enough: its tokens are below.
    let heading = title.count > maxTitle ? title.prefix(maxTitle) + "…" : title[...]
    let hero: Markup = """
      <header class='hero'><p class='eyebrow'>Transformer Zoo</p><h1>\(String(heading))</h1>
      <p><code>\(command)</code></p>\(notes.map { "<p class='note'>\($0)</p>" as Markup })</header>

      """
    return ReportFrame.page(
      title: title, hero: hero, sections: [SectionAttention(data: data).section].compactMap { $0 },
      foot: "<footer class='foot'></footer>\n")
  }
}
