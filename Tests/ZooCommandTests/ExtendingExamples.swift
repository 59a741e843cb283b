// The Swift code of docs/extending.md, so that it compiles and runs; a test holds the two equal.
import Foundation
import Inference
import Kernels
import Settings
import Tensors
import TestSupport
import Text
import Transformer
import Zoo

/// `gain·tanh(slope·x) + shift`, a norm that divides by nothing.
///
/// - Source: Zhu et al., "Transformers without normalization", 2025.
struct DynamicTanh: Norm {
  static let slope = Key.number("slope", 0.01...10, default: 0.5, help: "initial slope at 0")
  let slope, gain, shift: Tensor

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    let width: Shape = ["width": build.dimensions.width]
    slope = try scope.parameter("slope", ["one": 1], initial: .constant(Float(settings[Self.slope])))
    gain = try scope.parameter("weight", width, initial: .constant(1))
    shift = try scope.parameter("bias", width, initial: .constant(0))
  }

  func callAsFunction(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    let last = x.shape.rank - 1..<x.shape.rank
    let y = try pass.map(try pass.multiply(x, broadcasting: slope, along: 0..<0), Tanh())
    return try pass.add(
      try pass.multiply(y, broadcasting: gain, along: last), broadcasting: shift, along: last)
  }
}

func addDynamicTanh(to registry: inout Registry) throws {
  try registry.add(
    "dynamic-tanh", to: .norm, summary: "tanh with a learned slope", keys: [DynamicTanh.slope],
    source: "Zhu et al. 2025"
  ) { settings, scope, build in try DynamicTanh(settings, scope, build) }
}

/// Each position gets the mean of what is before it and itself.
///
/// - Source: Zhang et al., "Accelerating neural transformer via an average attention network", 2018.
struct AverageAttention: Attention {
  let output: Linear

  init(_ settings: Resolved, _ scope: Scope, _ build: BuildContext) throws {
    let width = build.dimensions.width
    output = try Linear(
      scope.child("output"), inputs: width, outputs: width, bias: true,
      initial: build.initialisation.residual(
        inputs: width, outputs: width, layers: build.dimensions.layers))
  }

  func callAsFunction(_ x: Tensor, _ visibility: Visibility, _ pass: Pass) throws -> Tensor {
    let time = x.shape.sizes[1]
    let counts = try pass.context.tensor((1...time).map { 1 / Float($0) }, ["time": time])
    let sums = try pass.cumulativeSum(x, axis: 1)
    return try output(try pass.multiply(sums, broadcasting: counts, along: 1..<2), pass)
  }
}

func addAverageAttention(to registry: inout Registry) throws {
  try registry.add(
    "average", to: .attention, summary: "the mean of the past", source: "Zhang et al. 2018"
  ) { settings, scope, build in try AverageAttention(settings, scope, build) }
}

/// Predict the token after the next.
struct SkipOne: Objective {
  let name = "skip-one"
  let unit = "nats per token"
  let lookAhead = 1
  let isLikelihood = false
  let predicts = Prediction.next
  let startsWithToken = false

  func predictions(context: Int) -> Int { context - 1 }

  func prepare(_ windows: WindowBatch, vocabulary: Vocabulary, key: PhiloxKey) -> Example {
    let time = windows.length - 2
    let rows = (0..<windows.batch).map { windows.ids[$0 * windows.length..<($0 + 1) * windows.length] }
    return Example(
      tokens: TokenBatch(ids: rows.flatMap { $0.dropLast(2) }, batch: windows.batch, time: time),
      positions: (0..<Int32(windows.batch * time)).map { $0 }, targets: rows.flatMap { $0.dropFirst(2) })
  }

  func refusal(under mask: any Mask) -> String? {
    mask.seesFuture ? "it would see what it has to predict" : nil
  }
}

func addSkipOne(to registry: inout Registry) throws {
  try registry.add("skip-one", to: .objective, summary: "predict the token after the next") { _ in SkipOne() }
}

/// Weights move by the sign of their gradients.
///
/// - Source: Bernstein et al., "signSGD", 2018.
final class SignDescent: Optimiser {
  private let parameters: TrainedParameters
  private let context: Context
  let state: [NamedBuffer] = []
  var untouched: [String] { parameters.untouched }

  init(_ settings: Resolved, _ parameters: ParameterStore, _ context: Context) throws {
    self.parameters = try TrainedParameters(parameters, groups: settings)
    self.context = context
  }

  func update(step: Int, learningRate: Double) throws -> Double {
    let norm = parameters.gradientNorm(in: context)
    guard norm.isFinite else { return norm }
    for trained in parameters.all where trained.isWritten {
      try context.device.perform(
        SignDescentKernel(
          count: trained.parameter.tensor.shape.count,
          rate: Float(learningRate * trained.learningRateFactor),
          weight: trained.parameter.tensor.buffer, gradient: trained.gradient))
    }
    return norm
  }
}

