import Comparison
import Foundation
import Tensors
import Training
import Zoo

/// Runs an experiment at a terminal: certificate, training, report.
struct ExperimentJob {
  /// The recipe of a comparison that names none: sized for minutes on two cores.
  static let recipe = [
    "steps=3000", "batch=16", "optimiser.learningRate=2e-3", "optimiser.beta2=0.98", "schedule.warmup=100",
    "evaluateEvery=250", "evaluationWindows=512", "keepLast=4",
  ]
  /// What an encoder and a decoder differ in by design.
  static let whatKindsDifferIn = Certificate.costs.union(["objective", "mask", "head"])
  /// What the twin pair, or a model and the same with a part swapped, differ in by design.
  static let whatTwinsDifferIn = whatKindsDifferIn.union(Certificate.sightAndSupervision)
  /// The historic form of a bare name.
  static let publishedNames = ["bert": "bert-4x128", "gpt": "gpt-4x128"]

  static let seeds = Option.value(
    "seeds", .integer(1...1000),
    help: "train every model so often, each time with another seed; default: 1, or what a suite says",
    group: "Training")
  static let untilDecided = Option.flag(
    "until-decided",
    help: "add seeds only until every comparison is decided; --seeds is then the most, by default 12",
    group: "Training")
  /// The most seeds of --until-decided where nothing else is said.
  private static let mostSeeds = 12

