import Foundation
import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

/// A shape of random sizes, and one of its axes.
private func randomShape(_ numbers: inout Numbers, rank: ClosedRange<Int> = 1...4) -> (
  shape: Shape, axis: Int
) {
  let sizes = (0..<numbers.integer(rank)).map { _ in numbers.choose([1, 2, 3, 7, 20]) }
  let axes = sizes.enumerated().map { Shape.Axis(name: "axis\($0)", size: $1) }
  return (Shape(axes), numbers.integer(0...sizes.count - 1))
}

@Suite struct MapGradientTests {
  /// A function with its plain reference, and the numbers that it is tried with.
  struct Case: Sendable, CustomTestStringConvertible {
    let function: any UnaryFunction
    let reference: @Sendable (Double) -> Double
    var lift: Float = 0
    var testDescription: String { function.name }
  }

  static let cases = [
    Case(function: Tanh(), reference: { Foundation.tanh($0) }),
    Case(function: Sigmoid(), reference: { 1 / (1 + Foundation.exp(-$0)) }),
    Case(function: Exponential(), reference: { Foundation.exp($0) }),
    Case(function: Logarithm(), reference: { Foundation.log($0) }, lift: 3.2),
    Case(function: SquareRoot(), reference: { $0.squareRoot() }, lift: 3.2),
    Case(function: ReciprocalSquareRoot(), reference: { 1 / $0.squareRoot() }, lift: 3.5),
    Case(function: Reciprocal(), reference: { 1 / $0 }, lift: 3.5),
    Case(function: Square(), reference: { $0 * $0 }),
    Case(function: Clamp(-1.5, 0.7), reference: { min(0.7, max(-1.5, $0)) }),
    Case(function: Softplus(), reference: { Foundation.log(1 + Foundation.exp($0)) }),
    Case(function: PluginFunction(), reference: { $0 * $0 * $0 }),
  ]

  /// What a plugin writes: a function and its derivative.
  struct PluginFunction: UnaryFunction {
    let name = "cube"
    func value(_ x: SIMD8<Float>) -> SIMD8<Float> { x * x * x }
    func slope(_ x: SIMD8<Float>) -> SIMD8<Float> { 3 * x * x }
  }

  @Test(arguments: cases, [1, 13, 40_000])
  func agreesWithTheReference(item: Case, count: Int) throws {
    var numbers = Numbers(seed: count)
    let weights = numbers.floats(count, scale: 1 / Float(count).squareRoot())
    let isShared = numbers.flag()
    try checkGradients(
      [Input(["count": count], &numbers, scale: 3, around: item.lift)], "\(item.function.name) of \(count)",
      loss: { pass, inputs in
        func map<F: UnaryFunction>(_ function: F) throws -> Tensor { try pass.map(inputs[0], function) }
        let taken = try pass.weightedSum(try map(item.function), weights)
        return isShared ? try pass.add(taken, try pass.weightedSum(inputs[0], weights)) : taken
      },
      twin: { inputs in
        weightedSum(inputs[0].map(item.reference), weights) + (isShared ? weightedSum(inputs[0], weights) : 0)
      })
  }

  @Test func theEdgesOfTheLogarithm() throws {
    let x: [Float] = [0, -1, .infinity, 1, .leastNormalMagnitude]
    let context = try Context.tested(threads: 1)
    let pass = Pass.inference(context)
    context.checksValues = false
    let y = try pass.map(try context.tensor(x, ["count": 5]), Logarithm()).values()
    #expect(y[0] == -.infinity)
    #expect(y[1].isNaN)
    #expect(y[3] == 0)
    #expect(abs(y[4] - Float.log(.leastNormalMagnitude)) < 1e-4)
  }

  @Test(arguments: [-90, -30, -5, -0.1, 0, 0.1, 5, 30, 90] as [Float])
  func softplusKeepsItsDigits(x: Float) throws {
    let context = try Context.tested(threads: 1)
    let y = try Pass.inference(context).map(try context.tensor([x], ["count": 1]), Softplus()).values()[0]
    let expected = x > 40 ? Double(x) : Foundation.log1p(Foundation.exp(Double(x)))
    #expect(abs(Double(y) - expected) <= 3e-6 * expected + 1e-38)
  }
}

