import TestSupport
import Testing

@testable import Tensors

/// Repeatable operands for tests of primitives.
typealias Numbers = RepeatableRandom

/// One input of a primitive under test.
typealias Input = OperationInput

/// Expects of a primitive what the kit expects of every operation, on the device that tests compute on.
///
/// - Parameters:
///   - loss: a single value, by primitives, from the inputs as tensors.
///   - twin: the same value from the inputs in double precision.
func checkGradients(
  _ inputs: [Input], step: Int = 3, tolerance: Double = 1e-5, samples: Int = 30, _ description: String,
  loss: (Pass, [Tensor]) throws -> Tensor, twin: ([[Double]]) -> Double
) throws {
  let findings = try operationFindings(
    inputs, step: step, tolerance: tolerance, samples: samples, on: TestDevice.make, loss: loss,
    reference: twin)
  #expect(findings == [], "\(description)")
}
