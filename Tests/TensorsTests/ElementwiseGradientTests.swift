import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

@Suite struct ElementwiseGradientTests {
  private static let counts = [1, 7, 64, 1000]

  private func inputs(_ count: Int, _ number: Int) -> (inputs: [Input], weights: [Float]) {
    var numbers = Numbers(seed: count)
    let shape: Shape = ["batch": 1, "time": 1, "width": count]
    return ((0..<number).map { _ in Input(shape, &numbers, scale: 2) }, numbers.floats(count))
  }

  @Test(arguments: counts)
  func add(count: Int) throws {
    let (inputs, weights) = inputs(count, 2)
    try checkGradients(
      inputs, "add \(count)", loss: { try $0.weightedSum(try $0.add($1[0], $1[1]), weights) },
      twin: { weightedSum(Reference.add($0[0], $0[1]), weights) })
  }

  @Test(arguments: counts)
  func multiply(count: Int) throws {
    let (inputs, weights) = inputs(count, 2)
    try checkGradients(
      inputs, "multiply \(count)", loss: { try $0.weightedSum(try $0.multiply($1[0], $1[1]), weights) },
      twin: { weightedSum(Reference.multiply($0[0], $0[1]), weights) })
  }

  @Test(arguments: counts)
  func scale(count: Int) throws {
    let (inputs, weights) = inputs(count, 1)
    try checkGradients(
      inputs, "scale \(count)", loss: { try $0.weightedSum(try $0.scale($1[0], by: -1.5), weights) },
      twin: { weightedSum($0[0].map { -1.5 * $0 }, weights) })
  }

  @Test(arguments: counts, [0, 0.1, 0.5])
  func dropout(count: Int, rate: Double) throws {
    let (inputs, weights) = inputs(count, 1)
    let mask = Dropout(rate: Float(rate), key: RandomStream(seed: 1).key("here.dropout", step: 3))
    try checkGradients(
      inputs, "dropout \(count) \(rate)",
      loss: { try $0.weightedSum(try $0.dropout($1[0], rate: rate, name: "here"), weights) },
      twin: { weightedSum(Reference.dropout($0[0], rate == 0 ? nil : mask), weights) })
  }

  @Test(arguments: counts, [0, 0.3])
  func residual(count: Int, rate: Double) throws {
    let (inputs, weights) = inputs(count, 2)
    let mask = Dropout(rate: Float(rate), key: RandomStream(seed: 1).key("join.dropout", step: 3))
    try checkGradients(
      inputs, "residual \(count) \(rate)",
      loss: { pass, inputs in
        let sum = try pass.residual(inputs[0], adding: inputs[1], dropoutRate: rate, name: "join")
        return try pass.weightedSum(sum, weights)
      },
      twin: {
        let sum = Reference.addDropped(x: $0[0], branch: $0[1], dropout: rate == 0 ? nil : mask)
        return weightedSum(sum, weights)
      })
  }

  @Test func dropoutRestsOutsideTraining() throws {
    let context = try Context.tested(threads: 1)
    let x = try context.tensor([1, 2, 3], ["width": 3])
    #expect(try Pass.inference(context).dropout(x, rate: 0.9, name: "here").values() == [1, 2, 3])
  }

  @Test func dropoutDependsOnPlaceAndStepAlone() throws {
    let context = try Context.tested(threads: 2)
    let x = try context.tensor([Float](repeating: 1, count: 200), ["width": 200])
    func mask(_ name: String, _ step: Int) throws -> [Float] {
      try Pass.training(context, step: step).dropout(x, rate: 0.5, name: name).values()
    }
    let first = try mask("a", 1)
    #expect(try mask("a", 1) == first)
    #expect(try mask("b", 1) != first)
    #expect(try mask("a", 2) != first)
  }
}
