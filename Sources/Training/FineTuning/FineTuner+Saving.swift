import Foundation
import Settings
import Tensors
import Zoo

extension FineTuner {
  /// Writes the model with its head as a checkpoint of step 0. It holds no state of a training, as an imported model
  /// holds none: other commands read the model, and ``TextClassifier`` reads the head, too.
  ///
  /// - Parameters:
  ///   - file: the checkpoint, in an existing folder.
  ///   - classifier: what the head was trained for.
  ///   - start: the model that was fine-tuned.
  ///   - registry: the registry of components.
  /// - Throws: `TrainerError` where a value is NaN or infinite; `CheckpointError`; nothing is left behind then.
  public func save(
    to file: URL, as classifier: ClassifierRecord, from start: TrainingStart, registry: Registry
  ) throws {
    let heads = Set(network.head.names)
    let weights = model.parameters.all.filter { !heads.contains($0.name) }
    let buffers = weights.map(NamedBuffer.init) + network.head.buffers
    if let (name, value) = try buffers.firstNonFinite() {
      throw TrainerError(
        place: name, reason: "holds \(value) after fine-tuning, and is not saved",
        suggestion: "fine-tune again with a lower --learning-rate")
    }
    let origin = start.checkpoint.record
    let record = CheckpointRecord(
      name: origin.name, descriptor: origin.descriptor,
      recipe: try Self.recipe(of: start.checkpoint, registry), trainer: nil, step: 0,
      startsWithToken: origin.startsWithToken, predicts: origin.predicts, documents: origin.documents,
      frame: origin.frame, imported: origin.imported, startedFrom: start.record,
      classifier: try classifier.json())
    try ModelFile.write(buffers, record: record, tokenizer: start.checkpoint.tokenizer, to: file)
  }

  /// The objective of the model that was fine-tuned, which its loss is still measured with, and nothing else of its
  /// recipe: not by that was it made. Nil where no recipe is recorded.
  private static func recipe(of checkpoint: ModelFile.OpenCheckpoint, _ registry: Registry) throws -> String?
  {
    guard checkpoint.record.recipe != nil else { return nil }
    let own = try Recipe.of(checkpoint, registry: registry)
    let kept = own.node["objective"].map { Node.object(["objective": $0]) } ?? Node(.object([]))
    return try Recipe.resolve(kept, title: checkpoint.url.shownPath, in: registry.catalog).json
  }
}
