import Experiments
import Foundation
import Reporting
import Settings
import Text
import Training
import Zoo

extension ReportData {
  /// What single runs logged, as a report's data.
  ///
  /// Losses share an axis only where they measure the same: one objective with the same settings, one text and one
  /// tokenizer.
  ///
  /// - Parameters:
  ///   - runs: the runs with the names by which they are distinguished.
  ///   - registry: says which kinds the architectures are.
  /// - Throws: `TrainerError` and `CheckpointError` that name what cannot be read.
  public init(runs: [(name: String, folder: RunFolder)], registry: Registry) throws {
    let records = try runs.map { try Self.record(of: $0.folder, registry) }
    let curves = try runs.map { try RunCurves($0.folder) }
    let tokenizers = records.map { Self.words($0.descriptor, "tokenizer") }
    let texts = records.map(\.dataFingerprint)
    let arms = zip(runs, records).enumerated().map { index, run -> Arm in
      let (record, state) = (run.1, run.1.state)
      // A recipe may leave the objective to the architecture.
      let written = Self.words(record.recipe, "objective") ?? "auto"
      var task = [written == "auto" ? record.objective : written]
      if Set(tokenizers).count > 1, let tokenizer = tokenizers[index] {
        task.append("tokenizer \(tokenizer)")
      }
      if Set(texts).count > 1 {
        task.append("text \(TextSource.shownName(record.data)), SHA-256 \(record.dataFingerprint.prefix(8))")
      }
      return Arm(
        name: run.0.name, kind: Self.kind(record, registry), colour: index, parameters: record.parameters,
        parametersWithoutEmbeddings: nil, objective: task.joined(separator: "; "), unit: record.unit,
        steps: state.step, tokens: state.tokens, supervisedTokens: state.supervisedTokens,
        flops: Double(state.flops), seconds: state.seconds,
        finalTrainLoss: curves[index].points("train", "loss").last?.value ?? .nan,
        finalHeldOutLoss: record.evaluation?.loss ?? .nan,
        isTrainedFromLeft: Self.isTrainedFromLeft(record, registry))
    }
    self.init(
      title: runs.map(\.name).inWords, subtitle: "", date: "", machine: "", totalSeconds: 0, arms: arms,
      curves: curves.enumerated().flatMap { index, curves in
        [
          Curve(
            arm: index, metric: .trainingLoss,
            points: RunCurves.smoothed(curves.points("train", "loss"), count: 200)),
          Curve(arm: index, metric: .heldOutLoss, points: curves.points("evaluation", "loss")),
        ]
      })
  }

  /// What a run's record says; of an imported or a fine-tuned model, which has none, what its
  /// checkpoint says.
  private static func record(of folder: RunFolder, _ registry: Registry) throws -> RunRecord {
    guard !folder.hasRecord, let newest = folder.allCheckpoints().last else {
      return try RunRecord.read(folder)
    }
    let checkpoint = try ModelFile.open(newest.url, registry: registry)
    guard !checkpoint.record.recordsTraining else { return try RunRecord.read(folder) }
    let descriptor = try registry.descriptor(of: checkpoint)
    let recipe = try Recipe.of(checkpoint, registry: registry)
    return try RunRecord(
      imported: folder.name, descriptor, recipe,
      measuredOn: TextSource(name: "", train: [], heldOut: [], startsAtLines: true), registry)
  }

  private static func kind(_ record: RunRecord, _ registry: Registry) -> Kind? {
    guard let descriptor = try? registry.descriptor(json: record.descriptor, name: record.model),
      let architecture = try? registry.architecture(descriptor.architecture)
    else { return nil }
    return architecture.kind == .encoder ? .encoder : .decoder
  }

  /// Whether a run's objective taught it to predict a word with nothing behind it in view; nil where the record cannot
  /// be read by this program.
  private static func isTrainedFromLeft(_ record: RunRecord, _ registry: Registry) -> Bool? {
    guard let descriptor = try? registry.descriptor(json: record.descriptor, name: record.model),
      let architecture = try? registry.architecture(descriptor.architecture),
      let node = try? Node.parse(record.recipe, file: record.model),
      let recipe = try? Recipe.resolve(node, title: record.model, in: registry.catalog),
      let objective = try? recipe.objective(for: architecture, registry: registry)
    else { return nil }
    return architecture.kind == .decoder || objective.teachesFromLeft
  }

  /// A component of a descriptor or a recipe in a line: its type and its settings; nil where there is none.
  private static func words(_ json: String, _ key: String) -> String? {
    guard let tree = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
      return nil
    }
    if let name = tree[key] as? String { return name }
    guard let component = tree[key] as? [String: Any], let type = component["type"] as? String else {
      return nil
    }
    let settings = component.filter { $0.key != "type" }.sorted { $0.key < $1.key }
    return ([type] + settings.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
  }
}
