import Kernels
import References
import TestSupport
import Testing

@testable import Tensors

/// Scores of content with the vectors of distances.
@Suite struct DistanceScoresTests {
  @Test(arguments: 0..<24)
  func agreesWithTheReference(seed: Int) throws {
    var numbers = Numbers(seed: seed)
    let (batch, time) = (numbers.integer(1...3), numbers.choose([1, 2, 3, 9, 17]))
    let shared = numbers.integer(1...3)
    let heads = shared * numbers.integer(1...2)
    let (width, vectors) = (numbers.choose([1, 3, 8]), numbers.choose([1, 2, 5, 33]))
    let stride = (heads + 2 * shared) * width
    // Any vector for any distance: some have none, some have several.
    let rows = (0..<2 * time - 1).map { _ in Int32(numbers.integer(0...vectors - 1)) }
    let weights = numbers.floats(batch * heads * time * time)
    // A second reader of the packed rows, as attention is.
    let isShared = numbers.flag()
    let more = numbers.floats(batch * time * stride)
    try checkGradients(
      [
        Input(["batch": batch, "time": time, "width": stride], &numbers),
        Input(["vectors": vectors, "width": stride], &numbers),
      ], "\(batch)×\(time), heads \(heads)/\(shared)×\(width), \(vectors) vectors",
      loss: { pass, inputs in
        let y = try pass.distanceScores(
          inputs[0], positions: inputs[1],
          rows: try pass.context.indices(rows, ["distances": rows.count]), heads: heads,
          keyValueHeads: shared, headWidth: width, scale: 0.7, name: "scores")
        let taken = try pass.weightedSum(y, weights)
        return isShared ? try pass.add(taken, try pass.weightedSum(inputs[0], more)) : taken
      },
      twin: { inputs in
        let y = Reference.distanceScores(
          batch: batch, time: time, heads: heads, keyValueHeads: shared, headWidth: width, scale: 0.7,
          content: inputs[0], positions: inputs[1], rows: rows)
        return weightedSum(y, weights) + (isShared ? weightedSum(inputs[0], more) : 0)
      })
  }

  @Test func otherShapesAreRefused() throws {
    let context = try Context.tested(threads: 1)
    func scores(_ content: Shape, _ positions: Shape, _ rows: [Int32], heads: Int = 2) throws {
      func zeros(_ shape: Shape) throws -> Tensor {
        try context.tensor([Float](repeating: 0, count: shape.count), shape)
      }
      _ = try Pass.inference(context).distanceScores(
        try zeros(content), positions: try zeros(positions),
        rows: try context.indices(rows, ["distances": rows.count]), heads: heads, keyValueHeads: 2,
        headWidth: 3, scale: 1, name: "scores")
    }
    let (content, positions): (Shape, Shape) = (
      ["batch": 1, "time": 2, "width": 18], ["vectors": 4, "width": 18]
    )
    try scores(content, positions, [0, 1, 3])
    for (wrong, facts) in [
      (
        { try scores(["batch": 1, "time": 2, "width": 12], positions, [0, 1, 3]) },
        ShapeError(
          component: "scores", role: "packed projection", expected: "[batch, time, 18]",
          actual: "[batch 1, time 2, width 12]")
      ),
      (
        { try scores(content, ["vectors": 4, "width": 6], [0, 1, 3]) },
        ShapeError(
          component: "scores", role: "projection of distances", expected: "[vectors, 18]",
          actual: "[vectors 4, width 6]")
      ),
      (
        { try scores(content, positions, [0, 1]) },
        ShapeError(
          component: "scores", role: "rows of distances", expected: "[distances 3]",
          actual: "[distances 2]")
      ),
      (
        { try scores(content, positions, [0, 1, 4]) },
        ShapeError(component: "scores", role: "row", expected: "0 to 3", actual: "4")
      ),
      (
        { try scores(content, positions, [0, 1, 3], heads: 3) },
        ShapeError(
          component: "scores", role: "heads", expected: "a multiple of the key heads", actual: "3 and 2")
      ),
    ] as [(() throws -> Void, ShapeError)] {
      #expect(throws: facts) { try wrong() }
    }
  }
}
