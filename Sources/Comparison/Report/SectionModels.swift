import Foundation
import Reporting
import Statistics

/// What stands first: the arms and the finding cards.
enum SectionModels {
  /// Cards on top of the page.
  static func cards(_ data: ReportData) -> Markup {
    let findings = data.findings.isEmpty ? derived(data) : data.findings
    guard !findings.isEmpty else { return "" }
    let cards = findings.map { finding -> Markup in
      let swatch = data.arm(finding.arm).map { ChartMark.swatch($0.colour) }
      return """
        <li class='card'><p class='what'>\(swatch)<span>\(label(finding, data))</span></p>
        <p class='value'>\(value(finding))</p><p class='why'>\(finding.note)</p></li>

        """
    }
    return "<ul class='cards' aria-label='Main findings'>\(cards)</ul>\n"
  }

  /// What was measured; a short name of a model is not broken at a hyphen.
  private static func label(_ finding: ReportData.Finding, _ data: ReportData) -> Markup {
    guard let name = finding.arm.map(data.name), name.count <= maxWhole, finding.label.hasPrefix(name) else {
      return "\(finding.label)"
    }
    return "<span class='whole'>\(name)</span>\(String(finding.label.dropFirst(name.count)))"
  }

  /// Characters of a name at most that stay in one line.
  private static let maxWhole = 16

  /// A number with its unit smaller behind it; a percent sign is as large as its number.
  private static func value(_ finding: ReportData.Finding) -> Markup {
    guard let unit = finding.unit else { return "\(finding.value)" }
    return unit == "%"
      ? "<span class='whole'>\(finding.value) %</span>"
      : "\(finding.value) <span class='unit'>\(unit)</span>"
  }

  /// Cards when none were written: what leads the first table, which is the divergence from the exact probabilities
  /// where it was measured; then the distance to the floor. Of several seeds the means, and of the measure that decides
  /// where one was declared.
  static func derived(_ data: ReportData) -> [ReportData.Finding] {
    if let seeds = data.seeds, seeds.count > 1, let primary = seeds.measures.first {
      let leading = seeds.isDeclared ?? false ? nil : leadingMeans(data, seeds: seeds.count)
      return leading ?? means(data, primary, seeds: seeds.count)
    }
    let findings = leading(data) ?? evaluated(data)
    guard let floor = data.floor, floor.entropy > 0 else { return findings }
    return findings
      + floor.models.sorted { $0.bitsPerByte < $1.bitsPerByte }.prefix(3).map { model in
        ReportData.Finding(
          label: "\(model.name): bits per byte", value: Number.fixed(model.bitsPerByte, 3),
          note: "\(Number.fixed(floor.ratio(of: model), 3)) times the entropy of the grammar, "
            + Number.fixed(model.entropy ?? floor.entropy, 3),
          arm: model.arm)
      }
  }

  /// The first question that all models were asked alike; nil in reports from before this was recorded.
  private static func leading(_ data: ReportData) -> [ReportData.Finding]? {
    guard let row = data.glance?.rows.first, let card = row.card else { return nil }
    let unit = row.isShare ? "%" : card.unit
    let shown = row.values.enumerated().compactMap { arm, measured in measured.map { (arm, $0) } }.prefix(3)
    return shown.map { arm, measured in
      let (value, range) = text(measured, isShare: row.isShare)
      return ReportData.Finding(
        label: "\(data.name(arm)): \(card.name)", value: value, unit: unit,
        note: (range.isEmpty ? "" : "95 % interval \(range), ") + card.note, arm: arm)
    }
  }

  /// The same question over all seeds; nil in reports from before this was recorded.
  private static func leadingMeans(_ data: ReportData, seeds: Int) -> [ReportData.Finding]? {
    guard let row = data.glance?.rows.first, let card = row.card, let values = row.seedValues else {
      return nil
    }
    let measure = ReportData.Seeds.Measure(
      name: card.name, unit: row.isShare ? "share" : card.unit, moreIsBetter: row.isShare, values: values,
      differences: [])
    return means(data, measure, seeds: seeds, note: card.note)
  }

