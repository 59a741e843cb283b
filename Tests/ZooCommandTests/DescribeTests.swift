import CommandLineKit
import Foundation
import Installed
import Settings
import Tensors
import Testing
import Text
import Training
import Zoo

@testable import ZooCommand

/// Exit code, output and errors of a command line of the real program.
func zoo(_ words: String..., width: Int = 100) -> (code: Int32, output: String, errors: String) {
  let (console, output, errors) = Console.captured(width: width)
  let code = ZooProgram.program.run(words, on: console)
  return (code, output.text, errors.text)
}

private struct Bench {
  let registry: Registry
  let presets: Presets

  init() throws {
    registry = try Registry.standard()
    presets = try Presets.standard()
  }

  func describe(_ preset: String, _ sets: [String] = [], recipe: [String] = ["batch=4"]) throws
    -> ModelDescription
  {
    try ModelDescription(
      try registry.descriptor(preset: preset, sets: sets, from: presets),
      try Recipe.load(nil, sets: recipe, registry: .standard()), registry: registry, threads: 2)
  }
}

@Suite struct Describing {
  private let bench: Bench

  init() throws { bench = try Bench() }

  @Test(arguments: [
    ("bert-base", [], 109_514_298), ("bert-base", ["head=none"], 108_891_648),
    ("bert-base", ["head=none", "pooler=true"], 109_482_240), ("gpt2", [], 124_439_808),
  ])
  func publishedModelsHaveTheirNumberOfParameters(_ preset: String, _ sets: [String], _ count: Int) throws {
    let described = try bench.describe(preset, sets, recipe: ["batch=1"])
    #expect(described.parameters == count)
    #expect(described.components.parameters == count)
  }

  /// What is said without any text is what a run with text then measures.
  @Test(arguments: [
    ("tiny/gpt", []), ("tiny/bert", []), ("tiny/gpt", ["recipe.accumulation=3"]), ("tiny/dropout", []),
    ("tiny/rotary-grouped", []), ("tiny/window", []),
  ])
  func predictsWhatARunMeasures(_ preset: String, _ sets: [String]) throws {
    let recipe = try Recipe.load(
      nil, sets: ["batch=4", "steps=3"] + sets.map { String($0.dropFirst("recipe.".count)) },
      registry: bench.registry)
    let open = try bench.registry.descriptor(
      preset: preset, from: bench.presets)
    let described = try ModelDescription(open, recipe, registry: bench.registry, threads: 2)
    let forecast = try #require(described.forecast)

    let text = Array("the quick brown fox jumps over the lazy dog.\n".utf8)
    let bytes = Array(repeatElement(text, count: 60).joined())
    let data = try TrainingData(
      TextSource(name: "test", train: bytes, heldOut: bytes, startsAtLines: false), settings: open.tokenizer,
      registry: bench.registry)
    let descriptor = try bench.registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize)
    let trainer = try Trainer(
      descriptor, recipe, data, registry: bench.registry, context: try .cpu(threads: 2), totalSteps: 3)
    _ = try trainer.evaluate()
    while !trainer.isFinished { #expect(try trainer.step().flops == forecast.stepFlops) }
    _ = try trainer.evaluate()
    #expect(described.parameters == trainer.model.parameters.count)
    #expect(described.vocabulary == data.tokenizer.vocabularySize)
    #expect(forecast.peakBytes == trainer.context.device.arena.peak)

    let task = trainer.objective
    let length = descriptor.context + task.lookAhead
    let windows = WindowBatch(ids: [Int32](repeating: 9, count: 4 * length), batch: 4, length: length)
    let example = try task.prepare(
      windows, vocabulary: Vocabulary(size: described.vocabulary),
      key: trainer.context.random.key("test", step: 0))
    let before = trainer.context.device.matrixFlops
    _ = try trainer.model.loss(
      example.tokens, at: example.positions, targets: example.targets, lossWeight: 1,
      .inference(trainer.context))
    let measured = trainer.context.device.matrixFlops - before
    #expect(described.executedFlopsPerToken?.forward == Double(measured) / Double(4 * descriptor.context))
  }

