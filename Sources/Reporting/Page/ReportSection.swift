/// One section of the page: an anchor, a heading, what follows, how to read it, and what it shows.
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
  /// What follows, in one sentence; nil: the lead says it, or there is nothing to say.
  package var conclusion: Markup?
  /// Whether a page shows the heading and the conclusion alone until a reader opens the section.
  package var isCollapsed = false

  package init(id: String, short: String, title: String, lead: Markup, body: Markup) {
    self.id = id
    self.short = short
    self.title = title
    self.lead = lead
    self.body = body
  }

  package var markup: Markup {
    let heading: Markup = "<h2 id='\(id)-h'>\(title)</h2>"
    let first: Markup = "<p class='lead'>\(conclusion ?? lead)</p>\n"
    let how: Markup? = conclusion.map { _ in
      "<details class='how'><summary>How to read this</summary><p class='lead'>\(lead)</p></details>\n"
    }
    guard isCollapsed else {
      return """
        <section id='\(id)' aria-labelledby='\(id)-h'>\(heading)
        \(first)\(body)\(how)</section>

        """
    }
    let summary: Markup? = conclusion.map { "<p class='lead'>\($0)</p>\n" }
    let inside: Markup = conclusion == nil ? "\(first)\(body)" : "\(body)\(how)"
    return """
      <section id='\(id)' class='closed' aria-labelledby='\(id)-h'><details class='part'>\
      <summary>\(heading)</summary>
      \(inside)</details>
      \(summary)</section>

      """
  }
}
