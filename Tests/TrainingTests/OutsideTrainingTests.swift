import Foundation
import Installed
import Kernels
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Training
import Transformer
import Zoo

// What a plugin outside this package would write, of parts that train a model: it knows nothing of `Training`.

/// Signs of gradients with a memory.
///
///     m ← β·m + (1 − β)·g;  w ← w − η·sign(m)
///
/// - Source: Bernstein et al., "signSGD", 2018.
private final class SignedMomentum: Optimiser {
  static let memory = Key.number("memory", 0...0.999, default: 0.9, help: "memory of gradients")

  private let parameters: TrainedParameters
  private let memory: Float
  private let context: Context
  private let buffers: [Buffer]

  init(_ settings: Resolved, _ parameters: ParameterStore, _ context: Context) throws {
    self.parameters = try TrainedParameters(parameters, groups: settings)
    self.context = context
    memory = Float(settings[Self.memory])
    buffers = try self.parameters.all.map {
      try context.allocate($0.parameter.tensor.shape, kind: .optimiser)
    }
    for buffer in buffers { context.fill(buffer, with: 0) }
  }

  var state: [NamedBuffer] {
    zip(parameters.all, buffers).map {
      NamedBuffer(
        name: ReservedNames.state("momentum", of: $0.parameter.name), shape: $0.parameter.tensor.shape,
        buffer: $1)
    }
  }
  var untouched: [String] { parameters.untouched }

  func update(step: Int, learningRate: Double) throws -> Double {
    let norm = parameters.gradientNorm(in: context)
    guard norm.isFinite else { return norm }
    for (trained, buffer) in zip(parameters.all, buffers) where trained.isWritten {
      try context.device.perform(
        SignedMomentumKernel(
          count: trained.parameter.tensor.shape.count, memory: memory,
          rate: Float(learningRate * trained.learningRateFactor), weight: trained.parameter.tensor.buffer,
          gradient: trained.gradient, momentum: buffer))
    }
    return norm
  }
}

private struct SignedMomentumKernel: Kernel {
  let count: Int
  let memory: Float
  let rate: Float
  let weight: Buffer
  let gradient: Buffer
  let momentum: Buffer
  var operands: [Buffer?] { [weight, gradient, momentum] }
  func run(on pool: ThreadPool) {
    for index in 0..<count {
      let next = memory * momentum.floats[index] + (1 - memory) * gradient.floats[index]
      momentum.floats[index] = next
      weight.floats[index] -= next > 0 ? rate : next < 0 ? -rate : 0
    }
  }
}

/// A learning rate that is halved every so many steps.
private struct Halving: Schedule {
  static let every = Key.integer("every", 1...1000, default: 2, help: "steps between halvings")
  let every: Int
  func learningRate(at step: Int, of steps: Int, peak: Double) -> Double {
    peak / pow(2, Double(step / every))
  }
}

/// Predict each token from those before it, at half the loss.
private struct HalfLoss: Objective {
  let name = "half-loss"
  let unit = "half nats"
  let lookAhead = 1
  let isLikelihood = false
  let predicts = Prediction.next
  let startsWithToken = false
  func predictions(context: Int) -> Int { context }
  func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) -> Example {
    let time = windows.length - 1
    var (ids, targets): ([Int32], [Int32]) = ([], [])
    for row in 0..<windows.batch {
      let window = windows.ids[row * windows.length..<(row + 1) * windows.length]
      ids += window.dropLast()
      targets += window.dropFirst()
    }
    return Example(
      tokens: TokenBatch(ids: ids, batch: windows.batch, time: time),
      positions: (0..<Int32(targets.count)).map { $0 }, targets: targets)
  }
  func loss(_ example: Example, of model: any LanguageModel, lossWeight: Double, _ pass: Pass) throws
    -> LossResult
  {
    let whole = try model.loss(
      example.tokens, at: example.positions, targets: example.targets, lossWeight: lossWeight, pass)
    return LossResult(
      loss: try pass.scale(whole.loss, by: 0.5), losses: whole.losses, hits: whole.hits)
  }
  func refusal(under mask: any Mask) -> String? { nil }
}

/// `x·x`, an activation that nothing fuses.
private struct Square: ActivationFunction {
  func callAsFunction(_ x: Tensor, name: String, _ pass: Pass) throws -> Tensor { try pass.multiply(x, x) }
}

/// `norm(f(x))` joined to the stream: of the output alone.
private struct OutputNorm: NormPlacement {
  func norms(shared: Bool) -> (attention: NormsOfBranch, feedForward: NormsOfBranch) { (.output, .output) }
  func callAsFunction(
    _ stream: inout ResidualStream, _ attention: Branch, _ feedForward: Branch, at rows: Indices?,
    _ pass: Pass
  ) throws {
    for (branch, rows) in [(attention, rows), (feedForward, nil)] {
      let x = try stream.joined(pass)
      if let rows { try stream.keep(rows, pass) }
      let y = try branch(x, at: rows, pass)
      try stream.add(try branch.outputNorm?(y, pass) ?? y, from: branch.path, pass)
    }
  }
}

