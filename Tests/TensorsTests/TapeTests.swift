import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

@Suite struct TapeTests {
  private let shape: Shape = ["rows": 4, "width": 6]

  private func linear(_ x: [Double], _ w: [Double], _ activation: Activation) -> [Double] {
    Reference.linear(rows: 4, inputs: 6, outputs: 6, x: x, weight: w, bias: nil, activation: activation).y
  }

  /// One gradient buffer flows to both sides of each sum; primitives whose backward works in place must
  /// not change it for the other side.
  @Test func sharedGradientsAreCopiedBeforeTheyChange() throws {
    var numbers = Numbers(seed: 1)
    let inputs = [
      Input(shape, &numbers), Input(["outputs": 6, "inputs": 6], &numbers),
      Input(["outputs": 6, "inputs": 6], &numbers),
    ]
    let weights = numbers.floats(24)
    try checkGradients(
      inputs, "shared gradients",
      loss: { pass, inputs in
        let left = try pass.linear(inputs[0], weight: inputs[1], bias: nil, activation: .gelu)
        let right = try pass.linear(inputs[0], weight: inputs[2], bias: nil, activation: .silu)
        let sum = try pass.residual(
          try pass.add(left, right), adding: try pass.scale(left, by: 2), dropoutRate: 0, name: "join")
        return try pass.weightedSum(try pass.add(sum, right), weights)
      },
      twin: { inputs in
        let left = linear(inputs[0], inputs[1], .gelu)
        let right = linear(inputs[0], inputs[2], .silu)
        return weightedSum(zip(left, right).map { 3 * $0 + 2 * $1 }, weights)
      })
  }

  /// The gradient of a sum is shared by its sides; adding another contribution to one side's must leave
  /// the other's as it is.
  @Test func sharedGradientsAreCopiedBeforeTheyGrow() throws {
    var numbers = Numbers(seed: 4)
    let inputs = [Input(shape, &numbers), Input(shape, &numbers)]
    let weights = numbers.floats(24)
    try checkGradients(
      inputs, "2·left + (left + right)",
      loss: { pass, inputs in
        let (left, right) = (try pass.scale(inputs[0], by: 3), try pass.scale(inputs[1], by: 5))
        let double = try pass.scale(left, by: 2)
        let sum = try pass.add(left, right)
        return try pass.weightedSum(try pass.add(sum, double), weights)
      },
      twin: { weightedSum(zip($0[0], $0[1]).map { 9 * $0 + 5 * $1 }, weights) })
  }

  @Test func aTensorMayBeUsedOnBothSides() throws {
    var numbers = Numbers(seed: 2)
    let weights = numbers.floats(24)
    try checkGradients(
      [Input(shape, &numbers)], "x + x, (x + x)·x",
      loss: { pass, inputs in
        let double = try pass.add(inputs[0], inputs[0])
        return try pass.weightedSum(try pass.multiply(double, inputs[0]), weights)
      },
      twin: { weightedSum($0[0].map { 2 * $0 * $0 }, weights) })
  }

  @Test func aParameterMayBeUsedTwice() throws {
    var numbers = Numbers(seed: 3)
    let inputs = [Input(shape, &numbers), Input(["outputs": 6, "inputs": 6], &numbers)]
    let weights = numbers.floats(24)
    try checkGradients(
      inputs, "one weight in two layers",
      loss: { pass, inputs in
        let hidden = try pass.linear(inputs[0], weight: inputs[1], bias: nil, activation: .geluTanh)
        let y = try pass.linear(hidden, weight: inputs[1], bias: nil)
        return try pass.weightedSum(y, weights)
      },
      twin: { inputs in
        weightedSum(linear(linear(inputs[0], inputs[1], .geluTanh), inputs[1], .identity), weights)
      })
  }

  private func parameter(_ values: [Float], in context: Context) throws -> Tensor {
    let shape: Shape = ["width": values.count]
    let gradient = try context.tensor([Float](repeating: .nan, count: values.count), shape, kind: .gradients)
    let node = GradientNode(shape: shape, persistent: gradient.buffer)
    let buffer = try context.tensor(values, shape, kind: .parameters).buffer
    return Tensor(shape: shape, buffer: buffer, node: node)
  }

  private func gradient(of tensor: Tensor) -> [Float] {
    guard let buffer = tensor.node?.persistent else { return [] }
    return Tensor(shape: tensor.shape, buffer: buffer, node: nil).values()
  }

  @Test func gradientsAccumulateOverPassesUntilTheStepEnds() throws {
    let context = try Context.tested(threads: 1)
    let x = try parameter([1, 2], in: context)
    func backward(_ factor: Float) throws {
      let pass = Pass.training(context, step: 0)
      let loss = try pass.weightedSum(try pass.scale(x, by: factor), [1, 10])
      try pass.tape?.backward(from: loss, in: context)
      #expect(pass.tape?.count == 0)
    }
    try backward(1)
    #expect(gradient(of: x) == [1, 10])
    try backward(2)
    #expect(gradient(of: x) == [3, 30])
    x.node?.isWritten = false
    try backward(5)
    #expect(gradient(of: x) == [5, 50])
  }

  @Test func whatDoesNotReachTheLossHasNoGradient() throws {
    let context = try Context.tested(threads: 1)
    let (used, unused) = (try parameter([1], in: context), try parameter([1], in: context))
    let pass = Pass.training(context, step: 0)
    _ = try pass.scale(unused, by: 3)
    let loss = try pass.weightedSum(try pass.scale(used, by: 2), [1])
    try pass.tape?.backward(from: loss, in: context)
    #expect(gradient(of: used) == [2] && used.node?.isWritten == true)
    #expect(unused.node?.isWritten == false)
  }

  @Test func backwardNeedsALossThatDependsOnAParameter() throws {
    let context = try Context.tested(threads: 1)
    let constant = try context.tensor([1], ["loss": 1])
    let wide = try parameter([1, 2], in: context)
    for loss in [constant, wide] {
      let error = #expect(throws: ShapeError.self) { try Tape().backward(from: loss, in: context) }
      #expect(error?.component == "backward" && error?.role == "loss")
    }
  }

  @Test func inferenceRecordsNothing() throws {
    let context = try Context.tested(threads: 1)
    let x = try parameter([1, -2], in: context)
    let live = context.device.arena.live
    let pass = Pass.inference(context)
    var y: Tensor? = try pass.activate(try pass.scale(x, by: 2), .relu)
    #expect(y?.node == nil && y?.values() == [2, 0])
    #expect(!pass.isTraining)
    y = nil
    #expect(context.device.arena.live == live)
  }
}
