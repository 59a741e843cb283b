import CommandLineKit
import Comparison
import Experiments
import Foundation
import Settings
import Tensors
import Text
import Training
import Wording
import Zoo

/// One session of an experiment at a terminal: what is equal, trials, training, report.
///
/// A session that is stopped leaves every run where it is; the next one continues from there.
final class ExperimentSession {
  private let job: ExperimentJob
  private let console: Console
  private let registry: Registry
  private let threads: Int
  private let began = Date()
  private let experiment: Experiment
  private let design: Design
  private let data: [TrainingData]
  private let objectives: [any Objective]
  private let forecasts: [RunForecast]
  /// FLOPs per second of the fastest matrix products on this machine.
  private let peak: Double
  private let progress: TrainingProgress
  /// Runs at once.
  private let width: Int
  private let sides: SideBySideTraining?
  /// The runs, seed by seed; with the learning rates of the trials once there are some.
  private var plans: [ArmPlan]
  private var clock: ExperimentClock
  private var events = Experiment.Events()
  private var tuned: [TunedArm] = []
  private var results: [ArmResult] = []
  /// Runs that could not be trained, with the reasons.
  private var failures: [(run: String, reason: String)] = []

  /// - Throws: `TextError`, `SettingsError` or `UsageError` for what cannot be trained so.
  init(_ job: ExperimentJob, _ arguments: ParsedArguments, _ workplace: Workplace) throws {
    self.job = job
    console = arguments.console
    registry = workplace.registry
    threads = workplace.threads
    console.note("preparing \(Format.counted(job.plans.count, "run")) in \(job.folder.shownPath)")
    let preparation = PreparationStop(console, "stopped before training; resume with: \(Self.resume(job))")
    defer { preparation.end() }
    let line = PhaseLine(console)
    defer { line.end() }
    line.begin("reading the text")
    let experiment = try Experiment(
      job.plans, registry: registry, folder: job.folder, threads: threads, version: ProgramVersion.current,
      resumed: job.firstRun)
    self.experiment = experiment
    design = job.record.design ?? Design()
    line.begin("tokenizing the text")
    data = try experiment.data()
    line.begin("preparing evaluation items")
    try experiment.follow(design, data)
    plans = try experiment.completed(data)
    // The plans are final now: matched, and with the vocabularies that the text led to.
    try MemoryFit.check(plans.filter { !job.isFinished($0) }, isResumed: !job.isNew, workplace)
    objectives = try plans.map { [registry] in
      try $0.recipe.objective(for: try registry.architecture($0.descriptor.architecture), registry: registry)
    }
    line.begin("planning the runs")
    forecasts = try experiment.forecasts(plans, data)
    // Arms of different precisions are shown beside one peak.
    let precisions = Set(plans.map(\.recipe.precision))
    line.begin("measuring this machine")
    peak = try GemmPeak.measure(
      try workplace.context(), precisions.count == 1 ? plans[0].recipe.precision : .fp32)
    clock = ExperimentClock(plans, data, forecasts, peak: peak, tuning: job.record.tuning)
    preparation.end()
    progress = TrainingProgress(console, peak: peak)
    width = try SideBySideOptions.width(arguments, plans, forecasts, threads: threads)
    sides =
      width > 1
      ? SideBySideTraining(
        experiment, width: width, threads: threads, estimates: clock.estimates, console, progress)
      : nil
    progress.overall = { [unowned self] in clock.words(done: $0) }
    events.began = { [progress] in progress.begin($0.name, $1) }
    events.run = progress.events
  }

