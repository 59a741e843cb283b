import Installed
import Settings
import Training
import Transformer
import Wording
import Zoo

/// Every setting of models and recipes by the path that `--set` takes, found by name.
struct SettingSearch {
  /// A setting at its path, such as `recipe.optimiser.learningRate`.
  struct Entry: Encodable {
    let path: String
    let setting: Setting

    private enum CodingKeys: String, CodingKey { case path, `default`, allowed, help }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      let shown = SettingEntry(setting)
      try container.encode(path, forKey: .path)
      try container.encodeIfPresent(shown.default, forKey: .default)
      try container.encode(shown.allowed, forKey: .allowed)
      try container.encode(shown.help, forKey: .help)
    }
  }

  /// Names that other programs have for a setting.
  private static let aliases = [
    "lr": "learningRate", "wd": "decay", "weightdecay": "decay", "seqlen": "context", "hidden": "width",
    "dmodel": "width",
  ]
  /// Components inside components end here.
  private static let deepest = 6

  /// The settings, those of models first, shorter paths before longer ones.
  let entries: [Entry]

  /// The settings of a catalog.
  init(_ catalog: Catalog) {
    var found: [Entry] = []
    var seen: Set<String> = []
    func walk(_ declaration: ComponentDeclaration, below path: String, depth: Int) {
      guard depth < Self.deepest else { return }
      for setting in declaration.settings {
        var inner = path + setting.name
        let family = setting.kind.family
        if case .list(let name) = setting.kind {
          // A descriptor writes one block for all.
          inner = setting.name == ModelSettings.blocks.name ? path + name : inner + ".0"
        }
        if seen.insert(inner).inserted { found.append(Entry(path: inner, setting: setting)) }
        for component in family.map(catalog.declarations(family:)) ?? [] {
          walk(component, below: inner + ".", depth: depth + 1)
        }
      }
    }
    found.append(Entry(path: BlockExpansion.layers.name, setting: BlockExpansion.layers.setting))
    for architecture in catalog.declarations(family: "architecture") {
      walk(architecture, below: "", depth: 0)
    }
    walk(Recipe.declaration, below: RecipeOptions.prefix, depth: 0)
    entries = found.enumerated().sorted { left, right in
      func key(_ entry: Entry) -> [Int] {
        [entry.path.hasPrefix(RecipeOptions.prefix) ? 1 : 0, entry.path.split(separator: ".").count]
      }
      return (key(left.element) + [left.offset]).lexicographicallyPrecedes(
        key(right.element) + [right.offset])
    }.map(\.element)
  }

  /// Every name at the end of a path.
  var names: [String] { Array(Set(entries.map { Self.name($0.path) })).sorted() }

  /// The settings of that name: a whole path, its last word, or a usual abbreviation, with or without dashes.
  func matches(_ name: String) -> [Entry] {
    let plain = Self.plain(name)
    let wanted = Self.aliases[plain].map(Self.plain) ?? plain
    let whole = entries.filter { Self.plain($0.path) == wanted }
    return whole.isEmpty ? entries.filter { Self.plain(Self.name($0.path)) == wanted } : whole
  }

  /// What to say of a flag that is a setting's name; nil when no setting has it.
  static func hint(flag: String, value: String?) -> String? {
    guard let search = (try? PluginOptions.builtIn().catalog).map(SettingSearch.init) else {
      return nil
    }
    let found = search.matches(flag)
    guard let first = found.first else { return nil }
    let edit = "--set " + ShellCommand.quoted("\(first.path)=\(value ?? "VALUE")")
    let others = found.dropFirst().prefix(3).map(\.path)
    return "it is a setting: \(edit)"
      + (others.isEmpty ? "" : "; others of that name: " + others.joined(separator: ", "))
  }

  /// Reads settings of a model or of a recipe. An error of an edit that is one of the other's names the path there.
  static func completing<Value>(_ registry: Registry, _ read: () throws -> Value) throws -> Value {
    do { return try read() } catch let error as SettingsError {
      func isOpen(_ problem: Problem) -> Bool { problem.suggestions == [] && problem.place?.isEdit ?? false }
      guard error.problems.contains(where: isOpen) else { throw error }
      let search = SettingSearch(registry.catalog)
      throw SettingsError(
        title: error.title,
        problems: error.problems.map { problem in
          guard isOpen(problem) else { return problem }
          var whole = problem
          let found = search.matches(name(problem.path)).map(\.path)
          // An element of a list can only be set where the list has one.
          whole.suggestions = found.filter {
            isOfRecipe($0) != isOfRecipe(problem.path)
              && !$0.split(separator: ".").contains { Int($0) != nil }
          }
          return whole
        })
    }
  }

  private static func isOfRecipe(_ path: String) -> Bool { path.hasPrefix(RecipeOptions.prefix) }

  private static func name(_ path: String) -> String {
    path.split(separator: ".").last.map(String.init) ?? path
  }
  private static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }
}
