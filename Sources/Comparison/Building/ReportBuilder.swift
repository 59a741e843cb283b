import Evaluation
import Experiments
import Foundation
import Reporting
import Settings
import Text
import Training
import Zoo

/// Turns the results of an experiment into what the report shows.
public struct ReportBuilder {
  let experiment: Experiment
  /// The arms with the first seed: what the report shows.
  let arms: [ArmResult]
  /// The same arms with further seeds.
  let repeats: [ArmResult]
  let certificate: Certificate
  let command: String
  private let seconds: () -> Double
  let gemmPeak: Double
  let design: Design
  private let problems = Problems()
  /// Told what is done, where it takes long.
  public var watch: (String) -> Void = { _ in }

  /// A builder over finished arms.
  ///
  /// - Parameters:
  ///   - experiment: the experiment.
  ///   - arms: the trained arms.
  ///   - certificate: the certificate.
  ///   - command: the command line that was typed.
  ///   - seconds: the duration so far, training included; asked when everything is measured.
  ///   - gemmPeak: FLOPs per second of the largest matrix products, measured on this machine.
  ///   - design: what is asked and how the answer is judged.
  public init(
    _ experiment: Experiment, _ arms: [ArmResult], _ certificate: Certificate, command: String,
    seconds: @escaping () -> Double, gemmPeak: Double, design: Design = Design()
  ) {
    self.experiment = experiment
    let arms = Self.tellingTasksApart(arms, isOneText: experiment.isOneText)
    self.arms = arms.filter { $0.plan.seedNumber == 1 }
    repeats = arms.filter { $0.plan.seedNumber > 1 }
    self.certificate = certificate
    self.command = command
    self.seconds = seconds
    self.gemmPeak = gemmPeak
    self.design = design
  }

  /// The report's data. A part that cannot be made is named among the report's problems, and the others stand.
  public func build(title: String, version: String) -> ReportData {
    let isOneText = experiment.isOneText
    let shared = isOneText ? experiment.source.sharedLines() : (shared: 0, heldOut: 0)
    let asked = part("evaluations") { try askedModels() } ?? []
    for refusal in asked.flatMap(\.refusals) { problems.add(refusal) }
    let seeds = part("seeds") { try self.seeds(asked) }
    var report = ReportData(
      title: title, subtitle: command, date: Date().formatted(.iso8601.year().month().day()),
      machine: Machine.summary, totalSeconds: 0, arms: arms.enumerated().map(summary),
      curves: arms.indices.flatMap { curves($0, asked) }, certificate: certificate.rows + [contentRow()],
      shared: sharedSettings(), componentDiff: differences(),
      heldOut: heldOutRows(asked), heldOutNotes: heldOutNotes(asked),
      duplicates: isOneText ? ReportData.Duplicates(shared: shared.shared, heldOut: shared.heldOut) : nil,
      floor: part("floor") { try floor() }, seeds: seeds,
      attention: part("attention") { try attentionPictures() } ?? [],
      profile: arms.indices.map(profile),
      footer: ReportData.Footer(
        command: command,
        versions: ["zoo \(version)"] + textLines,
        links: arms.map { ReportData.Footer.Link(label: $0.plan.name, path: link(to: $0)) }))
    report.curveKinds = curveKinds(asked)
    let registered = asked.compactMap { one in part(one.asked.settings.type) { try evaluated(one) } }
    report.evaluations = registered.isEmpty ? nil : registered.map(\.evaluated)
    report.outlines = arms.map { arm in
      let (targets, tokens) = (arm.record.state.supervisedTokens, max(1, arm.record.state.tokens))
      return ReportData.Outline(
        arm.plan.descriptor, task: arm.task,
        targets: arm.isTrainingKnown
          ? "\(Number.percent(Double(targets) / Double(tokens), 0)) of the tokens read" : "not known")
    }
    let first = part("the table at a glance") { figuresOfFirstScreen(asked) } ?? []
    report.glance = glance(first)
    report.conclusions =
      seedConclusions(report) + conclusions(first, registered) + lossConclusions()
      + otherConclusions(first, registered)
    report.methods = part("methods") { isOneText ? try methods(version: version) : nil }
    report.problems = problems.all.isEmpty ? nil : problems.all
    report.totalSeconds = seconds()
    return report
  }

  /// A part of the report; nil where it is not wanted or cannot be made, and then the reason is kept.
  private func part<Part>(_ name: String, _ make: () throws -> Part?) -> Part? {
    watch("measuring \(name)")
    do { return try make() } catch {
      problems.add("the report lacks a part, \(name): \(error)")
      return nil
    }
  }

