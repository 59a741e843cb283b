import Foundation
import Kernels
import Settings
import Text
import Zoo

extension Recipe {
  /// The declaration of a recipe's settings.
  public static let declaration = ComponentDeclaration(
    family: "recipe", name: "recipe", summary: "how a model is trained", keys: RecipeSettings.all)

  /// What edits of a recipe begin with on a command line: `--set recipe.batch=4`.
  package static let editPrefix = "recipe."
  /// The name of the text that comes with the program.
  package static let embeddedText = "embedded"
  /// The name that stands for the objective of an architecture.
  static let ownObjective = "auto"

  /// Completes and checks a recipe tree.
  ///
  /// - Parameters:
  ///   - node: the tree of settings.
  ///   - title: the title of an error.
  ///   - sets: edits `path=value` on the tree.
  ///   - catalog: the declarations of all components.
  /// - Throws: `SettingsError` with every problem at once.
  public static func resolve(_ node: Node, title: String, sets: [String] = [], in catalog: Catalog) throws
    -> Recipe
  {
    func refuse(_ problems: [Problem]) -> SettingsError {
      SettingsError(title: title, problems: problems.map { $0.below(editPrefix) })
    }
    let edited = try node.applying(sets: sets, below: editPrefix)
    let (resolved, problems) = catalog.resolve(edited, as: declaration)
    guard let resolved, problems.isEmpty else { throw refuse(problems) }
    let budgets = Budget.settings.filter { edited[$0].map { $0.value != .null } ?? false }
    if budgets.count > 1 {
      throw refuse([
        Problem(
          path: budgets[1], found: budgets.joined(separator: " and "),
          allowed: "one of " + Budget.settings.joined(separator: ", "),
          reason: "a run has one budget", place: edited.place(at: budgets[1]))
      ])
    }
    return Recipe(settings: resolved, node: edited)
  }

  /// Completes a recipe that was recorded with every default written out. One from before files were divided into
  /// documents has read all of them as text.
  ///
  /// - Parameters:
  ///   - json: the recipe as JSON text.
  ///   - title: the title of an error.
  ///   - sets: edits `path=value` on it.
  ///   - catalog: the declarations of all components.
  /// - Throws: `SettingsError` when this program no longer accepts it.
  package static func recorded(_ json: String, title: String, sets: [String] = [], in catalog: Catalog) throws
    -> Recipe
  {
    let node = try Node.parse(json, file: title)
    let name = RecipeSettings.format.name
    let isOlder = node[name] == nil && !sets.contains { $0.hasPrefix(name + "=") }
    return try resolve(node, title: title, sets: (isOlder ? [asText] : []) + sets, in: catalog)
  }

  /// The edit that reads all files as text.
  static let asText = "\(RecipeSettings.format.name)=\(DataFormat.text.rawValue)"

  /// Reads a recipe written by the user, from a file and edits or from edits alone, and checks that its settings fit
  /// together, too.
  ///
  /// - Parameters:
  ///   - path: a recipe file; nil: the defaults alone.
  ///   - defaults: edits of a command, before what was written.
  ///   - sets: edits `path=value` that were written.
  ///   - registry: the registry of components.
  /// - Throws: `SettingsError` that names file, line and column.
  public static func load(
    _ path: String?, defaults: [String] = [], sets: [String] = [], registry: Registry
  ) throws -> Recipe {
    let node = try path.map(read) ?? Node(.object([]))
    let title = path ?? "recipe"
    var recipe = try resolve(node, title: title, sets: defaults + sets, in: registry.catalog)
    recipe.written = try node.applying(sets: sets, below: editPrefix)
    let problems = TrainingRules.problems(recipe, registry).map { $0.below(editPrefix) }
    guard problems.isEmpty else { throw SettingsError(title: title, problems: problems) }
    return recipe
  }

  /// The recipe with edits that no user wrote, such as another seed or length.
  ///
  /// - Parameters:
  ///   - sets: edits `path=value`.
  ///   - title: what an error names.
  /// - Throws: `SettingsError` when an edit is not accepted.
  package func applying(_ sets: [String], title: String = "recipe", _ registry: Registry) throws -> Recipe {
    var recipe = try Recipe.resolve(node, title: title, sets: sets, in: registry.catalog)
    recipe.written = written
    return recipe
  }

  /// Refuses a warm-up or decay that the user set and that does not fit into a run: what a budget
  /// in anything but steps comes to is only known when the text is.
  ///
  /// - Parameter steps: of the run.
  /// - Throws: `SettingsError` that names the setting.
  package func expectScheduleFits(steps: Int) throws {
    let problems = TrainingRules.schedule(self, steps: steps).map { $0.below(Self.editPrefix) }
    guard problems.isEmpty else { throw SettingsError(title: "recipe", problems: problems) }
  }

  /// The tree of a recipe file with all that it extends.
  private static func read(_ path: String) throws -> Node {
    try Extension.resolve(try Node.read(URL(fileURLWithPath: path), as: path), name: path) {
      name, _ in
      let base = URL(fileURLWithPath: path).deletingLastPathComponent().appending(path: name)
      return try Node.read(base, as: name)
    }
  }

  /// Edits that put a budget in steps in the place of the recipe's own.
  package func edits(toLast steps: Int) -> [String] {
    ["steps=\(steps)"]
      + Budget.settings.filter { $0 != "steps" && node[$0] != nil }.map { "\($0)=null" }
  }

  /// The recipe as JSON text, every default written out.
  public var json: String { settings.node(typeKey: nil).json() }

  /// The objective's name with all of its settings that are not the defaults, such as `masked-lm, rate 0.3`.
  /// Losses measure the same only where these words are the same.
  package func task(of objective: any Objective) -> String {
    let chosen = settings[RecipeSettings.objective]
    let changed = chosen.listing.filter { line in
      let name = line.path.split(separator: ".").last.map(String.init) ?? line.path
      return chosen.declaration.setting(name)?.default.map { Node($0).json() } != line.value
    }
    let words = changed.map { line in
      let name = line.path.split(separator: ".").last.map(String.init) ?? line.path
      return Self.words(ofFlag: name, line.value) ?? "\(name) \(line.value)"
    }
    return ([objective.name] + words).joined(separator: ", ")
  }

  /// A flag of an objective in words: `shift`, `no start token`; nil for another value.
  private static func words(ofFlag name: String, _ value: String) -> String? {
    let noun = name == "start" ? "start token" : name
    return ["true": noun, "false": "no \(noun)"][value]
  }

  /// The objective: the recipe's, or else the architecture's own.
  ///
  /// - Throws: `SettingsError` when the architecture names an objective that does not exist.
  public func objective(for architecture: any Architecture, registry: Registry) throws -> any Objective {
    let chosen = settings[RecipeSettings.objective]
    guard chosen.type == Self.ownObjective else {
      return try registry.member(chosen.type, of: .objective)(chosen)
    }
    let (own, problems) = registry.catalog.resolve(
      Node(.text(architecture.defaultObjective)), family: "objective", path: "objective")
    guard let own else { throw SettingsError(title: "objective", problems: problems) }
    return try registry.member(own.type, of: .objective)(own)
  }
}
