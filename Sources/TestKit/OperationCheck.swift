import Tensors

/// One input of an operation under test.
public struct OperationInput: Sendable {
  /// Its shape.
  public let shape: Shape
  /// Its values, in the order of memory.
  public let values: [Float]

  /// Numbers evenly spread over `centre` − scale to `centre` + scale.
  public init(
    _ shape: Shape, _ numbers: inout RepeatableRandom, scale: Float = 1, around centre: Float = 0
  ) {
    self.shape = shape
    values = numbers.floats(shape.count, scale: scale).map { $0 + centre }
  }

  /// The values in double precision, which the reference works in.
  public var doubles: [Double] { values.map(Double.init) }
}

extension Pass {
  /// A single value from any tensor, to make a loss of an operation's result: `Σ x·weights`.
  ///
  /// - Throws: `MemoryError`.
  public func weightedSum(_ x: Tensor, _ weights: [Float]) throws -> Tensor {
    let loss = try output(["loss": 1], from: [x])
    try loss.buffer.upload([Float(zip(x.values(), weights).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })])
    let (shape, node) = (x.shape, x.node)
    record("weightedSum", loss) { _, sweep in
      try sweep.accumulate(try sweep.context.tensor(weights, shape).buffer, into: node)
    }
    return loss
  }
}

/// `Σ x·weights` of a reference's result.
public func weightedSum(_ x: [Double], _ weights: [Float]) -> Double {
  precondition(x.count == weights.count, "one weight for each number")
  return zip(x, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
}

/// Compares an operation with a plain reference in double precision: the value, and the gradient of every input with
/// central differences of the reference. The same on 1, 2, 4 and 8 threads, bit for bit, and a dry device counts the
/// FLOPs and the peak of the memory that a real one reaches.
///
///     var numbers = RepeatableRandom(seed: 1)
///     let weights = numbers.floats(6)
///     let findings = try operationFindings(
///       [OperationInput(["rows": 2, "width": 3], &numbers)],
///       loss: { pass, inputs in try pass.weightedSum(try pass.square(inputs[0]), weights) },
///       reference: { inputs in weightedSum(inputs[0].map { $0 * $0 }, weights) })
///
/// - Parameters:
///   - inputs: the inputs and their values.
///   - step: of the training pass, which its dropout depends on.
///   - tolerance: relative to the largest slope of an input, and to the value where that is above 1.
///   - samples: elements of each input whose slope is measured, at most.
///   - device: makes the device to compute on.
///   - loss: a single value, by operations, from the inputs as tensors.
///   - reference: the same value from the inputs in double precision.
/// - Throws: what the operation throws.
public func operationFindings(
  _ inputs: [OperationInput], step: Int = 3, tolerance: Double = 1e-5, samples: Int = 30,
  on device: DeviceMaker = processor, loss: (Pass, [Tensor]) throws -> Tensor,
  reference: ([[Double]]) -> Double
) throws -> [Finding] {
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
  var findings: [Finding] = []
  func real(_ threads: Int) throws -> Context { Context(device: try device(threads), seed: 1) }
  let actual = try run(try real(1))
  for threads in [2, 4, 8] {
    let other = try run(try real(threads))
    if other.loss != actual.loss || !zip(other.gradients, actual.gradients).allSatisfy(sameBits) {
      findings.append(Finding("threads", "\(threads) threads give other bits than 1"))
    }
    let dry = try run(.dry(threads: threads))
    if dry.flops != other.flops || dry.peak != other.peak {
      findings.append(
        Finding(
          "dry run",
          "it counts \(dry.flops) FLOPs and \(dry.peak) bytes where \(threads) threads count \(other.flops) and \(other.peak)"
        ))
    }
  }
  let operands = inputs.map(\.doubles)
  let expected = reference(operands)
  // Also false where one of them is NaN.
  if !(abs(Double(actual.loss) - expected) < tolerance * max(1, abs(expected))) {
    findings.append(Finding("value", "it is \(actual.loss), the reference's \(expected)"))
  }
  var numbers = RepeatableRandom(seed: 1)
  for (number, input) in inputs.enumerated() {
    let picked =
      input.shape.count <= samples
      ? Array(0..<input.shape.count) : (0..<samples).map { _ in numbers.integer(0...input.shape.count - 1) }
    let width = 1e-5
    let slopes = picked.map { index -> Double in
      var moved = operands
      moved[number][index] = operands[number][index] + width
      let above = reference(moved)
      moved[number][index] = operands[number][index] - width
      return (above - reference(moved)) / (2 * width)
    }
    let size = max(1, slopes.reduce(0) { max($0, abs($1)) })
    for (index, slope) in zip(picked, slopes) {
      let gradient = Double(actual.gradients[number][index])
      if !(abs(gradient - slope) / size < tolerance) {
        findings.append(
          Finding(
            "gradient",
            "of input \(number), element \(index), is \(gradient), the reference's slope \(slope)"))
      }
    }
  }
  return findings
}
