import Evaluation
import Foundation
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
  let seconds: Double
  let gemmPeak: Double
  let design: Design
  let scores: ScoredRuns
  /// Told what is done, where it takes long.
  public var watch: (String) -> Void = { _ in }

  /// A builder over finished arms.
  ///
  /// - Parameters:
  ///   - gemmPeak: FLOPs a second of the largest matrix products, measured on this machine.
  ///   - design: what is asked and how the answer is judged.
  ///   - scores: what is known already of how runs score.
  public init(
    _ experiment: Experiment, _ arms: [ArmResult], _ certificate: Certificate, command: String,
    seconds: Double,
    gemmPeak: Double, design: Design = Design(), scores: ScoredRuns = ScoredRuns()
  ) {
    self.experiment = experiment
    self.arms = arms.filter { $0.plan.seedNumber == 1 }
    repeats = arms.filter { $0.plan.seedNumber > 1 }
    self.certificate = certificate
    self.command = command
    self.seconds = seconds
    self.gemmPeak = gemmPeak
    self.design = design
    self.scores = scores
  }

  /// The report's data.
  ///
  /// - Throws: what the models throw when they write, fill and show their attention.
  public func build(title: String, version: String) throws -> ReportData {
    let shared = experiment.source.sharedLines()
    let verbs = verbs()
    let likelihood = try likelihood()
    let seeds = try seeds()
    var report = ReportData(
      title: title, subtitle: command, date: Date().formatted(.iso8601.year().month().day()),
      machine: Machine.summary, totalSeconds: seconds, arms: arms.enumerated().map(summary),
      curves: arms.indices.flatMap(curves), certificate: certificate.rows + [contentRow()],
      shared: sharedSettings(), componentDiff: differences(),
      heldOut: heldOutRows() + likelihoodRows(likelihood), heldOutNotes: [],
      duplicates: ReportData.Duplicates(shared: shared.shared, heldOut: shared.heldOut), floor: try floor(),
      likelihood: likelihood, seeds: seeds, verbs: verbs, samples: try samples(), writing: try writing(),
      fills: try fills(), attention: try attentionPictures(), heads: try heads(),
      profile: arms.indices.map(profile), verdicts: seedVerdicts(seeds) + verdicts(verbs),
      footer: ReportData.Footer(
        command: command,
        versions: [
          "zoo \(version)", "text \(experiment.source.name), SHA-256 \(experiment.source.fingerprint)",
        ], links: arms.map { ReportData.Footer.Link(label: $0.plan.name, path: $0.folder.name) }))
    report.ruler = try ruler(likelihood)
    report.probes = try probes()
    report.fineTuning = try fineTuning()
    report.verdicts +=
      clozeVerdicts(report.ruler?.cloze) + probeVerdicts(report.probes)
      + fineTuningVerdicts(report.fineTuning)
    report.methods = try methods(version: version)
    return report
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
      bitsPerByte: arm.evaluation.bitsPerByte)
  }

  private func curves(_ index: Int) -> [ReportData.Curve] {
    let arm = arms[index]
    let count = arm.verbs.values.first?.count ?? 0
    func curve(_ metric: ReportData.Metric, _ points: [ReportData.Point]) -> ReportData.Curve? {
      points.isEmpty ? nil : ReportData.Curve(arm: index, metric: metric, points: points)
    }
    func shares(_ side: ChoiceContext) -> [ReportData.Point] {
      (arm.verbPoints[side] ?? []).map { point in
        var point = point
        point.interval = .wilson(correct: Int((point.value * Double(count)).rounded()), of: count)
        return point
      }
    }
    return [
      curve(.trainingLoss, arm.trainPoints), curve(.heldOutLoss, arm.heldOutPoints),
      curve(.verbLeftOnly, shares(.leftOnly)), curve(.verbBothSides, shares(.bothSides)),
    ].compactMap { $0 }
  }

  /// What each arm really saw, hashed while it trained.
  private func contentRow() -> ReportData.CertificateRow {
    let hashes = arms.map { String($0.record.state.contentHash.prefix(12)) }
    return ReportData.CertificateRow(
      what: Certificate.textSeen, values: hashes, equal: Set(hashes).count == 1,
      declared: Set(hashes).count > 1 && certificate.declared.contains(Certificate.textSeen),
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
        ? GemmPeak.share(Double(state.flops) / state.seconds, of: fastest) : nil,
      tokensPerSecond: state.seconds > 0 ? Double(state.tokens) / state.seconds : nil)
  }
}