  @Test func modelFlopsFollowTheConvention() throws {
    let tied = try bench.describe("gpt-4x128")
    // All parameters but the position table of 64 × 128.
    #expect(tied.multipliedParameters == tied.parameters - 64 * 128)
    #expect(tied.modelFlopsPerToken.forward == Double(2 * tied.multipliedParameters + 4 * 4 * 64 * 128))
    #expect(tied.modelFlopsPerToken.training == 3 * tied.modelFlopsPerToken.forward)
    // An output map of its own multiplies in place of the token table.
    let untied = try bench.describe("gpt-4x128", ["head.tied=false"])
    #expect(untied.multipliedParameters == tied.multipliedParameters)
    #expect(untied.parameters == tied.parameters + 1024 * 128)
    // Layers that share their parameters multiply by them as often as others do by their own.
    let shared = try bench.describe("gpt-4x128", ["sharedLayers=true"])
    #expect(shared.multipliedParameters == tied.multipliedParameters)
    #expect(shared.executedFlopsPerToken?.training == tied.executedFlopsPerToken?.training)
    #expect(shared.parameters < tied.parameters / 2)
  }

  @Test(arguments: ["tiny/gpt", "tiny/bert", "tiny/rotary-grouped", "tiny/window"])
  func theTreeHoldsEveryTensorOnce(_ preset: String) throws {
    let described = try bench.describe(preset)
    func tensors(_ node: ComponentNode) -> [(String, Int)] {
      let own = node.tensors.map { ((node.path.isEmpty ? "" : node.path + ".") + $0.name, $0.count) }
      #expect(node.parameters == own.reduce(0) { $0 + $1.1 } + node.parts.reduce(0) { $0 + $1.parameters })
      return own + node.parts.flatMap { tensors($0) }
    }
    let found = tensors(described.components)
    let model = try bench.registry.build(
      try bench.registry.descriptor(preset: preset, sets: ["vocabulary=261"], from: bench.presets),
      in: try .dry(), trains: false)
    #expect(Set(found.map(\.0)) == Set(model.parameters.all.map(\.name)))
    #expect(found.count == model.parameters.all.count)
  }

  @Test func alikeBlocksAreShownOnceAndOthersByThemselves() {
    let alike = zoo("describe", "gpt-4x128")
    #expect(alike.code == 0)
    #expect(alike.output.contains("blocks.0 to 3: transformer"))
    #expect(alike.output.contains("4 × 198,272"))
    let mixed = zoo("describe", "gpt-4x128", "--set", "blocks.1.attention.bias=false")
    #expect(mixed.output.contains("blocks.0: transformer"))
    #expect(mixed.output.contains("blocks.1: transformer"))
    #expect(mixed.output.contains("blocks.2 to 3: transformer"))
  }

  @Test func differencesNameWhatWasSet() {
    let result = zoo("describe", "gpt", "--set", "block.norm=layer", "--diff", "gpt")
    #expect(result.code == 0)
    #expect(result.output.contains("blocks.*.norm "))
    #expect(result.output.contains("gpt (changed)"))
    #expect(zoo("describe", "gpt", "--diff", "gpt").output.contains("no setting differs"))
  }

  @Test func jsonHoldsWhatIsShown() throws {
    let text = zoo("describe", "gpt-4x128", "--batch", "2", "--json").output
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(json["parameters"] as? Int == 932_608)
    #expect(json["batch"] as? Int == 2)
    #expect((json["settings"] as? [String: String])?["blocks.3.attention.heads"] == "4")
    #expect((json["forecast"] as? [String: Any])?["peakBytes"] is Int)
  }

  @Test(arguments: [
    (["gpt-4x12"], Int32(2), "did you mean gpt-4x128?"),
    (["gpt", "--set", "block.attention.heads=7"], 2, "heads-divide-width"),
    (["gpt", "--set", "mask=bidirectional"], 1, "a position sees the next token"),
    (["gpt", "--set", "tokenizer=characters"], 2, "depends on the text; add --data FILE"),
    (["gpt", "--batch", "0"], 2, "--batch: 0 is out of range"),
    (["gpt", "--data", "/nowhere.txt"], 1, "/nowhere.txt"),
  ])
  func wrongModelsAreNamed(_ words: [String], _ code: Int32, _ part: String) {
    let (console, output, errors) = Console.captured()
    #expect(ZooProgram.program.run(["describe"] + words, on: console) == code)
    #expect(errors.text.hasPrefix("zoo: error: "))
    #expect(errors.text.contains(part))
    #expect(output.text.isEmpty)
  }
}
