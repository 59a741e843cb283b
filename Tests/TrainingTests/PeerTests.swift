import Checkpoints
import Foundation
import Installed
import Kernels
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Transformer
import Zoo

@testable import Training

/// One training that PyTorch can repeat: sizes, settings and batches.
private struct PeerTask: Encodable {
  struct Step: Encodable {
    let ids: [Int32]
    let positions: [Int32]
    let targets: [Int32]
    let learningRate: Double
  }

  let architecture: String
  let layers: Int
  let heads: Int
  let batch: Int
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  let decay: Double
  let clip: Double
  var steps: [Step] = []
}

/// From the same initial tensors and the same batches, our losses are PyTorch's.
///
/// `./test --peer` runs PyTorch itself; the ordinary tests compare with the losses that it gave, which
/// are in `Tests/interop/golden`. With `ZOO_WRITE_GOLDEN=1` the former writes the latter.
@Suite("Peer: the same training in PyTorch")
struct PeerTests {
  private static let presets = ["gpt-4x128", "bert-4x128"]
  private static let tolerance = 1e-3
  private static let steps = 50
  private static let batch = 8

  @Test("50 steps follow the golden losses", arguments: presets)
  func golden(preset: String) throws {
    let wanted = try JSONDecoder().decode([Double].self, from: try Data(contentsOf: Self.goldenFile(preset)))
    let losses = try withTemporaryFolder {
      try train(preset, initial: $0.appendingPathComponent("initial")).losses
    }
    compare(losses, with: wanted)
    // The course must be worth following: training has to learn something.
    #expect((losses.last ?? 0) < (losses.first ?? 0) - 1)
  }

  @Test(
    "50 steps follow PyTorch's", .enabled(if: PythonScript.isAvailable("ZOO_PEER_PYTHON")), arguments: presets
  )
  func torch(preset: String) throws {
    try withTemporaryFolder { folder in
      let (initial, file) = (folder.appendingPathComponent("initial"), folder.appendingPathComponent("task"))
      let (task, losses) = try train(preset, initial: initial)
      try JSONEncoder().encode(task).write(to: file)
      let theirs = try PythonScript("peer.py", variable: "ZOO_PEER_PYTHON")(
        file.path, initial.path, as: [Double].self)
      compare(losses, with: theirs)
      if ProcessInfo.processInfo.environment["ZOO_WRITE_GOLDEN"] != nil {
        let text = "[\n" + theirs.map { "  \(Float($0))" }.joined(separator: ",\n") + "\n]\n"
        try Data(text.utf8).write(to: Self.goldenFile(preset))
      }
    }
  }

  private static func goldenFile(_ preset: String) -> URL {
    URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("interop/golden/\(preset).json")
  }

  private func compare(_ losses: [Double], with wanted: [Double]) {
    #expect(losses.count == wanted.count)
    for (step, (loss, want)) in zip(losses, wanted).enumerated() {
      #expect(abs(loss - want) < Self.tolerance, "step \(step + 1): \(loss), PyTorch \(want)")
    }
  }

  /// Trains by the simplest loop that there is, and writes the tensors that it started from.
  private func train(_ preset: String, initial: URL) throws -> (task: PeerTask, losses: [Double]) {
    let registry = try Registry.standard()
    let open = try registry.descriptor(
      preset: preset, sets: ["tokenizer=bytes"], from: try Presets.standard())
    let lines = (0..<2000).map {
      "line \($0) says that \($0 * 7 % 13) and \($0 * 5 % 11) are \($0 % 3) apart\n"
    }
    let source = TextSource(
      name: "lines", train: Array(lines[..<1800].joined().utf8), heldOut: Array(lines[1800...].joined().utf8),
      startsAtLines: false)
    let data = try TrainingData(source, settings: open.tokenizer, registry: registry)
    let descriptor = try registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize)
    let recipe = try Recipe.load(
      nil, sets: ["batch=\(Self.batch)", "steps=\(Self.steps)", "schedule.warmup=10"], registry: registry)

    let context = try Context.tested(threads: 2, seed: 1)
    let model = try registry.build(descriptor, in: context, trains: true)
    let objective = try recipe.objective(
      for: try registry.architecture(descriptor.architecture), registry: registry)
    let options = AdamW.Options(recipe.optimiser)
    let optimiser = try AdamW(TrainedParameters(model.parameters), options: options, in: context)
    let schedule = try registry.member(recipe.schedule.type, of: .schedule)(recipe.schedule)
    let sampler = try WindowSampler(
      data.train, length: descriptor.context, lookAhead: objective.lookAhead, seed: 1, name: source.name)
    try withExtendedLifetime(model) {
      try SafetensorsFile.write(
        model.parameters.all.map {
          let buffer = $0.tensor.buffer
          return TensorEntry(
            name: $0.name, shape: $0.tensor.shape.sizes, byteCount: buffer.byteCount
          ) { try buffer.withHostBytes($0, $1) }
        }, metadata: [:], to: initial)
    }

    var task = PeerTask(
      architecture: descriptor.architecture, layers: model.dimensions.layers,
      heads: descriptor.settings[ModelSettings.blocks][0][BlockSettings.attention][AttentionSettings.heads],
      batch: Self.batch, beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon,
      decay: options.decay, clip: options.clip)
    var losses: [Double] = []
    for step in 0..<Self.steps {
      let example = try objective.prepare(
        sampler.batch(step, size: Self.batch), vocabulary: data.tokenizer.vocabulary,
        key: context.random.key("corruption", step: step))
      model.parameters.clearGradients()
      let pass = Pass.training(context, step: step)
      let result = try model.loss(
        example.tokens, at: example.positions, targets: example.targets, lossWeight: 1, pass)
      try pass.tape?.backward(from: result.loss, in: context)
      losses.append(Double(result.loss.values()[0]))
      let learningRate = schedule.learningRate(at: step, of: Self.steps, peak: recipe.learningRate)
      _ = optimiser.update(step: step + 1, learningRate: learningRate)
      task.steps.append(
        PeerTask.Step(
          ids: example.tokens.ids, positions: example.positions, targets: example.targets,
          learningRate: learningRate))
    }
    return (task, losses)
  }
}