  let record: ExperimentRecord
  private let plans: [ArmPlan]
  private let folder: URL

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
    let tuning = try TuningOptions.tuning(arguments, suite: tuning)
    let (arms, matched) = try MatchOptions.apply(arms, suite: match, arguments, workplace)
    try tuning?.check(arms, workplace.registry)
    try SideBySideOptions.check(arguments, arms)
    let (asked, most) = try seeding(design, seeds, comparisons: arms.count - 1, arguments)
    // Seed by seed, so that one that is stopped has whole comparisons.
    let plans = try (1...most).flatMap { number in
      try arms.map { try $0.repeated(number, workplace.registry) }
    }
    let design = try probed(asked, plans, arguments)
    let record = ExperimentRecord(
      plans, title: title, command: arguments.console.commandLine,
      declared: declared.union(try DeclareOptions.rows(arguments)), design: design, matched: matched,
      tuning: tuning
    )
    let folder = try RunFolder.create(
      at: arguments.option("out"), name: folderName, below: workplace.runs, isGroup: true
    ).url
    try record.write(to: folder)
    return ExperimentJob(record: record, plans: plans, folder: folder)
  }

  /// The design and how often every arm is trained at most, as the command line or else a suite wants it.
  private static func seeding(
    _ design: Design, _ seeds: Int, comparisons: Int, _ arguments: ParsedArguments
  ) throws -> (Design, Int) {
    let design = arguments.flag("until-decided") ? design.untilDecided : design
    guard design.stopsWhenDecided ?? false else { return (design, arguments.integer("seeds") ?? seeds) }
    let most = arguments.integer("seeds") ?? max(seeds, mostSeeds)
    let fewest = AnytimeSignTest.fewestPairs(tests: comparisons)
    guard most >= fewest else {
      let what = comparisons == 1 ? "one comparison" : "\(comparisons) comparisons"
      throw UsageError(
        "\(most) seeds at most can never decide \(what) at the 5 % level; with --until-decided give --seeds "
          + "\(fewest) or more")
    }
    return (design, most)
  }

  /// An experiment that was stopped.
  static func resume(_ name: String, _ workplace: Workplace) throws -> ExperimentJob {
    let folder = try workplace.experiment(name)
    let record = try ExperimentRecord.read(from: folder)
    return ExperimentJob(record: record, plans: try record.plans(workplace.registry), folder: folder)
  }

  /// Trains what is not trained yet, and writes the report.
  func run(_ arguments: ParsedArguments, _ workplace: Workplace) throws {
    let (console, registry) = (arguments.console, workplace.registry)
    let began = Date()
    let experiment = try Experiment(
      plans, registry: registry, folder: folder, threads: workplace.threads,
      version: ProgramVersion.current)
    let design = try Self.probed(record.design ?? Design(), plans, arguments)
    let addsSeeds = design.stopsWhenDecided ?? false
    let data = try experiment.data()
    var completed = try experiment.completed(data)
    let objectives = try completed.map {
      try $0.recipe.objective(for: try registry.architecture($0.descriptor.architecture), registry: registry)
    }
    let forecasts = try experiment.forecasts(completed, data)
    // All seeds of an arm are equal but for the seed; the certificate is about the first.
    let first = completed.indices.filter { completed[$0].seedNumber == 1 }
    func certificate(_ tuned: [TunedArm] = []) -> Certificate {
      Certificate(
        first.map { completed[$0] }, first.map { data[$0] }, first.map { forecasts[$0] },
        objectives: first.map { objectives[$0] }, declared: record.declared,
        seeds: completed.map(\.seedNumber).max() ?? 1, matched: record.matched ?? [], tuning: record.tuning,
        tuned: tuned)
    }
    if let question = design.question { console.line(console.styled(question, .bold) + "\n") }
    show(certificate(), first.map { completed[$0] }, on: console)

    let peak = try GemmPeak.measure(try workplace.context())
    var clock = ExperimentClock(completed, data, forecasts, peak: peak, tuning: record.tuning)
    let trials = clock.trials > 0 ? "\(clock.trials) trials and " : ""
    console.line(
      trials + (addsSeeds ? "at most " : "")
        + "\(completed.count) runs, about \(Format.duration(clock.total)) of training if matrix products reach "
        + "\(Format.percent(ExperimentClock.usualShare, digits: 0)) of their peak here\n")
    let progress = TrainingProgress(console, peak: peak)
    progress.overall = { clock.words(done: $0) }
    var events = Experiment.Events()
    events.began = { progress.begin($0.name, $1) }
    events.run = progress.events
    func stop() throws {
      var stopped = record
      stopped.secondsBefore += Date().timeIntervalSince(began)
      try stopped.write(to: folder)
      try progress.endEarly(
        "stopped and saved; go on with: ./zoo compare --resume \(folder.relativePath)")
    }
    let width = try SideBySideOptions.width(arguments, completed, forecasts, threads: workplace.threads)
    let sides =
      width > 1
      ? SideBySideTraining(
        experiment, width: width, threads: workplace.threads, estimates: clock.estimates, console, progress)
      : nil
    guard
      let tuned = try tune(
        experiment, completed, data, forecasts, sides, events, begins: { clock.begin($0, done: $1) })
    else { return try stop() }
    progress.pause()
    completed = try Tuning.applying(tuned, to: completed, registry)
    show(tuned, on: console)
    /// Trains some runs at once, where runs are trained so; false when somebody asked to stop.
    func trainAtOnce(_ runs: Range<Int>) throws -> Bool {
      guard let sides else { return true }
      guard
        try sides.train(
          Array(completed[runs]), Array(data[runs]), Array(forecasts[runs]), first: clock.trials + runs.lowerBound)
      else { return false }
      // What is left is to collect what was measured.
      events.began = { _, _ in }
      progress.pause()
      return true
    }
    guard try addsSeeds || trainAtOnce(completed.indices) else { return try stop() }
    var results: [ArmResult] = []
    let scores = ScoredRuns()
    func builder() -> ReportBuilder {
      ReportBuilder(
        experiment, results, certificate(tuned), command: record.command,
        seconds: record.secondsBefore + Date().timeIntervalSince(began), gemmPeak: peak,
        design: design, scores: scores)
    }
    for (index, plan) in completed.enumerated() {
      if addsSeeds, index % first.count == 0, try !trainAtOnce(index..<index + first.count) {
        return try stop()
      }
      let state = try? RunRecord.read(RunFolder(folder.appending(path: plan.name))).state
      clock.begin(
        clock.trials + index, done: state.map { Double($0.step) / Double(max(1, $0.totalSteps)) } ?? 0)
      guard let result = try experiment.train(plan, data[index], forecast: forecasts[index], events: events)
      else { return try stop() }
      results.append(result)
      // The trained values stay; what training needed beside them is for the next model.
      progress.forgetTrainer()
      result.trained.context.device.arena.trim()
      if addsSeeds, (index + 1) % first.count == 0, try builder().isDecided() {
        console.line("decided after \(plan.seedNumber) seeds")
        break
      }
    }
    progress.end()
    var report = try builder().build(title: record.title, version: ProgramVersion.current)
    if width > 1 {
      report.footer.versions.append(
        "\(width) runs at once, \(SideBySideOptions.threads(workplace.threads / width)) each: seconds are those of "
          + "runs beside others")
    }
    report.tuning = record.tuning.map { .init($0, tuned, names: report.arms.map(\.name)) }
    try write(report)
    summarise(report, on: console)
    console.line("\nreport: \(folder.appending(path: "report.html").relativePath)")
  }

  private func write(_ report: ReportData) throws {
    let page = folder.appending(path: "report.html")
    do {
      try Data(try Console.jsonText(report).utf8).write(
        to: folder.appending(path: "report.json"), options: .atomic)
      try Data(ReportPage.html(report).utf8).write(to: page, options: .atomic)
      let tables = ExportedTables(report)
      try Data(tables.markdown.utf8).write(to: folder.appending(path: "report.md"), options: .atomic)
      try Data(tables.latex.utf8).write(to: folder.appending(path: "report.tex"), options: .atomic)
    } catch let error as CocoaError {
      throw TrainerError(
        place: page.path, reason: "the report cannot be written (\(error.localizedDescription))",
        mend: "make room; the trained models are saved beside it")
    }
  }

  private func show(_ certificate: Certificate, _ plans: [ArmPlan], on console: Console) {
    console.heading("What is equal, and what is not")
    var table = Table([Table.Column("")] + plans.map { Table.Column($0.name, .left) } + [Table.Column("")])
    for row in certificate.rows {
      table.add([row.what] + row.values + [row.equal ? "equal" : row.declared ? "by design" : "differs"])
    }
    console.table(table)
    console.line()
  }

  private func summarise(_ report: ReportData, on console: Console) {
    console.heading("Held out")
    var table = Table(
      [Table.Column("measure")] + report.arms.map { Table.Column($0.name, .right) } + [
        Table.Column("unit"), Table.Column(""),
      ])
    for row in report.heldOut {
      table.add(
        [row.measure] + row.values.map { $0.map { Format.fixed($0.value, 4) } ?? "—" }
          + [row.unit, row.comparable ? "compare" : "do not compare"])
    }
    if let floor = report.floor {
      let best = floor.models.map(\.bitsPerByte).min() ?? .nan
      table.add(
        ["the grammar's own floor"] + report.arms.indices.map { _ in "" }
          + [
            "\(Format.fixed(floor.entropy, 4)) bits per byte",
            "reached: \(Format.fixed(best / floor.entropy, 3)) times",
          ])
    }
    console.table(table)
  }
}
