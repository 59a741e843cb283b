import CommandLineKit
import Comparison
import Experiments
import Foundation
import Statistics
import Tensors
import Training
import Zoo

/// Runs an experiment at a terminal: certificate, training, report.
struct ExperimentJob {
  /// The recipe of a comparison that names none: sized for minutes on two cores.
  static let recipe = [
    "steps=3000", "batch=16", "optimiser.learningRate=2e-3", "optimiser.beta2=0.98", "schedule.warmup=100",
    "evaluationWindows=512", "keepLast=4",
  ]
  /// What help says of it.
  static let paragraphOnRecipe =
    "\n\nThe default recipe differs from that of train: \(recipe.joined(separator: ", ")). --recipe, --set recipe.… and "
    + "the options below change it."
  /// What an encoder and a decoder differ in by design.
  static let whatKindsDifferIn = Certificate.costs.union(["objective", "mask", "head"])
  /// What the twin pair, or a model and the same with a part swapped, differ in by design.
  static let whatTwinsDifferIn = whatKindsDifferIn.union(Certificate.sightAndSupervision)
  /// The historic form of a bare name.
  static let publishedNames = ["bert": "bert-4x128", "gpt": "gpt-4x128"]

  static let seeds = Option.value(
    "seeds", .integer(1...1000),
    help: "number of seeds per model; default: 1, or the number given by the suite",
    group: "Training")
  static let untilDecided = Option.flag(
    "until-decided",
    help: "add seeds until every comparison is decided, at most --seeds (default then: 12)",
    group: "Training")
  /// The most seeds of --until-decided where nothing else is said.
  private static let maxSeeds = 12

  let record: ExperimentRecord
  let plans: [ArmPlan]
  let folder: URL
  /// The right to write into the folder, as long as the job lives.
  private let lock: RunLock
  /// The folder where it was made just now: it goes again where nothing can begin in it.
  private let made: RunFolder?
  /// Whether it was.
  var isNew: Bool { made != nil }
  /// Whether the text is read from another place than before, which is written down once it is known to be the same.
  private let isMoved: Bool

  /// An experiment in a folder of its own.
  ///
  /// - Parameters:
  ///   - folderName: the folder below `runs`, without its number, where `--out` names none.
  ///   - declared: rows of the certificate whose difference is what the experiment is about.
  ///   - seeds: how often every arm is trained where `--seeds` says nothing.
  ///   - match: what later arms are made equal in where `--match` says nothing.
  ///   - tuning: which learning rates are tried where `--tune` says nothing.
  static func begin(
    _ arms: [ArmPlan], title: String, folderName: String, declared: Set<String>, design: Design = Design(),
    seeds: Int = 1, match: Set<MatchKind> = [], tuning: Tuning? = nil, _ arguments: ParsedArguments,
    _ workplace: Workplace
  ) throws -> ExperimentJob {
    // Places and names are tried before anything is read or made.
    if let path = arguments.option("out") { try RunFolder.check(path) }
    _ = try ArmPlan.withFolders(arms)
    func make() throws -> (folder: RunFolder, lock: RunLock) {
      try RunFolder.create(at: arguments.option("out"), name: folderName, below: workplace.runs)
    }
    func begin(in made: (folder: RunFolder, lock: RunLock)?) throws -> ExperimentJob {
      let (record, plans) = try planned(
        arms, title: title, declared: declared, design: design, seeds: seeds, match: match, tuning: tuning,
        in: made?.folder, arguments, workplace)
      let (folder, lock) = try made ?? make()
      try record.write(to: folder.url)
      return ExperimentJob(
        record: record, plans: plans, folder: folder.url, lock: lock, made: folder, isMoved: false)
    }
    guard arms.contains(where: \.recipe.readsStandardInput) else { return try begin(in: nil) }
    // Standard input is stored where every run can read it again, so the folder is made first.
    let made = try make()
    do {
      try TextInput.store(in: made.folder.url)
      return try begin(in: made)
    } catch {
      made.folder.removeUnused()
      throw error
    }
  }

