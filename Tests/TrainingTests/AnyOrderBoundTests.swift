import Kernels
import TestSupport
import Testing
import Text
import Zoo

@testable import Tensors
@testable import Training

/// The loss of the objective any-order beside what it stands for, by counting out all orders.
@Suite struct AnyOrderBoundTests {
  private static let length = 4

  /// What a model might say of a place with some places hidden, in nats: more with more of them hidden.
  private static func nats(_ place: Int, _ hidden: Set<Int>) -> Double {
    let key = RandomStream(seed: 5).key(
      "nats", step: hidden.reduce(0) { $0 | 1 << $1 } * length + place)
    return Double(hidden.count) * (0.3 + Double(philox(SIMD4(0, 0, 0, 0), key: key)[0]) / 4_294_967_296)
  }

  private static func orders(_ rest: [Int]) -> [[Int]] {
    rest.isEmpty
      ? [[]] : rest.flatMap { next in orders(rest.filter { $0 != next }).map { [next] + $0 } }
  }

  /// The negative log likelihood of a window by the chain rule in an order.
  private static func cost(_ order: [Int]) -> Double {
    order.indices.reduce(0) { $0 + nats(order[$1], Set(order[$1...])) }
  }

  /// All sets of some of the places.
  private static var sets: [Set<Int>] {
    (1..<1 << length).map { bits in Set((0..<length).filter { bits >> $0 & 1 == 1 }) }
  }

  /// The loss of one row that hides some places: (1/k)·Σ.
  private static func loss(_ hidden: Set<Int>) -> Double {
    hidden.reduce(0) { $0 + nats($1, hidden) } / Double(hidden.count)
  }

  /// The mean over all orders.
  private static var bound: Double {
    let all = orders(Array(0..<length))
    return all.reduce(0) { $0 + cost($1) } / Double(all.count * length)
  }

  @Test func theMeanOfTheWeightedLossIsThatOfAllOrders() {
    let sets = Self.sets
    let mean = (1...Self.length).reduce(0.0) { sum, count in
      let chosen = sets.filter { $0.count == count }
      return sum + chosen.reduce(0) { $0 + Self.loss($1) } / Double(chosen.count)
    }
    #expect(abs(mean / Double(Self.length) - Self.bound) < 1e-12)
  }

  /// What the objective makes of a batch: the rows' hidden places, and the loss it stands for.
  private func draw(_ objective: AnyOrderLM, batch: Int, step: Int) throws -> (rows: [Set<Int>], loss: Double)
  {
    let length = Self.length
    let windows = WindowBatch(
      ids: (0..<Int32(batch * length)).map { 10 + $0 }, batch: batch, length: length)
    let example = try objective.prepare(
      windows, vocabulary: 95, key: RandomStream(seed: 1).key("batch", step: step))
    let rows = (0..<batch).map { row in
      Set((0..<length).filter { example.tokens.ids[row * length + $0] == SpecialTokens.mask })
    }
    let losses = example.positions.map { Self.nats(Int($0) % length, rows[Int($0) / length]) }
    let weights = example.weights ?? [Float](repeating: 1, count: losses.count)
    #expect(abs(weights.reduce(0, +) - Float(losses.count)) < 1e-4)
    return (rows, zip(losses, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(losses.count))
  }

  @Test(arguments: [1, 2, 3, 4, 16]) func theObjectiveDrawsThatMean(batch: Int) throws {
    let steps = 20_000 / batch
    var (sum, seen) = (0.0, [Set<Int>: Int]())
    for step in 0..<steps {
      let (rows, loss) = try draw(AnyOrderLM(weight: .bound), batch: batch, step: step)
      // Every row counts the same, whatever it hides.
      #expect(abs(loss - rows.reduce(0) { $0 + Self.loss($1) } / Double(batch)) < 1e-5)
      sum += loss
      for row in rows { seen[row, default: 0] += 1 }
    }
    #expect(abs(sum / Double(steps) - Self.bound) < 0.03)
    // Each number of hidden tokens as often as the next, and each set of that number.
    for set in Self.sets {
      let ways = Double(Self.sets.count { $0.count == set.count } * Self.length)
      #expect(abs(Double(seen[set] ?? 0) / Double(steps * batch) - 1 / ways) < 0.012, "\(set.sorted())")
    }
  }

  /// All alike is another number: rows that hide much count more.
  @Test func allAlikeIsNoBound() throws {
    let mean = try (0..<2000).reduce(0.0) { $0 + (try draw(AnyOrderLM(), batch: 16, step: $1)).loss } / 2000
    let expected =
      Self.sets.reduce(0.0) { sum, set in
        let ways = Double(Self.sets.count { $0.count == set.count } * Self.length)
        return sum + Self.loss(set) * Double(set.count) / ways
      } * 2 / Double(Self.length + 1)
    #expect(abs(mean - expected) < 0.01 && abs(expected - Self.bound) > 0.1)
  }

  @Test(arguments: [HidingOrder.leftToRight, .rightToLeft]) func anOrderFromOneEndHasItsLikelihood(
    order: HidingOrder
  ) throws {
    let places = Array(0..<Self.length)
    let expected = Self.cost(order == .leftToRight ? places : places.reversed()) / Double(Self.length)
    for weight in HiddenWeight.allCases {
      let objective = AnyOrderLM(order: order, weight: weight)
      #expect(objective.predictions(context: 64) == 1 && objective.predictsEvenly)
      let sum = try (0..<4000).reduce(0.0) { $0 + (try draw(objective, batch: 4, step: $1)).loss }
      #expect(abs(sum / 4000 - expected) < 0.03)
    }
  }
}
