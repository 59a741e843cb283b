import Foundation
import Settings
import SyntheticCorpus
import Text
import Training

/// A saved comparison: which models, trained how, how often, and what decides.
///
/// What a suite says is what a command line would say, in a file that can be cited, repeated and changed:
///
///     {
///       summary: "how much of the text should be hidden?",
///       seeds: 6,
///       primary: "verbs-both-sides",
///       set: ["recipe.steps=1000"],
///       match: ["supervised"],
///       declared: ["objective", "supervised fraction"],
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
    /// The arm that it is compared with; nil for the first.
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

  enum Keys {
    static let summary = Key.text("summary", default: nil, help: "description in one line")
    static let arms = Key.components(
      "arms", of: Family<Never>("arm"), help: "the models, the first one the reference")
    static let set = Key.texts("set", help: "edits path=value for all arms")
    static let seeds = Key.integer("seeds", 1...1000, default: 1, help: "number of seeds per arm")
    static let untilDecided = Key.flag(
      "untilDecided", default: false,
      help: "add seeds until every comparison is decided, at most the number given by seeds")
    static let primary = Key.text(
      "primary", default: PrimaryMeasure.likelihood.rawValue,
      help: "the decisive measure; for an evaluation of this suite, NAME or NAME/FIGURE")
    static let path = Key.flag(
      "path", default: false,
      help: "the arms are steps of one path, each compared with the one before it")
    static let probes = Key.flag(
      "probes", default: false,
      help: "fit linear probes to the hidden states of the models")
    static let fineTune = Key.texts("fineTune", help: "tasks that the trained models are fine-tuned on")
    static let evaluations = Key.components(
      "evaluations", of: Family<Never>("evaluation"), mayBeEmpty: true,
      help: "registered evaluations to run on the trained models")
    static let declared = Key.texts(
      "declared",
      help:
        "rows of the certificate that differ by design; none: the rows in which encoders and decoders differ")
    static let match = Key.texts("match", help: "quantities by which the later arms are matched to the first")
    static let tune = Key.component(
      "tune", of: Family<Never>("tuning"), default: Tuning.declaration.name,
      help: "learning rates to try for every arm before training")
    static let all: [any SettingKey] = [
      summary, arms, set, seeds, untilDecided, primary, path, probes, fineTune, evaluations, declared, match,
      tune,
    ]
  }

  private enum ArmKeys {
    static let model = Key.text("model", default: nil, help: "a preset or a descriptor file")
    static let name = Key.optionalText(
      "name", help: "the name in tables; default: a name made from the edits")
    static let set = Key.texts("set", help: "edits path=value, of the recipe by recipe.path=value")
    static let against = Key.optionalText("against", help: "the arm that it is compared with")
  }

  private static let declaration = ComponentDeclaration(
    family: "suite", name: "suite", summary: "a saved comparison", keys: Keys.all)

  private static let arm = ComponentDeclaration(
    family: "arm", name: "arm", summary: "one model of a suite",
    keys: [ArmKeys.model, ArmKeys.name, ArmKeys.set, ArmKeys.against])

  /// Reads a suite.
  ///
  /// - Parameters:
  ///   - node: the tree of the suite.
  ///   - name: the file's name without folder and ending.
  ///   - evaluations: the registered ones, which a suite may name.
  /// - Throws: `SettingsError` with every problem at once, with places.
  public init(_ node: Node, name: String, evaluations: [ComponentDeclaration] = []) throws {
    let catalog = try Catalog([Self.arm, Tuning.declaration] + evaluations)
    let (resolved, found) = catalog.resolve(node, as: Self.declaration)
    let problems = found + Self.unknownWords(node)
    guard let resolved else { throw SettingsError(title: name, problems: problems) }
    self.name = name
    summary = resolved[Keys.summary]
    sets = resolved[Keys.set]
    seeds = resolved[Keys.seeds]
    declared = Set(resolved[Keys.declared].map(Certificate.currentName))
    matches = Set(resolved[Keys.match].compactMap(MatchKind.init))
    let trials = Tuning.of(resolved, node)
    tuning = trials.tuning
    let isPath = resolved[Keys.path]
    var arms: [Arm] = []
    for arm in resolved[Keys.arms] {
      let sets = arm[ArmKeys.set]
      let made = ([arm[ArmKeys.model]] + sets.map(Self.shortName)).joined(separator: "-")
      arms.append(
        Arm(
          name: arm[ArmKeys.name] ?? made, model: arm[ArmKeys.model], sets: sets,
          against: arm[ArmKeys.against] ?? (isPath ? arms.last?.name : nil)))
    }
    self.arms = arms
    design = Design(
      question: summary, primary: PrimaryMeasure(rawValue: resolved[Keys.primary]),
      isPath: isPath, primaryIsDefault: !resolved.written.contains("primary"),
      stopsWhenDecided: resolved[Keys.untilDecided], probes: resolved[Keys.probes],
      tasks: resolved[Keys.fineTune].compactMap { GrammarTask(rawValue: $0) },
      evaluations: resolved[Keys.evaluations].map { $0.node().json() })
    let wrong =
      problems + trials.problems + Self.problems(arms, node)
    guard wrong.isEmpty else { throw SettingsError(title: name, problems: wrong) }
  }

  /// An edit as a part of a name.
  public static func shortName(_ edit: String) -> String {
    let prefix = Recipe.editPrefix
    let short = edit.hasPrefix(prefix) ? String(edit.dropFirst(prefix.count)) : edit
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
