import Kernels
import TestSupport
import Testing

@testable import Tensors

/// Repeatable operands for tests of primitives.
typealias Numbers = RepeatableRandom

/// One input of a primitive under test.
struct Input {
  let shape: Shape
  let values: [Float]

  /// Numbers evenly spread over `around` − scale to `around` + scale.
  init(_ shape: Shape, _ numbers: inout Numbers, scale: Float = 1, around centre: Float = 0) {
    self.shape = shape
    values = numbers.floats(shape.count, scale: scale).map { $0 + centre }
  }

  var doubles: [Double] { values.map(Double.init) }
}

extension Pass {
  /// A single value from any tensor: `Σ x·weights`.
  func weightedSum(_ x: Tensor, _ weights: [Float]) throws -> Tensor {
    let loss = try output(["loss": 1], from: [x])
    try loss.buffer.upload([Float(zip(x.values(), weights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })])
    let (shape, node) = (x.shape, x.node)
    record("weightedSum", loss) { _, sweep in
      try sweep.accumulate(try sweep.context.tensor(weights, shape).buffer, into: node)
    }
    return loss
  }
}

/// `Σ x·weights` of a reference result.
func weightedSum(_ x: [Double], _ weights: [Float]) -> Double {
  precondition(x.count == weights.count, "one weight for each number")
  return zip(x, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
}

/// Holds a primitive against its plain twin in double precision: the value, and the gradient of every
/// input against central differences of the twin. The same on 1, 2, 4 and 8 threads, bit for bit, and a
/// dry device counts the FLOPs and the peak of the memory that a real one reaches.
///
/// - Parameters:
///   - loss: a single value, by primitives, from the inputs as tensors.
///   - twin: the same value from the inputs in double precision.
func checkGradients(
  _ inputs: [Input], step: Int = 3, tolerance: Double = 1e-5, samples: Int = 30, _ description: String,
  loss: (Pass, [Tensor]) throws -> Tensor, twin: ([[Double]]) -> Double
) throws {
  func run(_ context: Context) throws -> (loss: Float, gradients: [[Float]], flops: UInt64, peak: Int) {
    let tensors = try inputs.map { input in
      let gradient = try context.tensor([Float](repeating: .nan, count: input.shape.count), input.shape)
      let values = try context.tensor(input.values, input.shape)
      return Tensor(
        shape: input.shape, buffer: values.buffer,
        node: GradientNode(shape: input.shape, persistent: gradient.buffer))
    }
    let pass = Pass.training(context, step: step)
    let result = try loss(pass, tensors)
    try pass.tape?.backward(from: result, in: context)
    let gradients = tensors.map { tensor -> [Float] in
      guard let node = tensor.node, let buffer = node.persistent else { return [] }
      return Tensor(shape: tensor.shape, buffer: buffer, node: nil).values()
    }
    return (result.values()[0], gradients, context.device.matrixFlops, context.device.arena.peak)
  }
  let actual = try run(.tested(threads: 1))
  for threads in [2, 4, 8] {
    let other = try run(.tested(threads: threads))
    let areEqual =
      other.loss == actual.loss
      && other.gradients.map { $0.map(\.bitPattern) } == actual.gradients.map { $0.map(\.bitPattern) }
    #expect(areEqual, "\(threads) threads: \(description)")
    let dry = try run(.dry(threads: threads))
    #expect(dry.flops == other.flops, "\(description)")
    #expect(dry.peak == other.peak, "\(description)")
  }
  let operands = inputs.map(\.doubles)
  let expected = twin(operands)
  #expect(abs(Double(actual.loss) - expected) < tolerance * max(1, abs(expected)), "value: \(description)")
  var numbers = Numbers(seed: 1)
  for (number, input) in inputs.enumerated() {
    let picked =
      input.shape.count <= samples
      ? Array(0..<input.shape.count) : (0..<samples).map { _ in numbers.integer(0...input.shape.count - 1) }
    let width = 1e-5
    let slopes = picked.map { index -> Double in
      var moved = operands
      moved[number][index] = operands[number][index] + width
      let above = twin(moved)
      moved[number][index] = operands[number][index] - width
      return (above - twin(moved)) / (2 * width)
    }
    let size = max(1, slopes.reduce(0) { max($0, abs($1)) })
    for (index, slope) in zip(picked, slopes) {
      let error = abs(Double(actual.gradients[number][index]) - slope) / size
      // Also false when the gradient is no number.
      #expect(error < tolerance, "input \(number), element \(index): \(description)")
    }
  }
}
