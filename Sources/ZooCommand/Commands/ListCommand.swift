import CommandLineKit

extension Command {
  /// `zoo list`: everything that has a name.
  static let list = Command(
    name: "list", summary: "list architectures, presets, components, objectives, suites and rules",
    discussion: """
      Without a name, prints one line for everything that a descriptor or a recipe can name. With the name of a \
      family (norm), a component (rotary), a setting (learningRate), a folder of presets (tiny), presets, suites or \
      rules, prints the settings with their defaults and ranges.
      """,
    examples: [
      Example("zoo list", "everything, one line per entry"),
      Example("zoo list attention", "the kinds of attention with their settings"),
      Example("zoo list rotary", "one component with its settings"),
      Example("zoo list learningRate", "the path of a setting for --set"),
      Example("zoo list --json", "everything with all settings, as JSON"),
    ],
    positionals: [
      Positional(
        "name", .text, .optional,
        help: "a family, component, setting, preset, suite or rule; or the word presets, suites or rules")
    ],
    options: [
      .flag("settings", help: "show all settings of all entries"),
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