@Suite struct BroadcastGradientTests {
  @Test(arguments: 0..<16)
  func agreesWithTheReference(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (shape, first) = randomShape(&numbers)
    let isScalar = numbers.integer(0...3) == 0
    let axes = first..<(isScalar ? first : numbers.integer(first + 1...shape.rank))
    let view = isScalar ? AxisView(outer: 1, size: 1, inner: shape.count) : shape.view(axes)
    let valueShape = isScalar ? ["one": 1] : Shape(Array(shape.axes[axes]))
    let (weights, multiplies) = (numbers.floats(shape.count), numbers.flag())
    try checkGradients(
      [Input(shape, &numbers), Input(valueShape, &numbers)],
      "\(shape) with \(valueShape) along \(axes), product \(multiplies)",
      loss: { pass, inputs in
        let y =
          multiplies
          ? try pass.multiply(inputs[0], broadcasting: inputs[1], along: axes)
          : try pass.add(inputs[0], broadcasting: inputs[1], along: axes)
        return try pass.weightedSum(y, weights)
      },
      twin: { inputs in
        weightedSum(
          Reference.broadcast(view, x: inputs[0], v: inputs[1]) { multiplies ? $0 * $1 : $0 + $1 }, weights)
      })
  }

  @Test func manyRowsAreSummedInParts() throws {
    var numbers = Numbers(seed: 3)
    let shape: Shape = ["rows": 3_000, "width": 40]
    let weights = numbers.floats(shape.count, scale: 0.01)
    try checkGradients(
      [Input(shape, &numbers), Input(["width": 40], &numbers)], "3000×40",
      loss: { pass, inputs in
        try pass.weightedSum(try pass.multiply(inputs[0], broadcasting: inputs[1], along: 1..<2), weights)
      },
      twin: { inputs in
        weightedSum(
          Reference.broadcast(AxisView(outer: 3_000, size: 40, inner: 1), x: inputs[0], v: inputs[1], *),
          weights)
      })
  }

  @Test func anotherShapeIsRefused() throws {
    let context = try Context.tested(threads: 1)
    let x = try context.tensor([1, 2, 3, 4], ["rows": 2, "width": 2])
    let v = try context.tensor([1, 2, 3], ["width": 3])
    #expect(
      throws: ShapeError(
        component: "scale", role: "broadcast value", expected: "[width 2]", actual: "[width 3]")
    ) {
      try Pass.inference(context).multiply(x, broadcasting: v, along: 1..<2, name: "scale")
    }
  }
}

@Suite struct ReduceGradientTests {
  enum Kind: String, CaseIterable, Sendable { case sum, mean, max }

  @Test(arguments: Kind.allCases, 0..<8)
  func agreesWithTheReference(kind: Kind, seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (shape, axis) = randomShape(&numbers)
    let view = shape.view(axis..<axis + 1)
    let weights = numbers.floats(view.reducedCount)
    let isShared = numbers.flag()
    try checkGradients(
      [Input(shape, &numbers)], "\(kind) of \(shape) over axis \(axis)",
      loss: { pass, inputs in
        let x = try pass.scale(inputs[0], by: 2)
        let y =
          switch kind {
          case .sum: try pass.sum(x, axis: axis)
          case .mean: try pass.mean(x, axis: axis - shape.rank)
          case .max: try pass.max(x, axis: axis)
          }
        let taken = try pass.weightedSum(y, weights)
        guard isShared else { return taken }
        return try pass.add(taken, try pass.weightedSum(x, [Float](repeating: 1, count: shape.count)))
      },
      twin: { inputs in
        let x = inputs[0].map { 2 * $0 }
        let y = Reference.reduce(view, x: x) { line in
          switch kind {
          case .sum: line.reduce(0, +)
          case .mean: line.reduce(0, +) / Double(line.count)
          case .max: line.max() ?? 0
          }
        }
        return weightedSum(y, weights) + (isShared ? x.reduce(0, +) : 0)
      })
  }

  @Test func ofEqualValuesTheFirstGetsTheGradient() throws {
    let context = try Context.tested(threads: 1)
    let values = try context.tensor([2, 5, 5], ["width": 3])
    let gradient = try context.tensor([9, 9, 9], ["width": 3])
    let x = Tensor(
      shape: values.shape, buffer: values.buffer,
      node: GradientNode(shape: values.shape, persistent: gradient.buffer))
    let pass = Pass.training(context, step: 0)
    try pass.tape?.backward(from: try pass.max(x, axis: 0), in: context)
    #expect(gradient.values() == [0, 1, 0])
  }

