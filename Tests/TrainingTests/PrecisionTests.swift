import Foundation
import Kernels
import Tensors
import TestSupport
import Testing
import Zoo

@testable import Training

/// Training whose matrix products multiply bfloat16 numbers, on machines without the instructions by their twins in
/// plain lanes.
@Suite struct PrecisionTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  /// Both loss curves go down together: apart by the noise of rounding, and by no more.
  @Test(arguments: ["tiny/gpt", "tiny/bert"])
  func lossesAgreeWithSinglePrecision(preset: String) throws {
    let settings = ["steps=60", "optimiser.learningRate=0.01"]
    let single = try bench.trainer(preset, settings)
    let half = try bench.trainer(preset, settings + ["precision=bf16"])
    // Evaluations take single precision: equal weights, equal bits.
    let before = try single.evaluate()
    #expect(try half.evaluate() == before)
    for step in 1...60 {
      let (a, b) = (try single.step().loss, try half.step().loss)
      #expect(a != b, "step \(step) was not rounded")
      #expect(abs(a - b) < 0.02 * a, "step \(step)")
    }
    let after = (try single.evaluate().loss, try half.evaluate().loss)
    #expect(after.1 < before.loss - 1)
    #expect(abs(after.0 - after.1) < 0.02 * after.0)
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let one = try bench.trainer("tiny/gpt", ["precision=bf16"])
    let three = try bench.trainer("tiny/gpt", ["precision=bf16"], threads: 3)
    for _ in 0..<4 { #expect(try one.step().loss == three.step().loss) }
  }

  /// FLOPs and memory are those of single precision: what a forecast says holds for both.
  @Test func countsAsInSinglePrecision() throws {
    let single = try bench.trainer("tiny/bert")
    let half = try bench.trainer("tiny/bert", ["precision=bf16"])
    for _ in 0..<2 { #expect(try single.step().flops == half.step().flops) }
    #expect(single.context.device.arena.peak == half.context.device.arena.peak)
  }

  /// A machine without the instructions says so, but it may count for another machine.
  @Test func isRefusedWithoutInstructions() throws {
    let model = try bench.trainer("tiny/gpt", ["precision=bf16"])
    func trainer(_ context: Context) throws -> Trainer {
      try Trainer(
        model.descriptor, model.recipe, model.data, registry: bench.registry, context: context, totalSteps: 1)
    }
    _ = try trainer(try Context.dry(threads: 1)).step()
    guard !ProductPrecision.bf16.isNative else {
      _ = try trainer(try Context.tested(threads: 1)).step()
      return
    }
    let error = #expect(throws: TrainerError.self) { try trainer(try Context.tested(threads: 1)) }
    #expect(error?.place == "recipe.precision")
    #expect(error?.suggestion.contains("fp32") == true)
    // What is trained can be loaded anywhere.
    let folder = try bench.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "step.safetensors")
    while !model.isFinished { _ = try model.step() }
    try model.save(to: file)
    let loaded = try Trainer(
      model.descriptor, model.recipe, model.data, registry: bench.registry,
      context: try Context.tested(threads: 1), totalSteps: 1,
      checkpoint: try ModelFile.open(file, registry: bench.registry))
    #expect(try loaded.evaluate() == model.evaluate())
  }
}