  /// What the first evaluation found of the first arms, for reports without a table of what all were asked.
  private static func evaluated(_ data: ReportData) -> [ReportData.Finding] {
    let figures = data.allEvaluations.lazy.map(\.figures).first { $0.contains { !$0.isEmpty } } ?? []
    return figures.enumerated().compactMap { arm, figures in
      (figures.first { $0.context == .bothSides } ?? figures.first).map { figure in
        let (value, range) = text(figure.measured, isShare: figure.isShare)
        let notes = [
          range.isEmpty ? nil : "95 % interval \(range)",
          figure.isShare ? figure.chance.map { "chance " + Number.percent($0, 0) } : figure.unit,
        ]
        return ReportData.Finding(
          label: "\(data.name(arm)): \(figure.name)",
          value: value, unit: figure.isShare ? "%" : "",
          note: notes.compactMap { $0 }.joined(separator: ", "), arm: arm)
      }
    }.prefix(3).map { $0 }
  }

  /// What decides, of the arms that differ most and the one that they are compared with: one run of a model is no
  /// finding where there are several.
  ///
  /// - Parameter note: what a value is to be read by; nil: its unit.
  private static func means(
    _ data: ReportData, _ measure: ReportData.Seeds.Measure, seeds: Int, note: String? = nil
  ) -> [ReportData.Finding] {
    let isShare = measure.isShare
    let farthest = measure.differences.largestFirst
    // Those that are compared with one model come first: losses of several tasks do not belong side by side.
    let first = farthest.first?.against ?? 0
    let others = farthest.filter { ($0.against ?? 0) == first }.map(\.arm)
    let rest = data.arms.indices.filter { $0 != first && !others.contains($0) }
    let shown = ([first] + others + rest).filter { measure.mean($0) != nil }.prefix(3).sorted()
    return shown.compactMap { arm -> ReportData.Finding? in
      measure.mean(arm).map { mean in
        let (value, range) = text(mean, isShare: isShare)
        let learnt = measure.learnt(arm).map { ", learned by \($0.count)" } ?? ""
        return ReportData.Finding(
          label: "\(data.name(arm)): \(measure.name)",
          value: value, unit: isShare ? "%" : note == nil ? "" : measure.unit,
          note: "mean of \(Number.counted(seeds, "seed"))"
            + (range.isEmpty ? learnt : ", 95 % interval \(range)")
            + (note.map { ", \($0)" } ?? (isShare ? "" : ", \(measure.unit)")), arm: arm)
      }
    }
  }

  /// A card's number and its interval, which share a unit: percent for a share.
  private static func text(_ measured: Measured, isShare: Bool) -> (value: String, range: String) {
    let style = Block.NumberStyle.fixed(3).resolving(measured.interval)
    func text(_ value: Double) -> String { isShare ? Number.fixed(value * 100, 1) : style.text(value) }
    return (text(measured.value), Number.interval(measured.interval, text))
  }

  /// The table of arms.
  static func arms(_ data: ReportData) -> ReportSection? {
    guard !data.arms.isEmpty else { return nil }
    func row(_ title: Markup, _ value: (ReportData.Arm) -> String) -> [Markup] {
      [title] + data.arms.map { "\(value($0))" }
    }
    let rows = [
      row("Kind") { $0.kind?.rawValue ?? "–" },
      row("Objective") { $0.objective },
      row("Parameters") { Number.grouped($0.parameters) },
      row("Parameters without embeddings") { $0.parametersWithoutEmbeddings.map(Number.grouped) ?? "–" },
      row("Steps") { Number.grouped($0.steps) },
      row("Content tokens read") { Number.grouped($0.tokens) },
      row("Supervised tokens (targets of the loss)") { Number.grouped($0.supervisedTokens) },
      row("Training FLOPs") { Number.flops($0.flops) },
      row("Training time") { Number.duration($0.seconds) },
      row("Last training loss") { "\(Number.fixed($0.finalTrainLoss, 3)) \($0.unit)" },
      row("Held-out loss") { "\(Number.fixed($0.finalHeldOutLoss, 3)) \($0.unit)" },
      row("Held-out bits per byte") {
        $0.bitsPerByte.map { Number.fixed($0, 3) } ?? "not defined"
      },
    ]
    let isOneText = data.certificate.first { $0.what == "text" }?.equal ?? true
    let table = ReportTable(
      caption: "The models of this comparison", columns: ["What"] + data.armColumns, rows: rows)
    return ReportSection(
      id: "models", short: "Models", title: "What was trained",
      lead: """
        Models built from the same parts\(isOneText ? " and trained on the same text" : ""). A loss has the unit of its \
        objective; losses of different units are never compared. An encoder sees both \
        sides of a position, a decoder only the left one; bits per byte are defined if an objective gives \
        a text a probability.
        """,
      body: table.markup)
  }
}
