import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

@Suite struct MeanRowsGradientTests {
  @Test(arguments: 0..<8)
  func agreesWithTheTwin(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (rows, width) = (numbers.choose([1, 8, 100]), numbers.choose([1, 5, 64]))
    var ranges: [Range<Int>] = []
    var place = 0
    while place < rows {
      let length = min(numbers.integer(1...5), rows - place)
      if ranges.isEmpty || numbers.flag() { ranges.append(place..<place + length) }
      place += length
    }
    let picked = ranges
    let (weights, direct) = (numbers.floats(picked.count * width), numbers.floats(rows * width))
    let isShared = numbers.flag()
    try checkGradients(
      [Input(["batch": 1, "time": rows, "width": width], &numbers)], "\(picked) of \(rows)×\(width)",
      loss: { pass, inputs in
        // An activation, whose gradient has other sources too.
        let x = try pass.scale(inputs[0], by: 2)
        let taken = try pass.weightedSum(try pass.mean(x, overRows: picked), weights)
        return isShared ? try pass.add(taken, try pass.weightedSum(x, direct)) : taken
      },
      twin: { inputs in
        let x = inputs[0].map { 2 * $0 }
        return weightedSum(Reference.meanRows(width: width, ranges: picked, x: x), weights)
          + (isShared ? weightedSum(x, direct) : 0)
      })
  }

  @Test(arguments: [[0..<0], [2..<5], [1..<3, 2..<4], [2..<3, 0..<1], []])
  func rangesThatDoNotFitAreNamed(_ ranges: [Range<Int>]) throws {
    let context = try Context.tested(threads: 1)
    let x = try context.tensor([1, 2, 3, 4], ["rows": 4, "width": 1])
    let error = #expect(throws: ShapeError.self) {
      try Pass.inference(context).mean(x, overRows: ranges, name: "words")
    }
    #expect(error?.component == "words")
  }
}
