import Foundation

/// The frame that every page shares: one file with its style sheet and script inside, well-formed as XML.
package enum ReportFrame {
  /// The frame that every page shares: head, navigation, sections, foot, script.
  package static func page(title: String, hero: Markup, sections: [ReportSection], foot: Markup) -> String {
    let (open, closed) = (sections.filter { !$0.isCollapsed }, sections.filter(\.isCollapsed))
    // What is collapsed is reached by one link.
    let links =
      open.map { "<li><a href='#\($0.id)'>\($0.short)</a></li>" as Markup }
      + (closed.isEmpty ? [] : ["<li><a href='#details'>Details</a></li>"])
    let details: Markup? =
      closed.isEmpty
      ? nil
      : """
      <div id='details'><p class='eyebrow'>Details</p>
      <p class='note'>Open a heading to read more. <button type='button' data-open-all='' hidden='hidden'>Open \
      all</button></p>
      \(closed.map(\.markup))</div>

      """
    let style = Markup.trusted("<style>/*<![CDATA[*/\n\(ReportAssets.styleSheet)\n/*]]>*/</style>")
    let script = Markup.trusted("<script>//<![CDATA[\n\(ReportAssets.script)\n//]]></script>")
    let markup: Markup = """
      <!DOCTYPE html>
      <html lang='en'><head><meta charset='utf-8'/>
      <meta name='viewport' content='width=device-width, initial-scale=1'/>
      <meta name='color-scheme' content='light dark'/>
      <title>\(title)</title>
      \(style)</head>
      <body><a class='skip' href='#content'>Skip to the content</a>
      \(hero)<div class='bar-top'><div><nav aria-label='Sections'><ul>\(links)</ul></nav>\
      <button type='button' data-theme-toggle='' aria-label='Switch between light and dark' \
      hidden='hidden'>Dark</button></div></div>
      <main id='content'>
      \(open.map(\.markup))\(details)</main>
      \(foot)\(script)
      </body></html>

      """
    return markup.text
  }

  /// Whether a path is relative to the page: no scheme, no host, no root.
  package static func isRelative(_ path: String) -> Bool {
    let trimmed = path.trimmingCharacters(in: .whitespacesAndNewlines)
    let first = trimmed.prefix { $0 != "/" }
    return !trimmed.isEmpty && !trimmed.hasPrefix("/") && !trimmed.hasPrefix("\\") && !first.contains(":")
  }
}
