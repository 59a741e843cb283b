/// One section of the page: an anchor, a heading, a sentence on how to read it, and what it shows.
package struct ReportSection {
  /// Anchor.
  package var id: String
  /// Word in the navigation.
  package var short: String
  /// Heading.
  package var title: String
  /// How to read it.
  package var lead: Markup
  /// The content.
  package var body: Markup

  package init(id: String, short: String, title: String, lead: Markup, body: Markup) {
    self.id = id
    self.short = short
    self.title = title
    self.lead = lead
    self.body = body
  }

  package var markup: Markup {
    """
    <section id='\(id)' aria-labelledby='\(id)-h'><h2 id='\(id)-h'>\(title)</h2>
    <p class='lead'>\(lead)</p>
    \(body)</section>

    """
  }
}
