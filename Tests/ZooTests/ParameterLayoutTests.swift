import Tensors
import TestSupport
import Testing
import Transformer
import Zoo

/// What the parts of fused tensors are called, and that they can be taken apart and put together.
@Suite struct ParameterLayoutTests {
  @Test(arguments: ModelFixture.tiny) func partsAddUpToTheShape(_ preset: String) throws {
    let (model, _) = try ModelFixture.build(try ModelFixture.descriptor(preset))
    var fused = 0
    for parameter in model.parameters.all {
      let name = parameter.name
      let isProjection = name.contains(".attention.projection.")
      guard let layout = parameter.layout else {
        #expect(!isProjection, "\(name)")
        continue
      }
      fused += 1
      let shape = parameter.tensor.shape
      #expect(layout.fits(shape) && layout.axis == 0, "\(name)")
      #expect(
        layout.parts.map(\.name) == (isProjection ? ["query", "key", "value"] : ["gate", "value"]), "\(name)")
      let values = parameter.tensor.values()
      let parts = try layout.split(values, sizes: shape.sizes)
      let row = shape.count / shape.sizes[0]
      #expect(parts.map(\.count) == layout.parts.map { $0.size * row })
      #expect(sameBits(try layout.join(parts, sizes: shape.sizes), values), "\(name)")
    }
    #expect(fused >= 2, "preset \(preset)")
  }

  @Test func partsOfAnOddAttention() throws {
    let (model, _) = try ModelFixture.build(try ModelFixture.descriptor("tiny/wide-heads"), dry: true)
    let layout = try #require(model.parameters["blocks.1.attention.projection.weight"]?.layout)
    #expect(layout == ParameterLayout([.init("query", 24), .init("key", 12), .init("value", 12)]))
  }

  @Test func anyAxis() throws {
    let layout = ParameterLayout(axis: 1, [.init("a", 1), .init("b", 2)])
    let values: [Float] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    let parts = try layout.split(values, sizes: [2, 3, 2])
    #expect(parts == [[0, 1, 6, 7], [2, 3, 4, 5, 8, 9, 10, 11]])
    #expect(try layout.join(parts, sizes: [2, 3, 2]) == values)
  }

  @Test func whatDoesNotFitIsRefused() {
    let layout = ParameterLayout([.init("a", 1), .init("b", 2)])
    #expect(throws: ShapeError.self) { try layout.split([1, 2, 3, 4], sizes: [4]) }
    #expect(throws: ShapeError.self) { try layout.split([1, 2, 3, 4], sizes: [3]) }
    #expect(throws: ShapeError.self) { try layout.split([1], sizes: []) }
    #expect(throws: ShapeError.self) { try layout.join([[1, 2], [3]], sizes: [3]) }
    #expect(throws: ShapeError.self) { try layout.join([[1], [2, 3], []], sizes: [3]) }
    #expect(!ParameterLayout([.init("a", 1), .init("a", 2)]).fits(["rows": 3]))
    #expect(!ParameterLayout(axis: 1, [.init("a", 3)]).fits(["rows": 3]))
  }
}