  /// Continues until the report is written, or until a stop is requested.
  ///
  /// - Throws: what the only error of all runs says, or an end with a code of failure where some runs failed and
  ///   the others were reported.
  func run() throws {
    announce()
    // A request to stop while the last run ends does not wait for the report.
    guard try tune(), try train(), !progress.stop.isRequested else { return try stop() }
    progress.endTraining(
      onSignal:
        "stopped before the report was written; the trained models are saved; write it with: \(resume)")
    defer { progress.end() }
    guard results.contains(where: { $0.plan.seedNumber == 1 }) else {
      let reasons = failures.map { "\($0.run): \($0.reason)" }.joined(separator: "\n")
      throw TrainerError(
        place: job.folder.shownPath, reason: "no model could be trained\n\(reasons)",
        suggestion: "correct the cause, and resume with: \(resume)")
    }
    try report()
    guard failures.isEmpty else { throw EarlyEnd(code: ExitCode.failure) }
  }

  /// Notes a run that failed; the others are trained and reported all the same.
  private func note(_ plan: ArmPlan, _ error: any Error) {
    let reason = message(of: error)
    failures.append((plan.name, reason))
    progress.pause()
    console.warning("\(plan.name) failed and is left out: \(reason)")
  }

  /// Whether seeds are added only until it is decided.
  private var addsSeeds: Bool { design.addsSeeds }

  /// How many models are compared.
  private var arms: Int { plans.count { $0.seedNumber == 1 } }

  /// All seeds of an arm are equal but for the seed; the certificate is about the first.
  private var certificate: Certificate {
    let failed = Set(failures.map(\.run))
    let kept = (0..<arms).filter { !failed.contains(plans[$0].name) }
    return Certificate(
      kept.map { plans[$0] }, kept.map { data[$0] }, kept.map { forecasts[$0] },
      objectives: kept.map { objectives[$0] }, declared: job.record.declared,
      seeds: plans.map(\.seedNumber).max() ?? 1, addsSeeds: addsSeeds, matched: job.record.matched ?? [],
      tuning: job.record.tuning, tuned: tuned)
  }

  private func announce() {
    var told: Set<String> = []
    for remark in data.flatMap(\.remarks) where told.insert(remark).inserted { console.warning(remark) }
    if let question = design.question { console.line(console.styled(question, .bold) + "\n") }
    CertificateText(certificate.rows, arms: plans[..<arms].map(\.name)).show(on: console)
    let evaluations = try? EvaluationPlan(
      design, Array(plans[..<arms]), Array(data[..<arms]), Array(forecasts[..<arms]),
      Array(objectives[..<arms]),
      registry)
    let times = evaluations?.times(training: Array(clock.estimates[clock.trials...].prefix(arms))) ?? []
    let seconds = times.reduce(0) { $0 + ($1.cost.isLeftOut ? 0 : $1.seconds ?? 0) }
    console.line(
      (clock.trials > 0 ? "\(Format.counted(clock.trials, "trial")) and " : "")
        + (addsSeeds ? "at most " : "")
        + "\(Format.counted(plans.count, "run")), \(about(clock.total)) of training"
        + (seconds > 0 ? " and \(about(seconds)) of evaluations" : "") + " if matrix products reach "
        + "\(Format.percent(ExperimentClock.usualShare, 0)) of their peak here")
    let parts = times.map { cost, seconds in
      let words = [
        seconds.map { $0 < 1 ? "under 1 s" : Format.duration($0) }, cost.isLeftOut ? "left out" : nil,
      ]
      .compactMap { $0 }
      return cost.name + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
    }
    if !parts.isEmpty { console.line("evaluations after training: \(parts.joined(separator: ", "))") }
    console.line()
  }

  /// An estimate in words.
  private func about(_ seconds: Double) -> String {
    seconds < 1 ? "less than a second" : "about \(Format.duration(seconds))"
  }

  /// Runs the trials; false when a stop was requested.
  private func tune() throws -> Bool {
    guard
      let tuned = try job.tune(
        experiment, plans, data, forecasts, sides, events, begins: { clock.begin($0, done: $1) })
    else { return false }
    progress.pause()
    self.tuned = tuned
    plans = try Tuning.applying(tuned, to: plans, registry)
    job.show(tuned, on: console)
    return true
  }

