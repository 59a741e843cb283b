import Foundation
import Settings
import SyntheticCorpus
import Text

/// A comparison that is written down: which models, trained how, how often, and what decides.
///
/// What a suite says is what a command line would say, in a file that can be cited, repeated and changed:
///
///     {
///       summary: "how much of the text should be hidden?",
///       seeds: 6,
///       primary: "verbs-both-sides",
///       set: ["recipe.steps=1000"],
///       match: ["supervised"],
///       declared: ["objective", "supervised share"],
///       tune: { learningRate: [1e-3, 2e-3, 4e-3], by: "halving" },
///       arms: [
///         { name: "15 %", model: "bert" },
///         { name: "30 %", model: "bert", set: ["recipe.objective.rate=0.3"] },
///       ],
///     }
public struct Suite: Sendable {
  /// One model of a suite.
  public struct Arm: Sendable {
    /// The name in tables.
    public let name: String
    /// A preset or a descriptor file.
    public let model: String
    /// Edits of the model, and of the recipe by `recipe.…`.
    public let sets: [String]
    /// The arm that it is held against; nil for the first.
    public let against: String?
  }

  /// The name: the file's.
  public let name: String
  /// What it is about, in one line.
  public let summary: String
  /// The models, the first one the reference.
  public let arms: [Arm]
  /// Edits of all arms, before their own.
  public let sets: [String]
  /// How often every arm is trained.
  public let seeds: Int
  /// The design that the statistics follow.
  public let design: Design
  /// Rows of the certificate whose difference is what the suite is about; none: those in which encoders and
  /// decoders differ by design.
  public let declared: Set<String>
  /// What the later arms are made equal to the first in.
  public let matches: Set<MatchKind>
  /// Which learning rates every arm tries before it is trained; nil: those of its recipe.
  public let tuning: Tuning?

  private static let declaration = ComponentDeclaration(
    family: "suite", name: "suite", summary: "a comparison that is written down",
    settings: [
      Setting("summary", .text, default: nil, help: "what it is about, in one line"),
      Setting("arms", .list("arm"), default: nil, help: "the models, the first one the reference"),
      Setting("set", .texts, default: .list([]), help: "edits path=value of all arms"),
      Setting("seeds", .integer(1...1000), default: .integer(1), help: "how often every arm is trained"),
      Setting(
        "untilDecided", .flag, default: .flag(false),
        help: "whether seeds are added only until every comparison is decided; seeds is then the most"),
      Setting(
        "primary", .choice(PrimaryMeasure.allCases.map(\.rawValue)),
        default: .text(PrimaryMeasure.likelihood.rawValue), help: "the measure that decides"),
      Setting(
        "path", .flag, default: .flag(false),
        help: "whether the arms are steps of one path, each held against the one before"),
      Setting(
        "probes", .flag, default: .flag(false),
        help: "whether the report says what can be read off the models' vectors"),
      Setting(
        "fineTune", .texts, default: .list([]), help: "tasks that the trained models are fine-tuned on"),
      Setting(
        "declared", .texts, default: .list([]),
        help:
          "rows of the certificate whose difference is intended; none: all in which kinds differ by design"),
      Setting(
        "match", .texts, default: .list([]), help: "what the later arms are made equal to the first in"),
      Setting(
        "tune", .component("tuning"), default: .text(Tuning.declaration.name),
        help: "learning rates that every arm tries before it is trained"),
    ], source: "", origin: "Comparison")

  private static let arm = ComponentDeclaration(
    family: "arm", name: "arm", summary: "one model of a suite",
    settings: [
      Setting("model", .text, default: nil, help: "a preset or a descriptor file"),
      Setting("name", .optionalText, default: .null, help: "the name in tables; default: made of the edits"),
      Setting(
        "set", .texts, default: .list([]), help: "edits path=value, of the recipe by recipe.path=value"),
      Setting("against", .optionalText, default: .null, help: "the arm that it is held against"),
    ], source: "", origin: "Comparison")

  /// Reads a suite.
  ///
  /// - Parameter name: the file's name without folder and ending.
  /// - Throws: `SettingsError` with every problem at once, with places.
  public init(_ node: Node, name: String) throws {
    let catalog = try Catalog([Self.arm, Tuning.declaration])
    let (resolved, found) = catalog.resolve(node, as: Self.declaration)
    let problems = found + Self.unknownWords(node)
    guard let resolved else { throw SettingsError(title: name, problems: problems) }
    self.name = name
    summary = resolved.text("summary")
    sets = resolved.texts("set")
    seeds = resolved.integer("seeds")
    declared = Set(resolved.texts("declared"))
    matches = Set(resolved.texts("match").compactMap(MatchKind.init))
    let trials = Tuning.of(resolved, node)
    tuning = trials.tuning
    let isPath = resolved.flag("path")
    var arms: [Arm] = []
    for arm in resolved.components("arms") {
      let sets = arm.texts("set")
      let made = ([arm.text("model")] + sets.map(Self.shortName)).joined(separator: "-")
      arms.append(
        Arm(
          name: arm.optionalText("name") ?? made, model: arm.text("model"), sets: sets,
          against: arm.optionalText("against") ?? (isPath ? arms.last?.name : nil)))
    }
    self.arms = arms
    design = Design(
      question: summary, primary: PrimaryMeasure(rawValue: resolved.text("primary")) ?? .likelihood,
      isPath: isPath, primaryIsDefault: !resolved.written.contains("primary"),
      stopsWhenDecided: resolved.flag("untilDecided"), probes: resolved.flag("probes"),
      tasks: resolved.texts("fineTune").compactMap { GrammarTask(rawValue: $0) })
    let wrong = problems + trials.problems + Self.problems(arms, node)
    guard wrong.isEmpty else { throw SettingsError(title: name, problems: wrong) }
  }

  /// An edit as a part of a name.
  public static func shortName(_ edit: String) -> String {
    let short = edit.hasPrefix("recipe.") ? String(edit.dropFirst("recipe.".count)) : edit
    let words = short.split { !($0.isLetter || $0.isNumber || "=.-+".contains($0)) }
    return words.joined(separator: "-")
  }

  private static func problems(_ arms: [Arm], _ node: Node) -> [Problem] {
    var problems: [Problem] = []
    if arms.count < 2 {
      problems.append(
        Problem(
          path: "arms", found: "\(arms.count)", allowed: "two or more",
          reason: "there is nothing to compare", place: node.place(at: "arms")))
    }
    for (index, arm) in arms.enumerated() {
      let path = "arms.\(index)"
      let before = arms[..<index].map(\.name)
      if before.contains(arm.name) {
        problems.append(
          Problem(
            path: path + ".name", found: "\"\(arm.name)\"", reason: "two arms have this name",
            place: node.place(at: path + ".name")))
      }
      if let against = arm.against, !before.contains(against) {
        problems.append(
          Problem(
            path: path + ".against", found: "\"\(against)\"",
            allowed: before.isEmpty
              ? "nothing: the first arm is the reference" : before.joined(separator: ", "),
            reason: "no earlier arm has this name", nearest: nearestName(to: against, among: before),
            place: node.place(at: path + ".against")))
      }
    }
    return problems
  }
}
