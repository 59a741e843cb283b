import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

@Suite struct RearrangeGradientTests {
  @Test(arguments: 0..<16)
  func permuteAgreesWithTheReference(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let sizes = (0..<numbers.integer(1...5)).map { _ in numbers.choose([1, 2, 3, 9, 21]) }
    let order = sizes.indices.shuffled(using: &numbers)
    let shape = Shape(sizes.enumerated().map { Shape.Axis(name: "a\($0)", size: $1) })
    let weights = numbers.floats(shape.count)
    try checkGradients(
      [Input(shape, &numbers)], "\(sizes) in order \(order)",
      loss: { pass, inputs in
        let y = try pass.permute(inputs[0], order: order)
        #expect(y.shape.sizes == order.map { sizes[$0] })
        return try pass.weightedSum(y, weights)
      },
      twin: { weightedSum(Reference.permute(sizes: sizes, order: order, x: $0[0]), weights) })
  }

  @Test(arguments: 0..<8)
  func reshapeKeepsTheOrder(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let weights = numbers.floats(24)
    let isShared = numbers.flag()
    try checkGradients(
      [Input(["rows": 4, "width": 6], &numbers)], "reshape",
      loss: { pass, inputs in
        let x = try pass.scale(inputs[0], by: 3)
        let y = try pass.weightedSum(try pass.reshape(x, to: ["a": 2, "b": 3, "c": 4]), weights)
        return isShared ? try pass.add(y, try pass.weightedSum(x, weights)) : y
      },
      twin: { (isShared ? 6 : 3) * weightedSum($0[0], weights) })
    let context = try Context.tested(threads: 1)
    let x = try context.tensor([1, 2], ["width": 2])
    #expect(throws: ShapeError.self) { try Pass.inference(context).reshape(x, to: ["width": 3]) }
  }

  @Test(arguments: 0..<16)
  func splitAndConcatenateAreInverse(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let sizes = (0..<numbers.integer(1...4)).map { _ in numbers.choose([1, 2, 5, 12]) }
    let axis = numbers.integer(0...sizes.count - 1)
    let shape = Shape(sizes.enumerated().map { Shape.Axis(name: "a\($0)", size: $1) })
    let first = numbers.integer(0...sizes[axis])
    let parts = [first, 0, sizes[axis] - first]
    let weights = numbers.floats(shape.count)
    // A part that nothing uses has no gradient: its place gets zeros.
    let (view, leavesOut) = (shape.view(axis..<axis + 1), numbers.flag())
    func isUsed(_ index: Int) -> Bool { !leavesOut || index / view.inner % view.size < first }
    try checkGradients(
      [Input(shape, &numbers)], "\(sizes) split into \(parts) along \(axis), first alone: \(leavesOut)",
      loss: { pass, inputs in
        let split = try pass.split(try pass.scale(inputs[0], by: 2), sizes: parts, axis: axis)
        #expect(split.map { $0.shape.sizes[axis] } == parts)
        if leavesOut {
          return try pass.weightedSum(split[0], weights.indices.filter(isUsed).map { weights[$0] })
        }
        return try pass.weightedSum(try pass.concatenate(split, axis: axis), weights)
      },
      twin: { inputs in
        inputs[0].indices.filter(isUsed).reduce(0) { $0 + 2 * inputs[0][$1] * Double(weights[$1]) }
      })
  }

  @Test func sizesMustAddUp() throws {
    let context = try Context.tested(threads: 1)
    let x = try context.tensor([1, 2, 3], ["width": 3])
    #expect(throws: ShapeError(component: "split", role: "sizes", expected: "a sum of 3", actual: "[1, 1]")) {
      try Pass.inference(context).split(x, sizes: [1, 1])
    }
    #expect(throws: ShapeError.self) { try Pass.inference(context).concatenate([]) }
  }
}

@Suite struct RepeatedRowsGradientTests {
  @Test(arguments: 0..<8)
  func gatherAndScatterAddTakeRepeatedRows(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (rows, width) = (numbers.choose([1, 4, 50]), numbers.choose([1, 5, 200]))
    let picked = (0..<numbers.choose([1, 9, 60])).map { _ in Int32(numbers.integer(0...rows - 1)) }
    let (gathered, scattered) = (numbers.floats(picked.count * width), numbers.floats(rows * width))
    try checkGradients(
      [
        Input(["rows": rows, "width": width], &numbers),
        Input(["n": picked.count, "width": width], &numbers),
      ],
      "\(picked.count) of \(rows)×\(width)",
      loss: { pass, inputs in
        let places = try pass.context.indices(picked, ["rows": picked.count])
        return try pass.add(
          try pass.weightedSum(try pass.gather(inputs[0], rows: places), gathered),
          try pass.weightedSum(try pass.scatterAdd(inputs[1], rows: places, into: rows), scattered))
      },
      twin: { inputs in
        var sums = [Double](repeating: 0, count: rows * width)
        for (index, row) in picked.enumerated() {
          for column in 0..<width { sums[Int(row) * width + column] += inputs[1][index * width + column] }
        }
        return weightedSum(Reference.gatherRows(width: width, indices: picked, x: inputs[0]), gathered)
          + weightedSum(sums, scattered)
      })
  }

