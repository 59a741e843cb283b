import Reporting

/// Draws a report as one self-contained page: styles, script, charts and data in a single file that
/// needs no network, well-formed as XML, readable without script, at phone and desktop width, in light
/// and dark, and on paper.
///
/// What was compared and what came out stands first; then the evidence, most important first; then the details, which a
/// reader opens.
public enum ReportPage {
  /// The whole page.
  public static func html(_ data: ReportData) -> String {
    let attention = SectionAttention(data: data).section
    let page = BlockPage(data.models, hasAttention: attention != nil)
    let evaluations = evaluations(data)
    let first = [
      SectionGlance.problems(data), Story(data).section, SectionGlance.section(data),
      SectionConclusions.section(data),
    ]
    let evidence =
      [
        SectionPath.section(data), SectionSeeds.section(data), SectionCurves(data: data).section,
      ] + evaluations.filter { !$0.isDetail }.map(page.section) + [attention]
    let details =
      [
        SectionModels.arms(data), SectionEquality.certificate(data), SectionEquality.components(data),
        SectionTuning.section(data), SectionResults.heldOut(data), SectionResults.floor(data),
      ] + evaluations.filter(\.isDetail).map(page.section) + [
        SectionProfile.section(data), SectionMethods.section(data),
      ]
    let conclusions = Conclusions(data)
    func shown(_ sections: [ReportSection?], areCollapsed: Bool) -> [ReportSection] {
      sections.compactMap { $0 }.map { section in
        var section = section
        section.conclusion = section.conclusion ?? conclusions.sentence(of: section.id).map { "\($0)" }
        section.isCollapsed = areCollapsed
        return section
      }
    }
    let sections = shown(first + evidence, areCollapsed: false) + shown(details, areCollapsed: true)
    var facts: [Markup] = []
    if !data.date.isEmpty { facts.append("<li>\(data.date)</li>") }
    if !data.machine.isEmpty { facts.append("<li>\(data.machine)</li>") }
    if data.totalSeconds > 0 {
      facts.append("<li>\(Number.duration(data.totalSeconds)) of training and evaluation</li>")
    }
    let hero: Markup = """
      <header class='hero'><p class='eyebrow'>Transformer Zoo</p><h1>\(data.title)</h1>
      \(data.subtitle.isEmpty ? "" : "<p><code>\(data.subtitle)</code></p>" as Markup)
      <ul class='meta'>\(facts)</ul>
      \(SectionModels.cards(data))</header>

      """
    return ReportFrame.page(
      title: data.title, hero: hero, sections: sections, foot: foot(data))
  }

  /// The sections of evaluations; of several with one anchor the later ones get a number.
  private static func evaluations(_ data: ReportData) -> [Section] {
    var taken: [String: Int] = [:]
    return data.evaluationSections.map { section in
      var section = section
      taken[section.id, default: 0] += 1
      if let number = taken[section.id], number > 1 { section.id += "-\(number)" }
      return section
    }
  }

  private static func foot(_ data: ReportData) -> Markup {
    let footer = data.footer
    let command: Markup? =
      footer.command.isEmpty
      ? nil
      : """
      <h3>Reproduce</h3><pre tabindex='0'>\(footer.command)</pre>
      <p><button type='button' data-copy='\(footer.command)' hidden='hidden'>Copy command</button></p>

      """
    let links = footer.links.map { link -> Markup in
      ReportFrame.isRelative(link.path)
        ? "<li><a href='\(link.path)'>\(link.label)</a></li>" : "<li>\(link.label): \(link.path)</li>"
    }
    let runs: Markup? = links.isEmpty ? nil : "<h3>Runs</h3><ul>\(links)</ul>\n"
    let lines = footer.versions.map { "<li>\($0)</li>" as Markup }
    let versions: Markup? = lines.isEmpty ? nil : "<h3>Versions and fingerprints</h3><ul>\(lines)</ul>\n"
    return "<footer class='foot'>\(command)\(runs)\(versions)</footer>\n"
  }
}
