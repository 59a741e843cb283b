import CommandLineKit
import Comparison
import Experiments
import Settings
import Training
import Wording
import Zoo

/// Everything that can be chosen by name, for `zoo list`.
struct ZooListing: Encodable {
  /// A component, an architecture, an objective …
  struct Entry: Encodable {
    let family: String
    let name: String
    let summary: String
    let source: String
    let origin: String
    let settings: [SettingEntry]

    init(_ declaration: ComponentDeclaration) {
      family = declaration.family
      name = declaration.name
      summary = declaration.summary
      source = declaration.source
      origin = declaration.origin
      settings = declaration.settings.map(SettingEntry.init)
    }
  }

  /// A name with one line.
  struct Line: Encodable {
    let name: String
    let summary: String
  }

  /// A family of components.
  struct Family: Encodable {
    let name: String
    let entries: [Entry]
  }

  /// Architectures first, then what they are made of, then what trains them, then the recipe.
  let families: [Family]
  /// Model files, those of folders last.
  let presets: [Line]
  /// The folders among them.
  private let presetFolders: [String]
  /// Comparisons that are written down.
  let suites: [Line]
  /// Combinations that are refused.
  let rules: [Line]
  /// Every setting by path, for names that are not listed.
  let settings: SettingSearch

  private enum CodingKeys: String, CodingKey { case families, presets, suites, rules }

  init(_ workplace: Workplace) throws {
    let catalog = workplace.registry.catalog
    families =
      catalog.familyNames.sorted { $0 == "architecture" && $1 != "architecture" }.map { family in
        Family(name: family, entries: catalog.declarations(family: family).map(Entry.init))
      } + [Family(name: "recipe", entries: [Entry(Recipe.declaration)])]
    settings = SettingSearch(catalog)
    let found = workplace.presets
    let all = try found.list() + found.subfolders.flatMap { try found.list(under: $0) }
    presets = all.map { Line(name: $0.name, summary: $0.summary) }
    presetFolders = found.subfolders
    let library = try SuiteLibrary.standard(workplace.registry)
    suites = try library.names.map { Line(name: $0, summary: try library.load($0).summary) }
    rules =
      workplace.registry.rules.map { Line(name: $0.name, summary: $0.reason) } + [
        Line(
          name: "target-stays-hidden",
          summary: "an objective is refused under a mask that shows a position its own target")
      ]
  }

  /// Every name that `zoo list NAME` knows.
  var names: [String] {
    ["presets", "suites", "rules"] + families.map(\.name) + families.flatMap { $0.entries.map(\.name) }
      + presetFolders + presets.map(\.name) + suites.map(\.name) + rules.map(\.name)
  }
}

extension ZooListing {
  /// Prints everything: one line each, or with every setting.
  func show(withSettings: Bool, on console: Console) {
    showPresets(on: console)
    for family in families where family.name != "recipe" || withSettings {
      if withSettings { show(family, on: console) } else { showLines(of: family, on: console) }
    }
    show(suites, titled: Self.suitesTitle, on: console)
    show(rules, titled: "rules (combinations that are refused)", on: console)
    if !withSettings {
      console.line(
        "\n\(ShellCommand("list")) NAME shows a family, a component or a setting, "
          + "\(ShellCommand("list", "--settings")) all settings.")
    }
  }

  /// Prints what has this name.
  ///
  /// - Throws: `UsageError` with the nearest name.
  func show(_ name: String, on console: Console) throws {
    guard names.contains(name) else {
      let found = settings.matches(name)
      guard found.isEmpty else { return show(found, on: console) }
      let nearest = nearestName(to: name, among: names + settings.names).map { "; did you mean \($0)?" }
      throw UsageError(
        "list: nothing is called \"\(name)\"" + (nearest ?? "; all names: \(ShellCommand("list"))"))
    }
    if name == "presets" { showPresets(on: console) }
    if presetFolders.contains(name) { show(presets(in: name), titled: "presets", on: console) }
    if name == "suites" { show(suites, titled: Self.suitesTitle, on: console) }
    if name == "rules" { show(rules, titled: "rules (combinations that are refused)", on: console) }
    for family in families {
      if family.name == name {
        show(family, on: console)
      } else {
        for entry in family.entries where entry.name == name {
          show(Family(name: family.name, entries: [entry]), on: console)
        }
      }
    }
    let named = presets.filter { $0.name == name }
    if !named.isEmpty {
      show(named, titled: "presets", on: console)
      console.line("  in full: \(ShellCommand("describe", name))")
    }
    show(suites.filter { $0.name == name }, titled: Self.suitesTitle, on: console)
    show(rules.filter { $0.name == name }, titled: "rules", on: console)
  }

