import CommandLineKit
import Foundation
import Settings
import Text
import Training
import Zoo

/// The options by which a command line patches a recipe.
enum RecipeOptions {
  /// Edits of the recipe start with this in `--set`.
  static let prefix = Recipe.editPrefix

  /// Flags for the settings that are changed most often; every other one is reached by `--set recipe.…`.
  static let all: [Option] =
    [
      .value("recipe", .text, as: "file", help: "a recipe file (JSON5)", group: "Training"),
      .value(
        "data", .text, as: "path",
        help:
          "a text file, folder or pattern, or - for standard input; default: the embedded corpus (write ./embedded for a "
          + "file called embedded)",
        repeatable: true, group: "Training"),
      .value(
        "weight", .number(0.001...1000), of: "data",
        help:
          "how often the windows of the text before it occur in an epoch; the end of each text is then held out",
        group: "Training"),
    ] + reading + [
      .value("steps", .integer(1...1_000_000_000), help: "budget in steps", group: "Training"),
      .value("tokens", .integer(1...1_000_000_000_000), help: "budget in content tokens", group: "Training"),
      .value(
        "minutes", .number(0.01...1_000_000), help: "budget in minutes on this machine", group: "Training"),
      .value(
        "supervised-tokens", .integer(1...1_000_000_000_000), help: "budget in predictions trained on",
        group: "Training"),
      .value(
        "flops", .number(1...1e27), help: "budget in FLOPs of training, such as 1e15", group: "Training"),
      .value(
        "bytes", .integer(1...1_000_000_000_000_000), help: "budget in bytes of text", group: "Training"),
      .value("batch", .integer(1...65_536), help: "sequences per micro-batch", group: "Training"),
      .value("seed", .integer(0...Int.max), help: "random seed", group: "Training"),
    ]
  /// How files are divided into documents.
  static let reading: [Option] = [
    .value(
      "format", .choice(DataFormat.allCases.map(\.rawValue)),
      help: "how files are divided into documents; default: by their names", group: "Training"),
    .value(
      "field", .text, as: "name", ofOneOrAll: "data",
      help:
        "field (JSONL) or column (CSV, TSV) that holds the text; given once: of all texts, else of the text before it; "
        + "default: text",
      group: "Training"),
    .flag(
      "skip-bad", help: "skip lines and documents that cannot be used, and print their number",
      group: "Training"),
  ]
  /// A run has one budget.
  static let budgets = Conflict(Budget.settings.map(flag), because: "a run has one budget")

  /// A setting's name as a flag: `supervised-tokens`.
  private static func flag(_ setting: String) -> String {
    setting.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  }

  static let set = Option.value(
    "set", .text, as: "path=value",
    help: "change a setting of the model, or of the recipe with recipe.path=value",
    repeatable: true, group: "Model")
  static let threads = Option.value(
    "threads", .integer(1...1024), help: "number of threads; default: all cores")

  /// The recipe of a command line.
  ///
  /// - Parameters:
  ///   - defaults: edits that come before the command line's own.
  ///   - edits: edits that come after them.
  static func recipe(
    _ arguments: ParsedArguments, _ registry: Registry, defaults: [String] = [], edits: [String] = []
  ) throws -> Recipe {
    var sets = (arguments.options("set") + edits).filter { $0.hasPrefix(prefix) }.map {
      String($0.dropFirst(prefix.count))
    }
    for name in Budget.settings + ["batch", "seed"] where arguments.command.option(flag(name)) != nil {
      if let value = arguments.option(flag(name)) { sets.append("\(name)=\(value)") }
    }
    let paths = arguments.options("data")
    if !paths.isEmpty { sets.append(data(paths)) }
    sets += readingSets(arguments)
    let weights = arguments.command.option("weight") == nil ? [:] : arguments.attached("weight")
    if !weights.isEmpty {
      sets.append("weights=[" + paths.indices.map { weights[$0] ?? "1" }.joined(separator: ", ") + "]")
    }
    let changedBudget = Budget.settings.contains { name in sets.contains { $0.hasPrefix("\(name)=") } }
    if changedBudget {
      // A budget on the command line replaces the one that the recipe file names.
      sets += Budget.settings.filter { name in !sets.contains { $0.hasPrefix("\(name)=") } }
        .map { "\($0)=null" }
    }
    // A recipe file says everything itself; the command's defaults replace one.
    let kept = arguments.option("recipe") != nil ? [] : standing(defaults, after: sets)
    let recipe = try SettingSearch.completing(registry) {
      try Recipe.load(arguments.option("recipe"), defaults: kept, sets: sets, registry: registry)
    }
    if recipe.data == nil, let name = ["field", "format"].first(where: arguments.isGiven) {
      throw UsageError(
        "--\(name) says how files of texts are read, and the text is the embedded corpus; name files: --data FILE"
      )
    }
    return recipe
  }

