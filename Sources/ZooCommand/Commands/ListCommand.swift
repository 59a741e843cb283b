import CommandLineKit

extension Command {
  /// `zoo list`: everything that has a name.
  static let list = Command(
    name: "list", summary: "show architectures, presets, components, objectives, suites and rules",
    discussion: """
      Without a name: one line for everything that a descriptor or a recipe may name. With the name of a \
      family (norm), a component (rotary), a setting (learningRate), presets, suites or rules: settings with \
      defaults and ranges.
      """,
    examples: [
      Example("zoo list", "everything, one line each"),
      Example("zoo list attention", "the attentions with their settings"),
      Example("zoo list rotary", "one component with its settings"),
      Example("zoo list learningRate", "the path by which --set changes it"),
      Example("zoo list --json", "everything with all settings, for a script"),
    ],
    positionals: [
      Positional(
        "name", .text, .optional,
        help: "a family, a component, a setting, a preset, a suite, a rule; presets, suites or rules")
    ],
    options: [
      .flag("settings", help: "show every setting of everything"),
      .flag("json", help: "print JSON for a script"),
    ]
  ) { arguments in
    let listing = try ZooListing(try Workplace(arguments))
    let console = arguments.console
    guard let name = arguments.positional("name") else {
      if arguments.flag("json") { return try console.json(listing) }
      return listing.show(withSettings: arguments.flag("settings"), on: console)
    }
    if arguments.flag("json") {
      if listing.names.contains(name) { return try console.json(listing.filtered(name)) }
      let settings = listing.settings.matches(name)
      if !settings.isEmpty { return try console.json(["settings": settings]) }
    }
    try listing.show(name, on: console)
  }
}
