import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

/// What a fused head and loss do inside a larger sum.
@Suite struct LossCompositionTests {
  private let rows = 7
  private let width = 5
  private let vocabulary = 37
  private let targets: [Int32] = [0, 3, 36, 5, 3, 3, 20]

  /// A context, and a parameter with a gradient for each shape.
  private func parameters() throws -> (Context, x: Tensor, weight: Tensor) {
    let context = try Context.tested(threads: 2)
    var numbers = Numbers(seed: 3)
    func parameter(_ shape: Shape) throws -> Tensor {
      let gradient = try context.tensor([Float](repeating: 9, count: shape.count), shape)
      return Tensor(
        shape: shape, buffer: try context.tensor(numbers.floats(shape.count), shape).buffer,
        node: GradientNode(shape: shape, persistent: gradient.buffer))
    }
    return (
      context, try parameter(["rows": rows, "width": width]),
      try parameter(["vocabulary": vocabulary, "width": width])
    )
  }

  private func gradients(_ tensors: Tensor...) -> [[Float]] {
    tensors.map { tensor in
      guard let buffer = tensor.node?.persistent else { return [] }
      return Tensor(shape: tensor.shape, buffer: buffer, node: nil).values()
    }
  }

  private func root(_ loss: Tensor, _ factor: Float = 1) -> [(loss: Tensor, factor: Float)] {
    [(loss: loss, factor: factor)]
  }

  private func head(_ pass: Pass, _ x: Tensor, _ weight: Tensor) throws -> LossResult {
    try pass.linearCrossEntropy(
      x, weight: weight, bias: nil, targets: try pass.context.indices(targets, ["predictions": rows]),
      name: "head")
  }

  /// The gradients of a sum of losses, each with its factor.
  private func train(
    _ losses: (Pass, Tensor, Tensor) throws -> [(loss: Tensor, factor: Float)]
  ) throws -> (gradients: [[Float]], areWritten: [Bool]) {
    let (context, x, weight) = try parameters()
    let pass = Pass.training(context, step: 0)
    try pass.tape?.backward(from: try losses(pass, x, weight), in: context)
    return (gradients(x, weight), [x, weight].map { $0.node?.isWritten ?? false })
  }

  @Test func scaledByAHalfItHalvesTheGradients() throws {
    let plain = try train { pass, x, weight in try root(head(pass, x, weight).loss, 1) }.gradients
    let halves = plain.map { $0.map { $0 / 2 } }
    #expect(
      try train { pass, x, weight in
        try root(pass.scale(try head(pass, x, weight).loss, by: 0.5))
      }.gradients == halves)
    #expect(try train { pass, x, weight in try root(head(pass, x, weight).loss, 0.5) }.gradients == halves)
  }

  @Test func addedToItselfItCountsTwice() throws {
    let plain = try train { pass, x, weight in try root(head(pass, x, weight).loss, 1) }.gradients
    let twice = try train { pass, x, weight in
      let one = try head(pass, x, weight).loss
      return try root(pass.add(one, one))
    }.gradients
    #expect(twice == plain.map { $0.map { 2 * $0 } })
  }

  @Test func unusedItLeavesNoGradient() throws {
    let result = try train { pass, x, weight in
      _ = try head(pass, x, weight).loss
      let sum = try pass.sum(try pass.sum(x, axis: 1), axis: 0)
      return root(sum)
    }
    #expect(result.areWritten == [true, false])
    #expect(result.gradients[0] == [Float](repeating: 1, count: rows * width))
    #expect(result.gradients[1] == [Float](repeating: 9, count: vocabulary * width), "nobody wrote there")
  }

  /// Reading the loss before the backward pass gives the same value, and changes no bit of the gradients.
  @Test func readBeforeItIsTheSame() throws {
    var (before, after): ([Float], [Float]) = ([], [])
    let plain = try train { pass, x, weight in try root(head(pass, x, weight).loss, 1) }.gradients
    var results: LossResult?
    let read = try train { pass, x, weight in
      let result = try head(pass, x, weight)
      before = result.loss.values() + result.losses.values() + result.hits.values().map(Float.init)
      results = result
      return root(result.loss)
    }.gradients
    if let results {
      after = results.loss.values() + results.losses.values() + results.hits.values().map(Float.init)
    }
    #expect(before == after && before.count == 1 + 2 * rows)
    #expect(before[0] > 1)
    #expect(read == plain)
  }

  @Test func auxiliaryLossesAreRootsOfTheirOwn() throws {
    let (context, x, _) = try parameters()
    let pass = Pass.training(context, step: 0)
    try pass.addLoss(try pass.sum(try pass.reshape(x, to: ["count": rows * width]), axis: 0), name: "balance")
    try pass.addLoss(try context.tensor([3], ["loss": 1]), name: "constant")
    #expect(pass.auxiliaryLosses.map(\.name) == ["balance"])
    #expect(throws: ShapeError.self) { try pass.addLoss(x, name: "whole") }
    try pass.tape?.backward(from: pass.auxiliaryLosses.map { ($0.loss, 0.25) }, in: context)
    #expect(gradients(x)[0] == [Float](repeating: 0.25, count: rows * width))
    let inference = Pass.inference(context)
    try inference.addLoss(try inference.sum(try inference.sum(x, axis: 0), axis: 0), name: "balance")
    #expect(inference.auxiliaryLosses.isEmpty)
  }
}
