import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

@Suite struct RotaryGradientTests {
  @Test(arguments: 0..<8)
  func agreesWithTheTwin(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (batch, time) = (numbers.integer(1...2), numbers.choose([1, 2, 40]))
    let (heads, headWidth) = (numbers.integer(1...3), numbers.choose([2, 7, 16]))
    let rotated = numbers.integer(1...headWidth / 2) * 2
    let stride = heads * headWidth + numbers.integer(0...4)
    let angles = numbers.floats((time + 1) * rotated / 2, scale: 3)
    let table = (0...time).flatMap { position -> [Float] in
      let angles = angles[position * rotated / 2..<(position + 1) * rotated / 2]
      return angles.map { Float.cos($0) } + angles.map { Float.sin($0) }
    }
    let weights = numbers.floats(batch * time * stride)
    try checkGradients(
      [Input(["batch": batch, "time": time, "width": stride], &numbers)],
      "batch \(batch), time \(time), heads \(heads)×\(headWidth), rotated \(rotated)",
      loss: { pass, inputs in
        let table = try pass.context.tensor(table, ["positions": time + 1, "rotated": rotated])
        let y = try pass.rotary(inputs[0], table: table, heads: heads, headWidth: headWidth, name: "rotary")
        return try pass.weightedSum(y, weights)
      },
      twin: { inputs in
        weightedSum(
          Reference.rotary(
            rows: batch * time, stride: stride, time: time, starts: nil, heads: heads,
            headWidth: headWidth, rotatedWidth: rotated, table: table.map(Double.init), inverse: false,
            x: inputs[0]), weights)
      })
  }
}

@Suite struct EmbeddingGradientTests {
  @Test(arguments: 0..<8)
  func agreesWithTheTwin(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (batch, time) = (numbers.integer(1...2), numbers.choose([1, 6, 100]))
    let (entries, width) = (numbers.integer(1...6), numbers.choose([1, 5, 8, 350]))
    let count = numbers.integer(1...3)
    let ids = (0..<count).map { _ in (0..<batch * time).map { _ in Int32(numbers.integer(0...entries - 1)) } }
    let scales = (0..<count).map { _ in Double(numbers.integer(1...3)) }
    let weights = numbers.floats(batch * time * width)
    try checkGradients(
      (0..<count).map { _ in Input(["entries": entries, "width": width], &numbers) },
      "\(count) tables \(entries)×\(width), \(batch)×\(time) positions",
      loss: { pass, tables in
        let lookups = try tables.indices.map { index in
          EmbeddingLookup(
            ids: try pass.context.indices(ids[index], ["batch": batch, "time": time]), table: tables[index],
            scale: scales[index])
        }
        return try pass.weightedSum(try pass.embedding(lookups, name: "embedding"), weights)
      },
      twin: { tables in
        let lookups = tables.indices.map { (ids: ids[$0], table: tables[$0], scale: scales[$0]) }
        return weightedSum(
          Reference.embeddingForward(rows: batch * time, width: width, lookups: lookups), weights)
      })
  }

  @Test func idOutsideTheTableIsNamed() throws {
    let context = try Context.tested(threads: 1)
    let table = try context.tensor([1, 2, 3, 4], ["entries": 2, "width": 2])
    let ids = try context.indices([0, 2], ["batch": 1, "time": 2])
    #expect(throws: ShapeError(component: "tokens", role: "id", expected: "0 to 1", actual: "2")) {
      try Pass.inference(context).embedding([EmbeddingLookup(ids: ids, table: table)], name: "tokens")
    }
  }
}

@Suite struct GatherGradientTests {
  @Test(arguments: 0..<8)
  func agreesWithTheTwin(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (rows, width) = (numbers.choose([1, 8, 100]), numbers.choose([1, 5, 64]))
    let indices = (0..<rows).filter { _ in numbers.flag() }.map(Int32.init)
    let picked = indices.isEmpty ? [0] : indices
    let (weights, direct) = (numbers.floats(picked.count * width), numbers.floats(rows * width))
    let isShared = numbers.flag()
    try checkGradients(
      [Input(["batch": 1, "time": rows, "width": width], &numbers)], "\(picked.count) of \(rows)×\(width)",
      loss: { pass, inputs in
        let places = try pass.context.indices(picked, ["rows": picked.count])
        // An activation, whose gradient has other sources too.
        let x = try pass.scale(inputs[0], by: 2)
        let taken = try pass.weightedSum(try pass.gather(x, rows: places), weights)
        return isShared ? try pass.add(taken, try pass.weightedSum(x, direct)) : taken
      },
      twin: { inputs in
        let x = inputs[0].map { 2 * $0 }
        return weightedSum(Reference.gatherRows(width: width, indices: picked, x: x), weights)
          + (isShared ? weightedSum(x, direct) : 0)
      })
  }
}

