import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

@Suite struct LinearGradientTests {
  @Test(arguments: 0..<30)
  func linear(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let activation = Activation.allCases[seed % Activation.allCases.count]
    let (batch, time) = (numbers.choose([1, 3]), numbers.choose([1, 5, 40]))
    let (inputs, outputs) = (numbers.choose([1, 3, 16, 33]), numbers.choose([1, 2, 8, 61]))
    let hasBias = numbers.flag()
    let rows = batch * time
    var operands = [
      Input(["batch": batch, "time": time, "width": inputs], &numbers),
      Input(["outputs": outputs, "inputs": inputs], &numbers),
    ]
    if hasBias { operands.append(Input(["outputs": outputs], &numbers)) }
    let weights = numbers.floats(rows * outputs)
    try checkGradients(
      operands, tolerance: 2e-5,
      "\(activation) \(rows)×\(inputs)→\(outputs), bias \(hasBias), seed \(seed)",
      loss: { pass, operands in
        let y = try pass.linear(
          operands[0], weight: operands[1], bias: hasBias ? operands[2] : nil, activation: activation)
        return try pass.weightedSum(y, weights)
      },
      twin: { operands in
        let (_, y) = Reference.linear(
          rows: rows, inputs: inputs, outputs: outputs, x: operands[0], weight: operands[1],
          bias: hasBias ? operands[2] : nil, activation: activation)
        return weightedSum(y, weights)
      })
  }

  /// The last of those who read an activation in the backward pass leaves slopes where its input was.
  @Test(arguments: Activation.allCases, 1...3)
  func anActivationMayHaveSeveralReaders(activation: Activation, readers: Int) throws {
    var numbers = Numbers(seed: readers)
    let (rows, inputs, hidden, outputs) = (5, 3, 17, 2)
    let operands =
      [
        Input(["rows": rows, "width": inputs], &numbers, scale: 2),
        Input(["outputs": hidden, "inputs": inputs], &numbers),
      ] + (0..<readers).map { _ in Input(["outputs": outputs, "inputs": hidden], &numbers) }
    let weights = (0..<readers).map { _ in numbers.floats(rows * outputs) }
    try checkGradients(
      operands, tolerance: 2e-5, "\(activation), \(readers) readers",
      loss: { pass, operands in
        let y = try pass.linear(operands[0], weight: operands[1], bias: nil, activation: activation)
        let read = try (0..<readers).map { reader in
          try pass.weightedSum(try pass.linear(y, weight: operands[2 + reader], bias: nil), weights[reader])
        }
        return try read.dropFirst().reduce(read[0]) { try pass.add($0, $1) }
      },
      twin: { operands in
        let (_, y) = Reference.linear(
          rows: rows, inputs: inputs, outputs: hidden, x: operands[0], weight: operands[1], bias: nil,
          activation: activation)
        return (0..<readers).reduce(0) { sum, reader in
          let (_, z) = Reference.linear(
            rows: rows, inputs: hidden, outputs: outputs, x: y, weight: operands[2 + reader], bias: nil,
            activation: .identity)
          return sum + weightedSum(z, weights[reader])
        }
      })
  }

  @Test(arguments: Activation.allCases)
  func gated(activation: Activation) throws {
    for (rows, width) in [(1, 1), (7, 5), (30, 64)] {
      var numbers = Numbers(seed: rows)
      let input = Input(["rows": rows, "width": 2 * width], &numbers, scale: 3)
      let weights = numbers.floats(rows * width)
      try checkGradients(
        [input], "\(activation) \(rows)×\(width)",
        loss: { try $0.weightedSum(try $0.gated($1[0], activation: activation), weights) },
        twin: { weightedSum(Reference.gated(activation, rows: rows, width: width, x: $0[0]), weights) })
    }
  }

  @Test(arguments: Activation.allCases)
  func activate(activation: Activation) throws {
    for count in [1, 35] {
      var numbers = Numbers(seed: count)
      let input = Input(["width": count], &numbers, scale: 3)
      let weights = numbers.floats(count)
      try checkGradients(
        [input], "\(activation) \(count)",
        loss: { try $0.weightedSum(try $0.activate($1[0], activation), weights) },
        twin: { weightedSum($0[0].map { Reference.activation(activation, $0) }, weights) })
    }
  }
}