  /// What is recorded of an experiment before anything is trained, and its runs.
  private static func planned(
    _ arms: [ArmPlan], title: String, declared: Set<String>, design: Design, seeds: Int,
    match: Set<MatchKind>, tuning: Tuning?, in folder: RunFolder?, _ arguments: ParsedArguments,
    _ workplace: Workplace
  ) throws -> (ExperimentRecord, [ArmPlan]) {
    let tuning = try TuningOptions.tuning(arguments, suite: tuning)
    let (arms, matched) = try MatchOptions.apply(arms, suite: match, in: folder, arguments, workplace)
    try tuning?.check(arms, workplace.registry)
    try SideBySideOptions.check(arguments, arms)
    for arm in arms { try arm.recipe.expectInstructions() }
    try MemoryFit.check(arms, workplace)
    let (asked, most) = try seeding(design, seeds, comparisons: arms.count - 1, arguments)
    // Seed by seed, so that one that is stopped has whole comparisons.
    let plans = try ArmPlan.withFolders(
      try (1...most).flatMap { number in
        try arms.map { try $0.repeated(number, workplace.registry) }
      })
    let design = try deepened(asked, plans, arguments, workplace.registry)
    let record = ExperimentRecord(
      plans, title: title, command: arguments.console.commandLine,
      declared: declared.union(try DeclareOptions.rows(arguments)), design: design, matched: matched,
      tuning: tuning
    )
    return (record, plans)
  }

  /// The design and how often every arm is trained at most, as the command line or else a suite wants it.
  private static func seeding(
    _ design: Design, _ seeds: Int, comparisons: Int, _ arguments: ParsedArguments
  ) throws -> (Design, Int) {
    let design = arguments.flag("until-decided") ? design.untilDecided : design
    guard design.addsSeeds else { return (design, arguments.integer("seeds") ?? seeds) }
    let most = arguments.integer("seeds") ?? max(seeds, maxSeeds)
    let fewest = AnytimeSignTest.minPairs(tests: comparisons)
    guard most >= fewest else {
      let what = comparisons == 1 ? "one comparison" : "\(comparisons) comparisons"
      throw UsageError(
        "\(most) seeds cannot decide \(what) at the 5 % level; with --until-decided give --seeds "
          + "\(fewest) or more")
    }
    return (design, most)
  }

  /// An experiment that was stopped, or that gets more evaluations or seeds.
  static func resume(_ name: String, _ arguments: ParsedArguments, _ workplace: Workplace) throws
    -> ExperimentJob
  {
    let folder = try workplace.experiment(name)
    // A folder that holds no comparison gets no file of a lock.
    _ = try ExperimentRecord.read(from: folder)
    let lock = try RunLock.acquire(in: folder)
    var record = try ExperimentRecord.read(from: folder)
    var plans = try record.plans(workplace.registry)
    let paths = arguments.options("data").map { URL(fileURLWithPath: $0).path }
    if !paths.isEmpty {
      plans = try plans.map { try $0.reading(paths, workplace.registry) }
      record.move(to: plans)
    }
    // Said before anything is trained, not when the turn comes to that model; what is trained is trained.
    for plan in plans {
      let run = try? RunRecord.read(RunFolder(folder.appending(path: plan.folderName)))
      if run?.status != .finished { try plan.recipe.expectInstructions() }
    }
    let options = deeperOptions(arguments)
    if !options.isEmpty {
      record.deepen(
        try deepened(record.design ?? Design(), plans, arguments, workplace.registry), options: options)
      if paths.isEmpty { try record.write(to: folder) }
    }
    return ExperimentJob(
      record: record, plans: plans, folder: folder, lock: lock, made: nil, isMoved: !paths.isEmpty)
  }

  /// What the first run says that was begun already; nil where none was.
  var firstRun: RunRecord? {
    isNew
      ? nil
      : plans.lazy.compactMap { plan in
        try? RunRecord.read(RunFolder(folder.appending(path: plan.folderName)))
      }.first
  }

  /// Whether a run is trained already.
  func isFinished(_ plan: ArmPlan) -> Bool {
    !isNew && (try? RunRecord.read(RunFolder(folder.appending(path: plan.folderName))))?.status == .finished
  }

  /// Trains what is not trained yet, and writes the report.
  func run(_ arguments: ParsedArguments, _ workplace: Workplace) throws {
    try session(arguments, workplace).run()
  }

  /// The session, in which everything is checked that can be known before training.
  private func session(_ arguments: ParsedArguments, _ workplace: Workplace) throws -> ExperimentSession {
    do {
      let session = try ExperimentSession(self, arguments, workplace)
      if isMoved { try record.write(to: folder) }
      return session
    } catch {
      made?.removeUnused()
      throw error
    }
  }
}
