import Reporting
import Settings
import Text
import Training
import Transformer
import Zoo

/// What is equal between the arms and what is not: shown before training, and again in the report.
public struct Certificate {
  /// The rows, in order.
  public private(set) var rows: [CertificateRow]
  /// Names of rows whose difference was asked for.
  public let declared: Set<String>

  /// The rows that differ without being declared.
  public var undeclared: [CertificateRow] { rows.filter { $0.standing == .undeclared } }

  /// Everything that can be compared with each other before training.
  ///
  /// - Parameters:
  ///   - plans: the arms with their seeds.
  ///   - data: the tokenized text of each arm.
  ///   - forecasts: the resources of each run.
  ///   - objectives: the objective of each arm.
  ///   - declared: names of rows whose difference is what the comparison is about.
  ///   - seeds: how often every arm is trained.
  ///   - addsSeeds: whether that is the most, for it may be decided before.
  ///   - matched: what matching changed in the arms.
  ///   - tuning: which learning rates all arms try; nil: none.
  ///   - tuned: what their trials led to; none before they were run.
  public init(
    _ plans: [ArmPlan], _ data: [TrainingData], _ forecasts: [RunForecast], objectives: [any Objective],
    declared: Set<String>, seeds: Int = 1, addsSeeds: Bool = false, matched: [MatchedArm] = [],
    tuning: Tuning? = nil,
    tuned: [TunedArm] = []
  ) {
    let declared = Set(declared.map(Self.currentName)).union(Self.declared(by: matched)).union(
      Self.declared(by: tuning)
    ).union([Self.components])
    func row(_ what: String, _ values: [String], note: String = "") -> CertificateRow {
      let equal = values.dropFirst().allSatisfy { $0 == values[0] }
      return CertificateRow(
        what: what, values: values, equal: equal, declared: !equal && declared.contains(what), note: note)
    }
    func setting(_ chosen: Resolved, without left: String? = nil) -> String {
      let words = chosen.listing.map { "\($0.path.split(separator: ".").last ?? "") \($0.value)" }
      let shown = words.filter { word in left.map { !word.hasPrefix($0 + " ") } ?? true }
      return ([chosen.type] + shown).joined(separator: ", ")
    }
    let measures = CertificateMeasures(plans, data, forecasts, objectives)
    var rows = [
      row(
        "text", zip(plans, data).map { Self.text($0, $1.source) }, note: "name and SHA-256 of all bytes"),
      row(
        "tokenizer", Self.tokenizers(plans, data)),
      row(
        "windows", zip(plans, data).map { Self.windows($0, $1.source) },
        note: "every arm cuts the same windows in the same order"),
      row(
        Self.initialTensors,
        plans.map { plan in
          seeds == 1
            ? "seed \(plan.recipe.seed)"
            : "seeds \(plan.recipe.seed) to \(addsSeeds ? "at most " : "")\(Int(plan.recipe.seed) + seeds - 1)"
        }, note: "with the same seed, tensors of the same name and shape start equal"),
      row("batch", plans.map { "\($0.recipe.batch) × \($0.recipe.accumulation) sequences" }),
      row("budget", plans.map { $0.recipe.budget.description }),
      row(
        "optimiser", plans.map { setting($0.recipe.optimiser, without: tuning == nil ? nil : "learningRate") }
      ),
      row(
        "schedule", plans.map { setting($0.recipe.schedule) }, note: Self.warmup(plans, measures.steps)),
      row(
        "objective", zip(plans, objectives).map { $0.recipe.task(of: $1) },
        note: "losses of different objectives are not comparable"),
      row(
        "mask", plans.map { $0.descriptor.settings.value(of: ModelSettings.mask)?.type ?? "none" },
        note: "what each position may see"),
      row("head", plans.map { $0.descriptor.settings.value(of: ModelSettings.head)?.type ?? "its own" }),
    ]
    if let line = Self.components(plans) { rows.append(row(line.what, line.values, note: line.note)) }
    rows += measures.lines.map { row($0.what, $0.values, note: $0.note) }
    rows.append(
      row("precision", plans.map(\.recipe.precision.rawValue), note: "of the matrix products in training"))
    rows.append(
      row("dropout", plans.map { "\($0.descriptor.settings.value(of: ModelSettings.dropout) ?? 0)" }))
    rows += Self.lines(tuning, tuned, plans).map { row($0.what, $0.values, note: $0.note) }
    self.rows = Self.rows(matched, plans) + rows
    self.declared = declared
  }

  /// The same with further rows at its end.
  public func adding(_ rows: [CertificateRow]) -> Certificate {
    var certificate = self
    certificate.rows += rows
    return certificate
  }

  /// The same with other rows.
  func replacing(_ rows: [CertificateRow]) -> Certificate {
    var certificate = self
    certificate.rows = rows
    return certificate
  }

  /// What to know of warm-ups that a run is too short for; empty where every run ends after its own.
  private static func warmup(_ plans: [ArmPlan], _ steps: [Int?]) -> String {
    let isCut = zip(plans, steps).contains { plan, steps in
      guard let warmup = plan.recipe.schedule.value(of: ScheduleSettings.warmup), let steps else {
        return false
      }
      return warmup >= steps
    }
    return isCut ? "where the run has fewer steps, all of them are warm-up" : ""
  }

  /// An arm's text: its name, or every text that its recipe names, with its weight where they are mixed by weight; and
  /// the hash of all.
  private static func text(_ plan: ArmPlan, _ source: TextSource) -> String {
    let (paths, weights) = (plan.recipe.data ?? [], plan.recipe.weights)
    let names = paths.enumerated().map { index, path in
      FilePath.name(path)
        + (weights.indices.contains(index) ? " (weight \(Number.plain(weights[index])))" : "")
    }
    return "\(names.count > 1 ? names.inWords : source.shownName), \(source.fingerprint.prefix(12))"
  }

  /// An arm's windows in words; of a text whose documents matter, whether they cross their ends.
  private static func windows(_ plan: ArmPlan, _ source: TextSource) -> String {
    let content = "\(plan.descriptor.context) content tokens"
    switch plan.recipe.windows {
    case .within: return content + ", within documents"
    case .cross: return content + (source.documents == .tokens ? ", across documents" : "")
    }
  }

  /// Every arm's tokenizer in words; those that are alike in words but not in what they learned from their texts are
  /// distinguished.
  private static func tokenizers(_ plans: [ArmPlan], _ data: [TrainingData]) -> [String] {
    let words = zip(plans, data).map {
      "\($0.descriptor.tokenizer.type), \($1.tokenizer.vocabularySize) tokens"
    }
    let hashes = data.map { $0.tokenizer.fingerprint }
    let isToldApart = words.indices.contains { one in
      words.indices.contains { words[$0] == words[one] && hashes[$0] != hashes[one] }
    }
    return isToldApart ? zip(words, hashes).map { "\($0), \($1.prefix(8))" } : words
  }
}
