// The Swift code of the articles in the documentation catalogues, so that it compiles; a test holds the two equal.
import Installed
import Kernels
import Settings
import Tensors
import Training
import Transformer
import Zoo

/// The held-out loss of a preset after some steps on the embedded corpus, in the unit of its objective.
func heldOutLoss(of preset: String, after steps: Int) throws -> Double {
  let registry = try Registry.standard()
  let recipe = try Recipe.load(nil, sets: ["batch=8"], registry: registry)
  let open = try registry.descriptor(preset: preset, from: try Presets.standard())
  let source = try TrainingData.source(for: recipe, registry)
  let data = try TrainingData(source, settings: open.tokenizer, registry: registry)
  let descriptor = try registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize)
  let trainer = try Trainer(
    descriptor, recipe, data, registry: registry, context: try Context.cpu(seed: recipe.seed),
    totalSteps: steps)
  for _ in 0..<steps { _ = try trainer.step() }
  return try trainer.evaluate().loss
}

/// `x·sigmoid(x)` in place of a norm: it divides by nothing.
struct Swish: Norm {
  func callAsFunction(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    try pass.multiply(x, try pass.map(x, Sigmoid()))
  }
}

/// Registers the part: `--set block.norm=swish` takes it.
func addSwish(to registry: inout Registry) throws {
  try registry.add("swish", to: .norm, summary: "no norm at all") { _, _, _ in Swish() }
}
