import Settings

/// A start token where the model was trained with one, and a separator between two texts.
struct PlainTemplate: Template {
  let type = "plain"

  func frame(startsWithToken: Bool) -> TemplateFrame {
    TemplateFrame(before: startsWithToken ? [.start] : [], between: [.separator], after: [])
  }
}

/// A start token before and a separator after every text, whatever the model was trained with.
///
/// - Source: Devlin et al., "BERT", 2019.
struct EnclosedTemplate: Template {
  let type = "enclosed"

  func frame(startsWithToken: Bool) -> TemplateFrame {
    TemplateFrame(before: [.start], between: [.separator], after: [.separator])
  }
}

extension Registry {
  mutating func addTemplates() throws {
    try add(
      "plain", to: .template, summary: "a separator between two texts"
    ) { _ in PlainTemplate() }
    try add(
      "enclosed", to: .template, summary: "a start token before and a separator after every text",
      source: "Devlin et al. 2019"
    ) { _ in EnclosedTemplate() }
  }
}
