import Foundation
import Installed
import Settings
import Tensors
import Text
import Training
import Zoo

/// Trains a tiny model on a sentence that repeats, so that there is something to export.
///
/// - Parameters:
///   - architecture: `gpt` or `bert`.
///   - checkpoint: the file to write.
public func trainTinyModel(_ architecture: String, to checkpoint: URL) throws {
  let registry = try Registry.standard()
  let norm = "{ type: 'layer', epsilon: 1e-12 }"
  let kind =
    architecture == "gpt"
    ? "block: { feedForward: 'gelu-tanh' }"
    : """
    embedding: { segments: true, norm: true }, head: { type: 'masked-lm', norm: \(norm) },
    block: { placement: 'post', norm: \(norm), feedForward: 'gelu' }
    """
  let open = try registry.descriptor(
    json:
      "{ architecture: '\(architecture)', layers: 2, width: 32, context: 32, tokenizer: 'bytes', \(kind) }",
    name: "tiny-\(architecture)")
  let text = Array(String(repeating: "the dog sleeps near the gate.\n", count: 200).utf8)
  let source = TextSource(name: "a sentence", train: text, heldOut: text, startsAtLines: true)
  let data = try TrainingData(source, settings: open.tokenizer, registry: registry)
  let descriptor = try registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize)
  let recipe = try Recipe.load(nil, sets: ["batch=8"], registry: registry)
  let trainer = try Trainer(
    descriptor, recipe, data, registry: registry, context: .cpu(seed: recipe.seed), totalSteps: 60)
  while !trainer.isFinished { _ = try trainer.step() }
  try trainer.save(to: checkpoint)
}
