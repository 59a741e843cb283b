import Settings
import Tensors
import TestSupport
import Testing
import Transformer
import Zoo

/// The kit finds what is wrong: an operation and layers with one fault each.
@Suite struct FindingTests {
  @Test func aWrongGradientAndAWrongValueAreFound() throws {
    var numbers = RepeatableRandom(seed: 3)
    let input = OperationInput(["rows": 2, "width": 3], &numbers)
    let weights = numbers.floats(6)
    func checks(factor: Double) throws -> [String] {
      try operationFindings(
        [input], on: TestDevice.make,
        loss: { pass, inputs in try pass.weightedSum(try pass.multiply(inputs[0], inputs[0]), weights) },
        reference: { inputs in weightedSum(inputs[0].map { factor * $0 * $0 }, weights) }
      ).map(\.check)
    }
    #expect(try checks(factor: 1) == [])
    let wrong = try checks(factor: 1.1)
    #expect(wrong.first == "value" && wrong.filter { $0 == "gradient" }.count == 6)
  }

  /// An attention with one fault: it looks ahead, forgets the past in the cache, or drops a gradient.
  private struct Faulty: Attention {
    let fault: String
    let path: String
    let map: Linear
    var usesCache: Bool { fault == "cache" }

    func callAsFunction(_ x: Tensor, _ visibility: Visibility, _ pass: Pass) throws -> Tensor {
      let y = try map(x, pass)
      switch fault {
      case "visibility":
        // The mean over all positions of the sequence, later ones too.
        let mean = try pass.mean(y, axis: 1)
        let (batch, time, width) = (y.shape.sizes[0], y.shape.sizes[1], y.shape.sizes[2])
        let spread = try pass.matrixProduct(
          try pass.context.tensor(
            [Float](repeating: 1, count: batch * time), ["batch": batch, "time": time, "one": 1]),
          try pass.reshape(mean, to: ["batch": batch, "one": 1, "width": width]))
        return try pass.add(y, spread)
      case "cache":
        return try pass.cumulativeSum(y, axis: 1)
      case "gradients":
        return try pass.add(
          try pass.cumulativeSum(y, axis: 1), Tensor(shape: y.shape, buffer: y.buffer, node: nil))
      default:
        return try pass.cumulativeSum(y, axis: 1)
      }
    }
  }

  private static func checks(_ fault: String) throws -> ModelChecks {
    var registry = try Registry.standard()
    try registry.add("faulty", to: .attention, summary: "with one fault") { _, scope, build in
      let width = build.dimensions.width
      return Faulty(
        fault: fault, path: scope.path,
        map: try Linear(
          scope.child("map"), inputs: width, outputs: width, bias: false,
          initial: build.initialisation.weight(inputs: width, outputs: width)))
    }
    return try ModelChecks(
      """
      { architecture: 'gpt', layers: 1, width: 12, context: 24, vocabulary: 30, position: 'none',
        block: { attention: 'faulty' }, initialisation: { type: 'normal', deviation: 0.2 } }
      """, registry, device: TestDevice.make)
  }

  @Test(arguments: ["none", "visibility", "cache", "gradients"])
  func aFaultIsFoundByItsCheck(_ fault: String) throws {
    let found = Set(try Self.checks(fault).findings().map(\.check))
    // Looking ahead is looking at padding, too.
    let wanted: Set<String> = fault == "none" ? [] : fault == "visibility" ? [fault, "padding"] : [fault]
    #expect(found == wanted)
  }

  @Test func distancesSeeNaN() {
    #expect(distance([1, .nan], [1, 2]) == .infinity)
    #expect(distance([1, 2], [1, 2.5]) == 0.5)
    #expect(distance([1], [1, 2]) == .infinity)
  }
}
