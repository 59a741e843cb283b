import Foundation
import Settings
import Training
import Wording
import Zoo

/// `experiment.json`: what defines a comparison, so that a stopped one can continue.
///
/// The arms' own folders say how far each has come; this file never changes but for the time spent, and for what
/// is asked of the models, or where their text stands, when it continues.
public struct ExperimentRecord: RecordWithTexts, Sendable {
  public static let jsonTexts = ["arms.*.descriptor", "arms.*.recipe", "design.registered.*"]

  /// One arm as it was planned.
  public struct Arm: Codable, Sendable {
    let name: String
    /// The name of its folder; nil in records from before it had one of its own.
    let folder: String?
    /// nil in records from before there were several seeds.
    let arm: String?
    let seedNumber: Int?
    /// nil: compared with the first.
    let against: String?
    /// nil in records from before it was written down.
    let words: String?
    let model: String
    /// As JSON text; in the file an object, as the recipe.
    let descriptor: String
    let recipe: String

    init(_ plan: ArmPlan) {
      (name, folder, arm, seedNumber) = (plan.name, plan.folderName, plan.arm, plan.seedNumber)
      (against, words, model) = (plan.against, plan.words, plan.descriptor.name)
      descriptor = plan.descriptor.node.json()
      recipe = plan.recipe.node.json()
    }
  }

  /// The report's title.
  public let title: String
  /// What was typed to begin it, with what was added later.
  public private(set) var command: String
  /// Rows of the certificate whose difference is what the comparison is about.
  public let declared: Set<String>
  /// What is asked and how it is judged; nil in records from before this was recorded.
  public private(set) var design: Design?
  /// What matching changed in the arms; nil in records from before it could.
  public let matched: [MatchedArm]?
  /// Which learning rates every arm tries; nil: none.
  public let tuning: Tuning?
  /// Seconds spent in earlier sessions.
  public var secondsBefore: Double = 0
  /// The folder that it was begun in, which relative paths of its text are paths in; nil in records from before this
  /// was written down.
  private let startedIn: String?
  private var arms: [Arm]

  /// The record of new plans.
  public init(
    _ plans: [ArmPlan], title: String, command: String, declared: Set<String>, design: Design,
    matched: [MatchedArm] = [], tuning: Tuning? = nil
  ) {
    self.title = title
    self.command = command
    self.declared = declared
    self.design = design
    self.matched = matched
    self.tuning = tuning
    startedIn = FileManager.default.currentDirectoryPath
    arms = plans.map(Arm.init)
  }

  /// Adds evaluations that were asked for when the experiment continued.
  ///
  /// - Parameters:
  ///   - design: the design with the added evaluations.
  ///   - options: what was typed to ask for them.
  public mutating func deepen(_ design: Design, options: [String]) {
    self.design = design
    for option in options where !command.contains(option) { command += " " + option }
  }

  /// The same plans with their text in another place.
  public mutating func move(to plans: [ArmPlan]) { arms = plans.map(Arm.init) }

  /// The plans, read again.
  ///
  /// - Throws: `SettingsError` when this program no longer accepts one of them; `TrainerError` for folders that would
  ///   not be those of the comparison, one for each of its arms.
  public func plans(_ registry: Registry) throws -> [ArmPlan] {
    try checkFolders()
    let catalog = registry.catalog
    return try arms.map { arm in
      ArmPlan(
        name: arm.name, folderName: arm.folder ?? arm.name, arm: arm.arm, seedNumber: arm.seedNumber ?? 1,
        against: arm.against, words: arm.words,
        descriptor: try registry.descriptor(json: arm.descriptor, name: arm.model),
        recipe: try Recipe.resolve(
          try Node.parse(arm.recipe, file: arm.name), title: arm.name, in: catalog
        ).locatingText(from: startedIn ?? FileManager.default.currentDirectoryPath, registry))
    }
  }

  /// The file may come from elsewhere: no arm may lead out of the folder, or into that of another.
  private func checkFolders() throws {
    func refuse(_ reason: String) -> TrainerError {
      TrainerError(
        place: "experiment.json", reason: reason,
        suggestion: "restore the original record, or start a new comparison")
    }
    guard !arms.isEmpty else { throw refuse("it names no models") }
    var known: Set<String> = []
    for arm in arms {
      let folder = arm.folder ?? arm.name
      if let reason = FolderName.refusal(folder) { throw refuse(reason) }
      guard known.insert(folder).inserted else { throw refuse("two models have the folder \"\(folder)\"") }
    }
  }

  /// Whether an experiment is in a folder.
  public static func exists(in folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: url(in: folder).path)
  }

  /// Reads the record of a folder.
  ///
  /// - Throws: `TrainerError` that names the folder or the file.
  public static func read(from folder: URL) throws -> ExperimentRecord {
    try RecordFile.read(
      url(in: folder),
      missing: TrainerError(
        place: folder.shownPath, reason: "there is no comparison (experiment.json is missing)",
        suggestion: FileManager.default.fileExists(atPath: RunFolder(folder).record.path)
          ? "it is a single run; resume it with: \(ShellCommand("train", "--resume", folder.shownPath))"
          : "list the runs with: \(ShellCommand("runs"))"),
      damaged: TrainerError(
        place: url(in: folder).shownPath, reason: "the record is damaged",
        suggestion: Self.firstArm(in: folder).map {
          "resume each run on its own, such as with: \(ShellCommand("train", "--resume", $0))"
        } ?? "start it again in another folder"))
  }

  /// Writes the record; the previous one stands until the new one is whole.
  ///
  /// - Throws: `TrainerError` that names the file.
  public func write(to folder: URL) throws { try RecordFile.write(self, to: Self.url(in: folder)) }

  /// The path of the first run in a folder, by name.
  private static func firstArm(in folder: URL) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.inNaturalOrder.map { folder.appending(path: $0) }
      .first { FileManager.default.fileExists(atPath: RunFolder($0).record.path) }?.shownPath
  }

  private static func url(in folder: URL) -> URL { folder.appending(path: TextInput.comparisonRecord) }
}