  /// The edits of a run's recipe that name another text, which is read as the command line says.
  static func otherText(_ paths: [String], _ arguments: ParsedArguments) -> [String] {
    let given = readingSets(arguments)
    return [data(paths)] + standing(Recipe.usualReading, after: given) + given
  }

  /// The edits of a recipe that say how files are divided into documents.
  static func readingSets(_ arguments: ParsedArguments) -> [String] {
    guard reading.allSatisfy({ arguments.command.option($0.name) != nil }) else { return [] }
    let format = arguments.option("format").map { ["format=" + Node(.text($0)).json()] } ?? []
    return format + fieldSets(arguments) + (arguments.flag("skip-bad") ? ["skipBad=true"] : [])
  }

  /// The edit of a recipe that names the field of all texts, or that of each.
  private static func fieldSets(_ arguments: ParsedArguments) -> [String] {
    let (given, own) = (arguments.options("field"), arguments.attached("field"))
    guard given.count > 1 else { return given.map { "field=" + Node(.text($0)).json() } }
    let fields = arguments.options("data").indices.map { own[$0] ?? DataReading.defaultField }
    return ["field=" + Node(.list(fields.map { Node(.text($0)) })).json()]
  }

  /// The edit of a recipe that names texts. Several paths, and one with a comma that exists, are a list, which names
  /// them exactly.
  static func data(_ paths: [String]) -> String {
    let isExact =
      paths.count > 1 || paths.contains { FileManager.default.fileExists(atPath: $0) && $0.contains(",") }
    let value: Node.Value = isExact ? .list(paths.map { Node(.text($0)) }) : .text(paths.first ?? "embedded")
    return "data=" + Node(value).json()
  }

  /// The earlier edits that later ones do not replace.
  static func standing(_ earlier: [String], after later: [String]) -> [String] {
    func path(_ set: String) -> String { String(set.prefix { $0 != "=" }) }
    let changed = later.map(path)
    // A run has one budget: another one replaces it.
    let hasBudget = changed.contains(where: Budget.settings.contains)
    return earlier.filter { set in
      let path = path(set)
      // What replaces a whole component replaces the edits inside it, too.
      let isChanged = changed.contains { path == $0 || path.hasPrefix($0 + ".") }
      return !isChanged && !(hasBudget && Budget.settings.contains(path))
    }
  }
}

/// What a run that continues refuses: it is defined already.
enum Resuming {
  static let reason = "a resumed run keeps its model, its recipe and its folder"

  /// `--resume` beside each option that would define a new run.
  ///
  /// - Parameter allowed: names of options that may change when a run continues.
  static func conflicts(but allowed: Set<String> = []) -> [Conflict] {
    (RecipeOptions.all + [RecipeOptions.set]).filter { !allowed.contains($0.name) }.map(conflict)
      + [Conflict(["resume", "out"], because: reason)]
  }

  /// `--resume` beside an option that would define a new run.
  static func conflict(_ option: Option) -> Conflict { Conflict(["resume", option.name], because: reason) }

  /// Refuses the names of models.
  static func refuse(_ models: [String]) throws {
    guard let model = models.first else { return }
    throw UsageError("--resume: \(reason); leave \"\(model)\" out")
  }
}