  @Test(arguments: 0..<8)
  func topKAgreesWithTheReference(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (rows, width) = (numbers.choose([1, 6, 900]), numbers.choose([1, 4, 60]))
    let k = numbers.integer(1...min(width, 9))
    let weights = numbers.floats(rows * k)
    try checkGradients(
      [Input(["rows": rows, "width": width], &numbers)], "\(k) of \(rows)×\(width)",
      loss: { pass, inputs in try pass.weightedSum(try pass.topK(inputs[0], k).values, weights) },
      twin: { inputs in
        weightedSum(
          (0..<rows).flatMap { row -> [Double] in
            let line = Array(inputs[0][row * width..<(row + 1) * width])
            return Reference.topK(line, k).map { line[$0] }
          }, weights)
      })
  }

  @Test func topKOrdersEqualValuesByPlace() throws {
    let context = try Context.tested(threads: 1)
    context.checksValues = false
    let x = try context.tensor([1, 3, .nan, 3, 2], ["width": 5])
    let (values, places) = try Pass.inference(context).topK(x, 4)
    #expect(values.values() == [3, 3, 2, 1])
    #expect(places.host == [1, 3, 4, 0])
    #expect(throws: ShapeError.self) { try Pass.inference(context).topK(x, 6) }
  }
}

@Suite struct ScanGradientTests {
  @Test(arguments: 0..<12)
  func scanAgreesWithTheReference(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let sizes = (0..<numbers.integer(1...4)).map { _ in numbers.choose([1, 2, 3, 9, 70]) }
    let axis = numbers.integer(0...sizes.count - 1)
    let shape = Shape(sizes.enumerated().map { Shape.Axis(name: "a\($0)", size: $1) })
    let view = shape.view(axis..<axis + 1)
    let (weights, hasStart, isSum) = (numbers.floats(shape.count), numbers.flag(), seed % 4 == 0)
    var inputs = [Input(shape, &numbers), Input(shape, &numbers, scale: 0.9)]
    if hasStart { inputs.append(Input(shape.removing(axis), &numbers)) }
    try checkGradients(
      inputs, "\(sizes) along \(axis), initial \(hasStart), cumulative sum \(isSum)",
      loss: { pass, inputs in
        let sum = isSum ? try pass.cumulativeSum(inputs[0], axis: axis) : inputs[0]
        let y = try pass.linearScan(
          sum, gates: inputs[1], axis: axis, initial: hasStart ? inputs[2] : nil)
        return try pass.weightedSum(y, weights)
      },
      twin: { inputs in
        let x = isSum ? Reference.cumulativeSum(view, x: inputs[0]) : inputs[0]
        return weightedSum(
          Reference.linearScan(view, a: inputs[1], x: x, initial: hasStart ? inputs[2] : nil), weights)
      })
  }

  @Test(arguments: 0..<10)
  func convolutionAgreesWithTheReference(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (batch, time) = (numbers.integer(1...3), numbers.choose([1, 2, 9, 40]))
    let (channels, taps) = (numbers.choose([1, 5, 8, 130]), numbers.integer(1...5))
    let (weights, hasBias) = (numbers.floats(batch * time * channels), numbers.flag())
    var inputs = [
      Input(["batch": batch, "time": time, "channels": channels], &numbers),
      Input(["channels": channels, "taps": taps], &numbers),
    ]
    if hasBias { inputs.append(Input(["channels": channels], &numbers)) }
    try checkGradients(
      inputs, "\(batch)×\(time)×\(channels), \(taps) taps, bias \(hasBias)",
      loss: { pass, inputs in
        try pass.weightedSum(
          try pass.causalConvolution(inputs[0], weight: inputs[1], bias: hasBias ? inputs[2] : nil), weights)
      },
      twin: { inputs in
        weightedSum(
          Reference.causalConvolution(
            batch: batch, time: time, channels: channels, taps: taps, x: inputs[0], history: nil,
            weight: inputs[1], bias: hasBias ? inputs[2] : nil), weights)
      })
  }

  /// A convolution that continues from what it read before gives what one over the whole gives, bit for bit.
  @Test func convolutionResumesFromItsHistory() throws {
    var numbers = Numbers(seed: 5)
    let context = try Context.tested(threads: 2)
    let pass = Pass.inference(context)
    let (time, channels, taps) = (11, 6, 4)
    let x = numbers.floats(2 * time * channels)
    let whole = try context.tensor(x, ["batch": 2, "time": time, "channels": channels])
    let weight = try context.tensor(numbers.floats(channels * taps), ["channels": channels, "taps": taps])
    let expected = try pass.causalConvolution(whole, weight: weight, bias: nil).values()
    let cut = 5
    let parts = try pass.split(whole, sizes: [cut - taps + 1, taps - 1, time - cut], axis: 1)
    let rest = try pass.causalConvolution(parts[2], weight: weight, bias: nil, history: parts[1])
    let last = try pass.split(
      try context.tensor(expected, whole.shape), sizes: [cut, time - cut], axis: 1)[1]
    #expect(rest.values().map(\.bitPattern) == last.values().map(\.bitPattern))
  }
}
