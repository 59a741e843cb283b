import Kernels
import Testing

@testable import Tensors

@Suite struct ShapeErrorTests {
  @Test func shapesAreNamedAndComparedBySize() {
    let shape: Shape = ["batch": 8, "time": 256, "width": 384]
    #expect(shape.description == "[batch 8, time 256, width 384]")
    #expect(shape.rank == 3 && shape.rows == 2048 && shape.width == 384 && shape.count == 8 * 256 * 384)
    #expect(shape == ["a": 8, "b": 256, "c": 384])
    #expect(shape != ["batch": 8, "time": 384, "width": 256])
    #expect(shape.replacingLast("heads", 6).description == "[batch 8, time 256, heads 6]")
    let scalar = Shape([])
    #expect(scalar.count == 1 && scalar.rows == 1 && scalar.width == 1 && scalar.description == "[]")
  }

  private func text(_ body: (Pass, Context) throws -> Void) throws -> String? {
    let context = try Context.dry()
    return #expect(throws: ShapeError.self) { try body(.training(context, step: 0), context) }?.description
  }

  private func zeros(_ context: Context, _ shape: Shape) throws -> Tensor {
    Tensor(shape: shape, buffer: try context.allocate(shape), node: nil)
  }

  @Test func everyPrimitiveNamesWhatIsWrong() throws {
    let x: Shape = ["batch": 2, "time": 3, "width": 5]
    #expect(
      try text { pass, context in
        let weight = try zeros(context, ["outputs": 4, "inputs": 6])
        let input = try zeros(context, x)
        _ = try pass.linear(input, weight: weight, bias: nil, name: "blocks.3.attention.query")
      } == "blocks.3.attention.query: weight is [outputs 4, inputs 6], expected [outputs 4, inputs 5]")
    #expect(
      try text { pass, context in
        let weight = try zeros(context, ["outputs": 4, "inputs": 5])
        let bias = try zeros(context, ["outputs": 5])
        _ = try pass.linear(try zeros(context, x), weight: weight, bias: bias, name: "head")
      } == "head: bias is [outputs 5], expected [outputs 4]")
    let other: Shape = ["batch": 2, "time": 5, "width": 3]
    #expect(
      try text { _ = try $0.add(try zeros($1, x), try zeros($1, other)) }
        == "add: right side is [batch 2, time 5, width 3], expected [batch 2, time 3, width 5]")
    #expect(
      try text { _ = try $0.multiply(try zeros($1, x), try zeros($1, other)) }
        == "multiply: right side is [batch 2, time 5, width 3], expected [batch 2, time 3, width 5]")
    #expect(
      try text {
        _ = try $0.residual(try zeros($1, x), adding: try zeros($1, other), dropoutRate: 0, name: "blocks.0")
      } == "blocks.0: branch is [batch 2, time 5, width 3], expected [batch 2, time 3, width 5]")
    #expect(
      try text { _ = try $0.gated(try zeros($1, x), activation: .silu, name: "blocks.0.feedForward") }
        == "blocks.0.feedForward: input is [batch 2, time 3, width 5], expected an even last axis")
    #expect(
      try text { _ = try $1.tensor([1, 2], ["width": 3]) }
        == "tensor: values is 2 values, expected 3 values for [width 3]")
    #expect(
      try text { _ = try $1.indices([1], ["width": 3]) }
        == "indices: values is 1 values, expected 3 values for [width 3]")
  }
}
