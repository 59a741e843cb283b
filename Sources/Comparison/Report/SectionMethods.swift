import Reporting

/// How to repeat the comparison: what was done in words, and every setting of every model.
enum SectionMethods {
  static func section(_ data: ReportData) -> ReportSection? {
    guard let methods = data.methods, let text = MethodsText(data) else { return nil }
    let paragraphs = text.paragraphs.map { "<p><strong>\($0.heading).</strong> \($0.text)</p>\n" as Markup }
    return ReportSection(
      id: "methods", short: "Methods", title: "Methods",
      lead: "The details that are needed to reproduce the results; the command is at the end of the page.",
      body: """
        <div class='panel prose'>\(paragraphs)</div>
        \(settings(data, "Descriptor", "what defines the model", methods.descriptors))\
        \(settings(data, "Recipe", "what defines its training", methods.recipes))
        """)
  }

  private static func settings(_ data: ReportData, _ what: String, _ means: String, _ files: [String])
    -> [Markup]
  {
    files.enumerated().map { arm, file in
      """
      <details><summary>\(what) of \(data.name(arm)): \(means)</summary>
      <pre tabindex='0'>\(file)</pre></details>

      """
    }
  }
}