@Suite struct LinearCrossEntropyGradientTests {
  @Test(arguments: 0..<12)
  func agreesWithTheTwin(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (rows, width) = (numbers.choose([1, 7, 40]), numbers.choose([1, 5, 16]))
    let vocabulary = numbers.choose([1, 2, 37, 300])
    let hasBias = numbers.flag()
    let cap = seed.isMultiple(of: 3) ? 1.5 : nil
    let lossWeight = numbers.choose([1, 0.5])
    let weights = numbers.flag() ? (0..<rows).map { _ in Float(numbers.integer(0...8)) / 4 } : nil
    let targets = (0..<rows).map { _ in Int32(numbers.integer(0...vocabulary - 1)) }
    var inputs = [
      Input(["rows": rows, "width": width], &numbers, scale: 2),
      Input(["vocabulary": vocabulary, "width": width], &numbers),
    ]
    if hasBias { inputs.append(Input(["vocabulary": vocabulary], &numbers)) }
    try checkGradients(
      inputs, "\(rows)×\(width), vocabulary \(vocabulary), bias \(hasBias), weights \(weights != nil)",
      loss: { pass, inputs in
        try pass.linearCrossEntropy(
          inputs[0], weight: inputs[1], bias: hasBias ? inputs[2] : nil, cap: cap,
          targets: try pass.context.indices(targets, ["predictions": rows]),
          weights: try weights.map { try pass.context.tensor($0, ["predictions": rows]) },
          lossWeight: lossWeight, name: "head"
        ).loss
      },
      twin: { inputs in
        let losses = Self.losses(
          inputs, targets, rows: rows, width: width, vocabulary: vocabulary, cap: cap)
        let weighted = losses.indices.map { losses[$0] * Double(weights?[$0] ?? 1) }
        return weighted.reduce(0, +) / Double(rows) * lossWeight
      })
  }

  private static func losses(
    _ inputs: [[Double]], _ targets: [Int32], rows: Int, width: Int, vocabulary: Int, cap: Double? = nil
  ) -> [Double] {
    let logits = (0..<rows * vocabulary).map { place -> Double in
      let (row, word) = (place / vocabulary, place % vocabulary)
      return (0..<width).reduce(0) { $0 + inputs[0][row * width + $1] * inputs[1][word * width + $1] }
    }
    return Reference.softmaxCrossEntropy(
      rows: rows, vocabulary: vocabulary, logits: logits, bias: inputs.count > 2 ? inputs[2] : nil,
      cap: cap, targets: targets, gradientScale: 1
    ).losses
  }

  /// More predictions than one block of logits holds: blocks add up.
  @Test func severalBlocksOfLogits() throws {
    let (rows, width, vocabulary) = (300, 2, 16_400)
    #expect(Pass.logitsBlockRows(rows: rows, vocabulary: vocabulary) < rows)
    var numbers = Numbers(seed: 1)
    let inputs = [
      Input(["rows": rows, "width": width], &numbers),
      Input(["vocabulary": vocabulary, "width": width], &numbers),
      Input(["vocabulary": vocabulary], &numbers),
    ]
    let targets = (0..<rows).map { Int32($0 * 53) }
    try checkGradients(
      inputs, samples: 1, "\(rows)×\(width), vocabulary \(vocabulary)",
      loss: { pass, inputs in
        try pass.linearCrossEntropy(
          inputs[0], weight: inputs[1], bias: inputs[2],
          targets: try pass.context.indices(targets, ["predictions": rows]), name: "head"
        ).loss
      },
      twin: { inputs in
        let losses = Self.losses(inputs, targets, rows: rows, width: width, vocabulary: vocabulary)
        return losses.reduce(0, +) / Double(rows)
      })
  }

  @Test func logSoftmax() throws {
    let context = try Context.tested(threads: 2)
    var numbers = Numbers(seed: 2)
    let values = numbers.floats(5 * 33, scale: 10)
    let y = try Pass.inference(context).logSoftmax(try context.tensor(values, ["rows": 5, "vocabulary": 33]))
    let expected = Reference.softmaxRows(rows: 5, width: 33, x: values.map(Double.init), logarithm: true)
    for (actual, expected) in zip(y.values(), expected) { #expect(abs(Double(actual) - expected) < 1e-5) }
    #expect(y.values().count == expected.count)
  }
}