  /// Trains all runs, or as many seeds as decide it; false when a stop was requested.
  private func train() throws -> Bool {
    // Where seeds are added, one at a time; else every run may be trained beside any other.
    let together = addsSeeds ? arms : plans.count
    for start in stride(from: 0, to: plans.count, by: together) {
      let runs = start..<start + together
      guard try trainAtOnce(runs), try collect(runs) else { return false }
      if addsSeeds, let end = try builder.endOfSeeds() {
        console.line(end.description)
        break
      }
    }
    return true
  }

  /// Trains some runs at once, where that is wanted; false when a stop was requested.
  private func trainAtOnce(_ runs: Range<Int>) throws -> Bool {
    guard let sides else { return true }
    guard
      try sides.train(
        Array(plans[runs]), Array(data[runs]), Array(forecasts[runs]), first: clock.trials + runs.lowerBound)
    else { return false }
    // What is left is to collect what was measured.
    events.began = { _, _ in }
    progress.pause()
    return true
  }

  /// Trains what is not trained yet of some runs, one after the other, and keeps what was measured; false when
  /// a stop was requested.
  private func collect(_ runs: Range<Int>) throws -> Bool {
    for index in runs {
      let state = try? RunRecord.read(experiment.runFolder(of: plans[index])).state
      clock.begin(
        clock.trials + index, done: state.map { Double($0.step) / Double(max(1, $0.totalSteps)) } ?? 0)
      let result: ArmResult
      do {
        if let error = sides?.failure(of: plans[index]) { throw error }
        // Until the first step: a run with a budget of minutes times some steps in advance.
        let line = PhaseLine(console)
        line.begin("preparing \(plans[index].name)")
        defer { line.end() }
        var events = events
        events.began = { [began = events.began] in
          line.end()
          began($0, $1)
        }
        guard
          let trained = try experiment.train(
            plans[index], data[index], forecast: forecasts[index], events: events)
        else { return false }
        result = trained
      } catch {
        note(plans[index], error)
        progress.forgetTrainer()
        continue
      }
      results.append(result)
      // What is resumed after a kill has taken this long.
      try remember()
      // The trained values stay; what training needed beside them is for the next model.
      progress.forgetTrainer()
      result.trained.context.device.arena.trim()
    }
    return true
  }

  private var seconds: Double { job.record.secondsBefore + Date().timeIntervalSince(began) }

  private var builder: ReportBuilder {
    ReportBuilder(
      experiment, results, certificate, command: job.record.command, seconds: { self.seconds },
      gemmPeak: peak, design: design)
  }

  /// The report's data, with a line that says what takes long.
  private func built() -> ReportData {
    let line = PhaseLine(console)
    defer { line.end() }
    var builder = builder
    builder.watch = { line.begin($0) }
    return builder.build(title: job.record.title, version: ProgramVersion.current)
  }

  private func report() throws {
    var report = built()
    if width > 1 {
      report.footer.versions.append(
        "\(Format.counted(width, "run")) at once, \(SideBySideOptions.threads(threads / width)) each; seconds are measured "
          + "while other runs train")
    }
    for problem in report.problems ?? [] { console.warning(problem) }
    report.problems = (report.problems ?? []) + failures.map { "\($0.run) was not trained: \($0.reason)" }
    report.tuning = job.record.tuning.map { .init($0, tuned, names: report.arms.map(\.name)) }
    try job.write(report)
    try remember()
    ExperimentJob.summarise(report, on: console)
    console.line("\nreport: \(job.folder.appending(path: "report.html").shownPath)")
  }

  /// Writes down how long it took so far.
  private func remember() throws {
    var record = job.record
    record.secondsBefore = seconds
    try record.write(to: job.folder)
  }

  /// The command that continues with the experiment.
  private var resume: ShellCommand { Self.resume(job) }

  private static func resume(_ job: ExperimentJob) -> ShellCommand {
    ShellCommand("compare", "--resume", job.folder.shownPath)
  }

  private func stop() throws {
    try remember()
    try progress.endEarly("stopped and saved; resume with: \(resume)")
  }
}