@Suite struct OutsideTrainingTests {
  private static func bench() throws -> TrainingBench {
    var registry = try Registry.standard()
    try registry.add(
      "signed-momentum", to: .optimiser, summary: "signs with a memory",
      keys: [OptimiserSettings.learningRate, OptimiserSettings.groups, SignedMomentum.memory]
    ) { try SignedMomentum($0, $1, $2) }
    try registry.add("halving", to: .schedule, summary: "halves", keys: [Halving.every]) {
      Halving(every: $0[Halving.every])
    }
    try registry.add("half-loss", to: .objective, summary: "half of a loss") { _ in HalfLoss() }
    try registry.add("square", to: .activation, summary: "x·x") { _, _, _ in Square() }
    try registry.add("output", to: .placement, summary: "x + norm(f(x))") { _, _, _ in OutputNorm() }
    try registry.add("letters", to: .tokenizer, summary: "bytes by another name") { _, _ in
      TokenizerPipeline.bytes
    }
    try registry.add(
      Rule(name: "small-width", reason: "wider models need another plugin", about: "architecture") { model in
        guard let width = model.value(of: ModelSettings.width), width > 64 else { return [] }
        return [Problem(path: "width", found: "\(width)", allowed: "64 or less")]
      })
    return try TrainingBench(registry: registry)
  }

  private static let recipe = [
    "optimiser={ type: 'signed-momentum', learningRate: 1e-3, groups: [{ parameters: 'head.*', learningRate: 0 }] }",
    "schedule={ type: 'halving', every: 3 }", "objective=half-loss",
  ]
  private static let model = [
    "tokenizer=letters", "block.placement=output",
    "block.feedForward={ type: 'gated-mlp', activation: 'square' }",
    "head={ type: 'lm', tied: false, bias: true }",
  ]

  @Test func itTrainsWithPartsFromOutside() throws {
    let bench = try Self.bench()
    let trainer = try bench.trainer("tiny/gpt", Self.recipe, model: Self.model)
    #expect(trainer.objective.name == "half-loss")
    let head = try #require(trainer.model.parameters["head.weight"]).tensor
    let before = head.values()
    let other = try #require(trainer.model.parameters["embedding.token.weight"]).tensor
    let embedded = other.values()
    let first = try trainer.evaluate().loss
    var rates: [Double] = []
    while !trainer.isFinished { rates.append(try trainer.step().learningRate) }
    #expect(rates == [1e-3, 1e-3, 1e-3, 5e-4, 5e-4, 5e-4, 2.5e-4, 2.5e-4])
    // Their group's learning rate is 0.
    #expect(head.values() == before)
    #expect(other.values() != embedded)
    #expect(try trainer.evaluate().loss < first)
  }

  /// A checkpoint holds whatever an optimiser remembers, and training continues from it to the same bits.
  @Test func itsStateIsSavedAndRestored() throws {
    let bench = try Self.bench()
    let whole = try bench.trainer("tiny/gpt", Self.recipe, model: Self.model)
    while !whole.isFinished { _ = try whole.step() }
    let half = try bench.trainer("tiny/gpt", Self.recipe, model: Self.model)
    for _ in 0..<4 { _ = try half.step() }
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "half.safetensors")
      try half.save(to: url)
      let resumed = try bench.trainer(
        "tiny/gpt", Self.recipe, model: Self.model, from: try ModelFile.open(url, registry: bench.registry))
      while !resumed.isFinished { _ = try resumed.step() }
      for (one, other) in zip(whole.model.parameters.all, resumed.model.parameters.all) {
        #expect(one.tensor.values() == other.tensor.values(), "\(one.name)")
      }
    }
  }

  @Test func halfOfALossHasHalfOfItsGradient() throws {
    let bench = try Self.bench()
    func norm(_ objective: String) throws -> Double {
      try bench.trainer("tiny/gpt", ["objective=\(objective)"]).step().gradientNorm
    }
    let (half, whole) = (try norm("half-loss"), try norm("{ type: 'causal-lm', start: false }"))
    #expect(abs(half / whole - 0.5) < 1e-4)
  }

  @Test func itsRuleIsAsked() throws {
    let bench = try Self.bench()
    let error = #expect(throws: SettingsError.self) {
      try bench.registry.descriptor(preset: "tiny/gpt", sets: ["width=128"], from: bench.presets)
    }
    #expect(error?.problems.map(\.reason) == ["small-width: wider models need another plugin"])
  }

  @Test func aGroupThatNothingBelongsToIsRefused() throws {
    let bench = try Self.bench()
    let error = #expect(throws: SettingsError.self) {
      try bench.trainer("tiny/gpt", ["optimiser.groups=[{ parameters: 'blocs.*' }]"])
    }
    #expect(error?.problems.map(\.path) == ["optimiser.groups.0.parameters"])
  }
}