  /// What `show(name)` shows, for scripts.
  func filtered(_ name: String) -> ZooListing {
    ZooListing(
      families: families.compactMap { family in
        let entries = family.name == name ? family.entries : family.entries.filter { $0.name == name }
        return entries.isEmpty ? nil : Family(name: family.name, entries: entries)
      },
      presets: presets.filter { name == "presets" || $0.name == name } + presets(in: name),
      presetFolders: presetFolders,
      suites: suites.filter { name == "suites" || $0.name == name },
      rules: rules.filter { name == "rules" || $0.name == name }, settings: settings)
  }

  private static let suitesTitle = "suites (\(ShellCommand("compare")) NAME)"

  private init(
    families: [Family], presets: [Line], presetFolders: [String], suites: [Line], rules: [Line],
    settings: SettingSearch
  ) {
    self.families = families
    self.presets = presets
    self.presetFolders = presetFolders
    self.suites = suites
    self.rules = rules
    self.settings = settings
  }

  private func presets(in folder: String) -> [Line] { presets.filter { $0.name.hasPrefix(folder + "/") } }

  /// Prints the presets; of a folder, how many there are.
  private func showPresets(on console: Console) {
    let folders = presetFolders.map { folder in
      Line(
        name: folder + "/",
        summary:
          "\(Format.counted(presets(in: folder).count, "preset")); list: \(ShellCommand("list", folder))")
    }
    show(presets.filter { !$0.name.contains("/") } + folders, titled: "presets", on: console)
  }

  /// Prints settings with the paths that `--set` takes.
  private func show(_ found: [SettingSearch.Entry], on console: Console) {
    console.heading("settings")
    var table = Table([
      .init("path", .left), .init("default", .left), .init("allowed", .left, smallestWidth: 16),
      .init("", .left, smallestWidth: 16),
    ])
    for entry in found {
      let setting = SettingEntry(entry.setting)
      table.add(entry.path, shown(setting.default), setting.allowed, setting.help)
    }
    console.table(table, indent: 2)
    for family in Set(found.compactMap(\.setting.kind.family)).sorted() {
      console.line("  every \(family), with its settings: \(ShellCommand("list", family))")
    }
    if let first = found.first {
      console.line("  change it with --set \(first.path)=VALUE")
    }
  }

  private func show(_ lines: [Line], titled title: String, on console: Console) {
    guard !lines.isEmpty else { return }
    console.heading(title)
    var table = Table([.init("", .left), .init("", .left, smallestWidth: 20)])
    for line in lines { table.add(line.name, line.summary) }
    console.table(table, indent: 2)
  }

  private func showLines(of family: Family, on console: Console) {
    console.heading(family.name)
    var table = Table([
      .init("", .left), .init("", .left, smallestWidth: 20), .init("", .left, smallestWidth: 10),
    ])
    for entry in family.entries { table.add(entry.name, entry.summary, entry.source) }
    console.table(table, indent: 2)
  }

  private func show(_ family: Family, on console: Console) {
    console.heading(family.name)
    for (index, entry) in family.entries.enumerated() {
      if index > 0, !entry.settings.isEmpty { console.line() }
      let source = entry.source.isEmpty ? "" : "; " + entry.source
      let origin =
        ["Transformer", "Text", "Zoo", "Training", "Evaluation"].contains(entry.origin)
        ? "" : "; from \(entry.origin)"
      console.block(
        wrap(
          "\(entry.name): \(entry.summary)\(source)\(origin)", width: console.helpWidth, indent: 4, first: 2))
      var table = Table([
        .init("setting", .left), .init("default", .left), .init("allowed", .left, smallestWidth: 16),
        .init("", .left, smallestWidth: 16),
      ])
      for setting in entry.settings {
        table.add(setting.name, shown(setting.default), setting.allowed, setting.help)
      }
      if !entry.settings.isEmpty { console.table(table, indent: 4) }
    }
  }

  /// A default without the marks of JSON: `rms` and `10000` instead of `"rms"` and `10000.0`.
  private func shown(_ value: Node?) -> String {
    guard let json = value?.json() else { return "(must be written)" }
    let word = json.count > 2 && json.hasPrefix("\"") ? String(json.dropFirst().dropLast()) : json
    return word.hasSuffix(".0") ? String(word.dropLast(2)) : word
  }
}
