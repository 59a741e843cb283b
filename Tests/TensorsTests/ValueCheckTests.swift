import Kernels
import Tensors
import TestSupport
import Testing

/// NaN and infinity are found where they are made.
@Suite struct ValueCheckTests {
  @Test(arguments: [1, 7, 8, 9, 4095, 4096, 4097, 10_000])
  func theFirstValueThatIsNotFiniteIsFound(count: Int) {
    var values = (0..<count).map { Float($0 % 11) - 5 }
    #expect(firstNonFinite(values, count: count) == nil)
    for place in Set([0, count / 2, count - 1]) {
      for value in [Float.nan, .infinity, -.infinity] {
        let kept = values[place]
        values[place] = value
        #expect(firstNonFinite(values, count: count) == place)
        values[place] = kept
      }
    }
    values[0] = .greatestFiniteMagnitude
    values[count - 1] = -.greatestFiniteMagnitude
    #expect(firstNonFinite(values, count: count) == nil)
  }

  private func context(checksValues: Bool) throws -> Context {
    let context = try Context.tested(threads: 1)
    context.checksValues = checksValues
    return context
  }

  @Test func aResultIsRefusedByTheNameOfItsOperation() throws {
    let context = try context(checksValues: true)
    let x = try context.tensor([1, 2, 3, 1e30], ["rows": 2, "width": 2])
    let error = #expect(throws: NonFiniteError.self) { try Pass.inference(context).scale(x, by: 1e30) }
    #expect(error?.operation == "scale" && error?.index == 3 && error?.value == "inf")
    #expect(error.map { "\($0)" } == "scale: inf at element 3 of \(x.shape)")
  }

  @Test func aGradientIsRefusedByTheNameOfItsOperation() throws {
    for checksValues in [true, false] {
      let context = try context(checksValues: checksValues)
      let node = GradientNode(shape: ["width": 1])
      let x = Tensor(shape: ["width": 1], buffer: try context.tensor([0], ["width": 1]).buffer, node: node)
      let pass = Pass.training(context, step: 0)
      // Forward 0 all the way; the gradient is 1e30 · 1e30.
      let loss = try pass.scale(try pass.scale(x, by: 1e30), by: 1e30)
      if checksValues {
        let error = #expect(throws: NonFiniteError.self) { try pass.tape?.backward(from: loss, in: context) }
        #expect(error?.operation == "scale.backward" && error?.shape == ["width": 1])
      } else {
        try pass.tape?.backward(from: loss, in: context)
      }
    }
  }
}
