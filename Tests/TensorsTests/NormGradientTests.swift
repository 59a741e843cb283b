import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

@Suite struct NormGradientTests {
  @Test(arguments: 0..<16)
  func normAlone(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let kind = numbers.choose(NormKind.allCases)
    let (rows, width) = (numbers.choose([1, 5, 60]), numbers.choose([1, 2, 7, 16, 300]))
    let (hasWeight, hasBias) = (numbers.flag(), numbers.flag())
    var inputs = [Input(["batch": 1, "time": rows, "width": width], &numbers, scale: 2)]
    if hasWeight { inputs.append(Input(["width": width], &numbers)) }
    if hasBias { inputs.append(Input(["width": width], &numbers)) }
    let weights = numbers.floats(rows * width)
    try checkGradients(
      inputs, tolerance: 2e-5, "\(kind) \(rows)×\(width), weight \(hasWeight), bias \(hasBias)",
      loss: { pass, inputs in
        let y = try pass.norm(
          inputs[0], kind: kind, weight: hasWeight ? inputs[1] : nil, bias: hasBias ? inputs.last : nil,
          epsilon: 0.01)
        return try pass.weightedSum(y, weights)
      },
      twin: { inputs in
        let result = Reference.normForward(
          kind: kind, rows: rows, width: width, x: inputs[0], branch: nil, dropout: nil,
          weight: hasWeight ? inputs[1] : nil, bias: hasBias ? inputs.last : nil, epsilon: 0.01)
        return weightedSum(result.y, weights)
      })
  }

  @Test(arguments: 20..<36)
  func normOfResidualSum(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let kind = numbers.choose(NormKind.allCases)
    let (rows, width) = (numbers.choose([1, 5, 60]), numbers.choose([1, 3, 16, 100]))
    let rate = numbers.choose([0, 0.5])
    // Sometimes only one of the two results is used.
    let (usesSum, usesOutput) = numbers.choose([(true, true), (true, true), (false, true), (true, false)])
    let shape: Shape = ["batch": 1, "time": rows, "width": width]
    var inputs = [Input(shape, &numbers, scale: 2), Input(shape, &numbers, scale: 2)]
    if usesOutput { inputs += [Input(["width": width], &numbers), Input(["width": width], &numbers)] }
    let ones = [Float](repeating: 1, count: width)
    let (sumWeights, weights) = (numbers.floats(rows * width), numbers.floats(rows * width))
    let key = RandomStream(seed: 1).key("join.dropout", step: 3)
    try checkGradients(
      inputs, tolerance: 2e-5, "\(kind) \(rows)×\(width), dropout \(rate), uses \(usesSum) \(usesOutput)",
      loss: { pass, inputs in
        let constant = try pass.context.tensor(ones, ["width": width])
        let (sum, y) = try pass.norm(
          inputs[0], adding: inputs[1], dropoutRate: rate, kind: kind,
          weight: usesOutput ? inputs[2] : constant, bias: usesOutput ? inputs[3] : nil, epsilon: 0.01,
          name: "join")
        let parts = (
          usesSum ? try pass.weightedSum(sum, sumWeights) : nil,
          usesOutput ? try pass.weightedSum(y, weights) : nil
        )
        switch parts {
        case (let first?, let second?): return try pass.add(first, second)
        case (let only?, nil), (nil, let only?): return only
        default: preconditionFailure("one result is used")
        }
      },
      twin: { inputs in
        let result = Reference.normForward(
          kind: kind, rows: rows, width: width, x: inputs[0], branch: inputs[1],
          dropout: rate > 0 ? Dropout(rate: Float(rate), key: key) : nil,
          weight: usesOutput ? inputs[2] : nil, bias: usesOutput ? inputs[3] : nil, epsilon: 0.01)
        return (usesSum ? weightedSum(result.sum, sumWeights) : 0)
          + (usesOutput ? weightedSum(result.y, weights) : 0)
      })
  }

  @Test(arguments: 40..<50)
  func headNorm(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (time, headWidth) = (numbers.choose([1, 4, 80]), numbers.choose([1, 3, 8, 12]))
    let (heads, shared) = (numbers.integer(1...3), numbers.integer(1...2))
    let stride = (heads + 2 * shared) * headWidth
    let inputs = [
      Input(["batch": 1, "time": time, "width": stride], &numbers, scale: 2),
      Input(["width": headWidth], &numbers), Input(["width": headWidth], &numbers),
    ]
    let weights = numbers.floats(time * stride)
    try checkGradients(
      inputs, tolerance: 2e-5, "time \(time), heads \(heads) and \(shared), head width \(headWidth)",
      loss: { pass, inputs in
        let y = try pass.headNorm(
          inputs[0], heads: heads, keyValueHeads: shared, headWidth: headWidth, queryWeight: inputs[1],
          keyWeight: inputs[2], epsilon: 0.01, name: "headNorm")
        return try pass.weightedSum(y, weights)
      },
      twin: { inputs in
        let result = Reference.headNormForward(
          rows: time, stride: stride, queryHeads: heads, keyHeads: shared, headWidth: headWidth,
          queryWeight: inputs[1], keyWeight: inputs[2], epsilon: 0.01, x: inputs[0])
        return weightedSum(result.y, weights)
      })
  }
}
