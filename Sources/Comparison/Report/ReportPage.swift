import Reporting

/// Draws a report as one self-contained page: styles, script, charts and data in a single file that
/// needs no network, well-formed as XML, readable without script, at phone and desktop width, in light
/// and dark, and on paper.
public enum ReportPage {
  /// The whole page.
  public static func html(_ data: ReportData) -> String {
    let sections: [ReportSection?] =
      [
        SectionGlance.problems(data), Story(data).section, SectionGlance.section(data),
        SectionModels.verdicts(data),
        SectionPath.section(data),
        SectionSeeds.section(data),
        SectionModels.arms(data),
        SectionCurves(data: data).section,
        SectionResults.verbs(data), SectionResults.floor(data), SectionLikelihood.section(data),
        SectionExcess.section(data), SectionTruth.section(data), SectionPairs.section(data),
        SectionCloze.section(data),
        SectionResults.heldOut(data),
        SectionEquality.certificate(data), SectionTuning.section(data), SectionEquality.components(data),
        SectionTexts.samples(data),
        SectionWriting.section(data), SectionTexts.fills(data), SectionAttention(data: data).section,
        SectionHeads.section(data), SectionProbes.section(data),
        SectionFineTuning.section(data),
      ]
      + (data.evaluations ?? []).map { $0.section.map(BlockPage(data.models).section) }
      + [SectionProfile.section(data), SectionMethods.section(data)]
    var facts: [Markup] = []
    if !data.date.isEmpty { facts.append("<li>\(data.date)</li>") }
    if !data.machine.isEmpty { facts.append("<li>\(data.machine)</li>") }
    if data.totalSeconds > 0 { facts.append("<li>\(Number.duration(data.totalSeconds)) in total</li>") }
    let hero: Markup = """
      <header class='hero'><p class='eyebrow'>Transformer Zoo</p><h1>\(data.title)</h1>
      \(data.subtitle.isEmpty ? "" : "<p><code>\(data.subtitle)</code></p>" as Markup)
      <ul class='meta'>\(facts)</ul>
      \(SectionModels.cards(data))</header>

      """
    return ReportFrame.page(
      title: data.title, hero: hero, sections: sections.compactMap { $0 }, foot: foot(data))
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