struct SignDescentKernel: Kernel {
  let count: Int
  let rate: Float
  let weight, gradient: Buffer
  var operands: [Buffer?] { [weight, gradient] }

  func run(on pool: ThreadPool) {
    for index in 0..<count {
      let slope = gradient.floats[index]
      weight.floats[index] -= slope > 0 ? rate : slope < 0 ? -rate : 0
    }
  }
}

func addSignDescent(to registry: inout Registry) throws {
  try registry.add(
    "sign-descent", to: .optimiser, summary: "signs of gradients",
    keys: [OptimiserSettings.learningRate, OptimiserSettings.groups], source: "Bernstein et al. 2018"
  ) { try SignDescent($0, $1, $2) }
}

/// A to Z become a to z.
struct LowercaseLetters: Normaliser {
  let type = "lowercase-letters"
  func normalised(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    text.map { (65...90).contains($0) ? $0 + 32 : $0 }
  }
}

func addLowercaseBytes(to registry: inout Registry) throws {
  // The part, by whose name a tokenizer's file finds it again, and what descriptors may name.
  try registry.add("lowercase-letters", to: .normaliser, summary: "A to Z become a to z") { _ in
    LowercaseLetters()
  }
  try registry.add("lowercase-bytes", to: .tokenizer, summary: "bytes without capitals") { _, _ in
    try TokenizerPipeline(kind: "lowercase-bytes", normaliser: LowercaseLetters(), model: ByteModel())
  }
}

/// How many nats a model is unsure of what it predicts, at every token of a text.
func uncertainty(of model: LoadedModel, in text: String) throws -> [Double] {
  let ids = Array(model.input(model.tokenizer.encode(text)).prefix(model.descriptor.context))
  return try model.logProbabilities(ids, at: Array(ids.indices)).map { row in
    row.reduce(0) { $0 - Double(exp($1)) * Double($1) }
  }
}

struct Uncertainty: Evaluation {
  static let bytes = Key.integer("bytes", 1...1_000_000, default: 200, help: "of the held-out text, at most")
  let bytes: Int

  func measure(_ subject: EvaluationSubject) throws -> [EvaluationFigure] {
    let text = subject.text.withHeldOut { String(decoding: $0.prefix(bytes), as: UTF8.self) }
    let nats = try uncertainty(of: subject.model, in: text)
    let mean = nats.reduce(0, +) / Double(nats.count)
    return [EvaluationFigure("uncertainty", mean, unit: "nats", count: nats.count)]
  }
}

func addUncertainty(to registry: inout Registry) throws {
  try registry.add(
    "uncertainty", to: .evaluation, summary: "mean entropy of predictions", keys: [Uncertainty.bytes]
  ) { settings in Uncertainty(bytes: settings[Uncertainty.bytes]) }
}

extension Pass {
  /// y = x², element by element.
  func square(_ x: Tensor) throws -> Tensor {
    try operation("square", "\(x.shape)") {
      let y = try output(x.shape, from: [x])
      let count = x.shape.count
      perform(SquareKernel(count: count, x: x.buffer, y: y.buffer))
      record("square", y) { [node = x.node] dy, sweep in
        guard let dx = try sweep.gradient(of: node) else { return }
        sweep.perform(
          SquareBackwardKernel(
            count: count, x: x.buffer, dy: dy, dx: dx.buffer, accumulate: dx.accumulate))
      }
      return y
    }
  }
}

struct SquareKernel: Kernel {
  let count: Int
  let x, y: Buffer
  var operands: [Buffer?] { [x, y] }
  func run(on pool: ThreadPool) {
    for index in 0..<count { y.floats[index] = x.floats[index] * x.floats[index] }
  }
}

struct SquareBackwardKernel: Kernel {
  let count: Int
  let x, dy, dx: Buffer
  let accumulate: Bool
  var operands: [Buffer?] { [x, dy, dx] }
  func run(on pool: ThreadPool) {
    for index in 0..<count {
      dx.floats[index] = 2 * x.floats[index] * dy.floats[index] + (accumulate ? dx.floats[index] : 0)
    }
  }
}

/// What a test of `square` says.
func squareFindings() throws -> [Finding] {
  var numbers = RepeatableRandom(seed: 1)
  let weights = numbers.floats(6)
  return try operationFindings(
    [OperationInput(["rows": 2, "width": 3], &numbers)],
    loss: { pass, inputs in try pass.weightedSum(try pass.square(inputs[0]), weights) },
    reference: { inputs in weightedSum(inputs[0].map { $0 * $0 }, weights) })
}
