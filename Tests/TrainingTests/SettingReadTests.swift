import Foundation
import Installed
import Tensors
import Testing
import Zoo

@testable import Settings
@testable import Training

/// A setting that nothing reads changes nothing: each one that is declared is read when a model is built with it, or
/// trained by it.
@Suite struct SettingReadTests {
  @Test func everyDeclaredSettingIsRead() throws {
    let bench = try TrainingBench()
    let reads = SettingReads()
    try SettingReads.$current.withValue(reads) {
      for preset in try bench.presets.list(under: "tiny") {
        let descriptor = try bench.registry.descriptor(
          preset: preset.name, sets: ["vocabulary=300"], from: bench.presets)
        _ = try bench.registry.build(descriptor, in: .dry(threads: 1, seed: 1), trains: true)
      }
      let objectives = ["causal-lm", "masked-lm", "any-order", "replaced-tokens"]
      let models = ["causal-lm": "tiny/gpt", "replaced-tokens": "tiny/discriminator"]
      let schedules = bench.registry.names(of: .schedule)
      for index in 0..<max(objectives.count, schedules.count) {
        let objective = objectives[index % objectives.count]
        let trainer = try bench.trainer(
          models[objective] ?? "tiny/bert",
          [
            "objective=\(objective)", "schedule=\(schedules[index % schedules.count])", "steps=2",
            "optimiser.groups=[{ parameters: '*' }]",
          ])
        _ = try trainer.step()
      }
      for kind in ["byte-bpe", "wordpiece"] {
        _ = try bench.trainer("tiny/gpt", model: ["tokenizer=\(kind)", "tokenizer.vocabulary=300"])
      }
      // What a run asks its recipe for, beside its trainer.
      let recipe = try Recipe.load(nil, registry: bench.registry)
      _ = try TrainingData.source(for: recipe, bench.registry, embedded: bench.source)
      _ = (recipe.weights, recipe.reading)
      _ = (recipe.budget, recipe.seed, recipe.keepLast, recipe.heldOutShare)
      _ = (recipe.evaluateEvery(steps: 2), recipe.checkpointEvery(steps: 2))
    }
    let catalog = bench.registry.catalog
    let declarations =
      catalog.familyNames.filter { $0 != "evaluation" }.flatMap { catalog.declarations(family: $0) } + [
        Recipe.declaration
      ]
    let declared = declarations.flatMap { declaration in
      declaration.settings.map { "\(declaration.family).\(declaration.name).\($0.name)" }
    }
    #expect(declared.count > 60)
    let unread = declared.filter { !reads.all.contains($0) }
    #expect(unread.isEmpty, "declared, and read by nothing: \(unread)")
  }
}