  /// Every text with its fingerprint.
  private var textLines: [String] {
    var lines: [String] = []
    for arm in arms {
      let line = "text \(TextSource.shownName(arm.record.data)), SHA-256 \(arm.record.dataFingerprint)"
      if !lines.contains(line) { lines.append(line) }
    }
    return lines
  }

  /// Which seed's models a statement about trained models is about.
  var ofSeed: String { repeats.isEmpty ? "one seed" : "the first seed" }

  private func summary(_ index: Int, _ arm: ArmResult) -> ReportData.Arm {
    let state = arm.record.state
    return ReportData.Arm(
      name: arm.plan.name, kind: arm.kind == .encoder ? .encoder : .decoder, colour: index,
      parameters: arm.record.parameters, parametersWithoutEmbeddings: arm.parametersWithoutEmbeddings,
      objective: arm.task, unit: arm.record.unit, steps: state.step, tokens: state.tokens,
      supervisedTokens: state.supervisedTokens, flops: Double(state.flops), seconds: state.seconds,
      finalTrainLoss: arm.trainPoints.last?.value ?? .nan, finalHeldOutLoss: arm.evaluation.loss,
      bitsPerByte: arm.evaluation.bitsPerByte, isTrainedFromLeft: isTrained(arm, toSee: .leftOnly))
  }

  /// What each arm really saw, hashed while it trained.
  private func contentRow() -> CertificateRow {
    let hashes = arms.map {
      $0.isTrainingKnown ? String($0.record.state.contentHash.prefix(12)) : Certificate.unknown
    }
    let isEqual = Set(hashes).count == 1 && untrained.isEmpty
    return CertificateRow(
      what: Certificate.textSeen, values: hashes, equal: isEqual,
      declared: Set(hashes).count > 1 && untrained.isEmpty
        && certificate.declared.contains(Certificate.textSeen),
      note: "SHA-256 over the content bytes of every batch, in order")
  }

  private func sharedSettings() -> [String] {
    let listings = arms.map { Set($0.plan.descriptor.settings.listing.map { "\($0.path): \($0.value)" }) }
    let common = listings.dropFirst().reduce(listings[0]) { $0.intersection($1) }
    let first = arms[0].plan.descriptor.settings.listing
    return first.filter { common.contains("\($0.path): \($0.value)") && !$0.path.hasPrefix("blocks.") }
      .map { "\($0.path): \($0.value)" }
      + first.filter { common.contains("\($0.path): \($0.value)") && $0.path.hasPrefix("blocks.0.") }
      .map { "every block's \($0.path.dropFirst("blocks.0.".count)): \($0.value)" }
  }

  private func differences() -> [ReportData.ComponentDifference] {
    let base = arms[0].plan.descriptor.settings
    var paths: [String] = []
    var values: [String: [String]] = [:]
    for (index, arm) in arms.enumerated().dropFirst() {
      for difference in diff(base, arm.plan.descriptor.settings) {
        if values[difference.path] == nil {
          paths.append(difference.path)
          values[difference.path] = [String](repeating: difference.left ?? "—", count: arms.count)
        }
        values[difference.path]?[index] = difference.right ?? "—"
      }
    }
    return paths.map { ReportData.ComponentDifference(path: $0, values: values[$0] ?? []) }
  }

  private func profile(_ index: Int) -> ReportData.ArmProfile {
    let (arm, state) = (arms[index], arms[index].record.state)
    let total = arm.profile.reduce(0) { $0 + $1.own }
    // The fastest that was seen here: by the measurement before training, or by a model's training itself.
    let fastest = arms.map(\.record.state).filter { $0.seconds > 0 }
      .reduce(gemmPeak) { max($0, Double($1.flops) / $1.seconds) }
    let rows = arm.profile.map { row in
      ReportData.ProfileRow(
        primitive: row.name, selfSeconds: row.own, selfShare: total > 0 ? row.own / total : 0,
        totalSeconds: row.total, calls: row.calls,
        gigaflops: row.flops > 0 && row.own > 0 ? Double(row.flops) / row.own * 1e-9 : nil,
        gigabytes: row.bytes > 0 && row.own > 0 ? Double(row.bytes) / row.own * 1e-9 : nil,
        stepShare: total > 0 ? row.total / total : 0)
    }
    return ReportData.ArmProfile(
      arm: index, rows: rows,
      memory: ["parameters", "gradients", "optimiser", "activations"].map {
        ReportData.MemoryPart(kind: $0, bytes: arm.forecast.bytesByKind[$0] ?? 0)
      },
      gemmPeakShare: state.seconds > 0
        ? Double(state.flops) / state.seconds / fastest : nil,
      tokensPerSecond: state.seconds > 0 ? Double(state.tokens) / state.seconds : nil)
  }
}

/// What went wrong while a report was made.
private final class Problems {
  private(set) var all: [String] = []
  func add(_ problem: String) { all.append(problem) }
}