  @Test func noSuchAxis() throws {
    let context = try Context.tested(threads: 1)
    let x = try context.tensor([1, 2], ["rows": 1, "width": 2])
    #expect(
      throws: ShapeError(
        component: "sum", role: "axis", expected: "-2 to 1 for [rows 1, width 2]", actual: "2")
    ) { try Pass.inference(context).sum(x, axis: 2) }
  }
}

@Suite struct SoftmaxGradientTests {
  enum Kind: String, CaseIterable, Sendable { case softmax, logSoftmax, logSumExp }

  @Test(arguments: Kind.allCases, 0..<6)
  func agreesWithTheReference(kind: Kind, seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (rows, width) = (numbers.choose([1, 5, 300]), numbers.choose([1, 3, 8, 150]))
    let weights = numbers.floats(kind == .logSumExp ? rows : rows * width)
    let isShared = numbers.flag()
    try checkGradients(
      [Input(["batch": 1, "rows": rows, "width": width], &numbers, scale: 4)], tolerance: 2e-5,
      "\(kind) of \(rows)×\(width)",
      loss: { pass, inputs in
        let x = try pass.scale(inputs[0], by: 1)
        let y =
          switch kind {
          case .softmax: try pass.softmax(x)
          case .logSoftmax: try pass.logSoftmax(x)
          case .logSumExp: try pass.logSumExp(x)
          }
        let taken = try pass.weightedSum(y, weights)
        guard isShared else { return taken }
        return try pass.add(taken, try pass.weightedSum(x, [Float](repeating: 0.5, count: rows * width)))
      },
      twin: { inputs in
        let y = (0..<rows).flatMap { row -> [Double] in
          let line = Array(inputs[0][row * width..<(row + 1) * width])
          let total = Reference.logSumExp(line)
          switch kind {
          case .softmax: return line.map { Foundation.exp($0 - total) }
          case .logSoftmax: return line.map { $0 - total }
          case .logSumExp: return [total]
          }
        }
        return weightedSum(y, weights) + (isShared ? inputs[0].reduce(0, +) / 2 : 0)
      })
  }
}

@Suite struct MatrixProductGradientTests {
  @Test(arguments: 0..<16)
  func agreesWithTheReference(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (batch, heads) = (numbers.integer(1...2), numbers.choose([1, 3, 12]))
    let (m, n, k) = (numbers.choose([1, 5, 33]), numbers.choose([1, 7, 20]), numbers.choose([1, 6, 40]))
    let (transposeA, transposeB) = (seed & 1 != 0, seed & 2 != 0)
    let weights = numbers.floats(batch * heads * m * n)
    func shape(_ rows: Int, _ columns: Int) -> Shape {
      ["batch": batch, "heads": heads, "rows": rows, "columns": columns]
    }
    try checkGradients(
      [
        Input(transposeA ? shape(k, m) : shape(m, k), &numbers),
        Input(transposeB ? shape(n, k) : shape(k, n), &numbers),
      ], "\(batch)×\(heads) products \(m)×\(n)×\(k), transposed \(transposeA) \(transposeB)",
      loss: { pass, inputs in
        let y = try pass.matrixProduct(inputs[0], inputs[1], transposeA: transposeA, transposeB: transposeB)
        #expect(y.shape.sizes == [batch, heads, m, n])
        return try pass.weightedSum(y, weights)
      },
      twin: { inputs in
        weightedSum(
          Reference.batchedProduct(
            batch: batch * heads, m: m, n: n, k: k, a: inputs[0], transposeA: transposeA, b: inputs[1],
            transposeB: transposeB), weights)
      })
  }

  @Test func sizesThatDoNotMeet() throws {
    let context = try Context.tested(threads: 1)
    let a = try context.tensor([1, 2, 3, 4], ["batch": 1, "m": 2, "k": 2])
    let b = try context.tensor([1, 2, 3], ["batch": 1, "k": 3, "n": 1])
    #expect(throws: ShapeError.self) { try Pass.inference(context).matrixProduct(a, b) }
  }
}
