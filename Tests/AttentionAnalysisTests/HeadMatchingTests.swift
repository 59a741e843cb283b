import Foundation
import TestSupport
import Testing

@testable import AttentionAnalysis

@Suite struct BestAssignmentTests {
  /// The best sum over all ways to give rows columns of their own.
  private func bestSum(_ values: [[Double]]) -> Double {
    func best(_ row: Int, _ free: Set<Int>, _ left: Int) -> Double {
      guard row < values.count else { return 0 }
      // With more rows than columns, some rows go without.
      let without = left > free.count ? best(row + 1, free, left - 1) : -.infinity
      return free.reduce(without) {
        max($0, values[row][$1] + best(row + 1, free.subtracting([$1]), left - 1))
      }
    }
    return best(0, Set(0..<(values.first?.count ?? 0)), values.count)
  }

  @Test func findsTheBestOfAllAssignments() throws {
    var random = RepeatableRandom(seed: 3)
    for _ in 0..<300 {
      let (rows, columns) = (random.integer(1...6), random.integer(1...6))
      // Few different values, so that there are ties.
      let values = (0..<rows).map { _ in (0..<columns).map { _ in Double(random.integer(-3...3)) } }
      let chosen = try bestAssignment(values)
      let taken = chosen.compactMap { $0 }
      #expect(chosen.count == rows && Set(taken).count == taken.count && taken.count == min(rows, columns))
      let sum = chosen.enumerated().reduce(0.0) { sum, choice in
        choice.element.map { sum + values[choice.offset][$0] } ?? sum
      }
      #expect(sum == bestSum(values), "\(values)")
    }
  }

  @Test func greedyWouldNotDo() throws {
    // The largest value first would leave 0 for the other row.
    #expect(try bestAssignment([[9, 8], [7, 0]]) == [1, 0])
    #expect(try bestAssignment([]) == [])
    #expect(throws: (any Error).self) { try bestAssignment([[1, 2], [3]]) }
    #expect(throws: (any Error).self) { try bestAssignment([[.nan]]) }
  }
}

@Suite struct CutMapTests {
  private let half = MapFixture.causal(3)

  private func cut(_ rows: [Float], start: Int = 0) throws -> CutMap {
    let time = 3 + start
    return try CutMap(try HeadMap(values: rows, visible: MapFixture.both(time)), start: start, half: half)
  }

  @Test func anEncodersMapIsCutAndRenormalised() throws {
    let map = try cut([0.2, 0.3, 0.5, 0.1, 0.3, 0.6, 0.2, 0.3, 0.5])
    #expect(map.rows.values[3..<6].elementsEqual([0.25, 0.75, 0]) { abs($0 - $1) < 1e-7 })
    #expect(map.rows.entropies[0] == nil, "a row with one place has no choice")
    #expect(abs((map.rows.entropies[1] ?? 0) - (0.25 * 2 - 0.75 * log2(0.75))) < 1e-6)
    #expect(abs(map.kept - (0.4 + 1) / 2) < 1e-6)
  }

  @Test func aStartTokenIsLeftOut() throws {
    // Row 0 and column 0 are the start token's.
    let map = try cut([1, 0, 0, 0, 0.5, 0.5, 0, 0, 0.2, 0.2, 0.6, 0, 1, 0, 0, 0], start: 1)
    #expect(map.rows.values[3..<6].elementsEqual([0.25, 0.75, 0]) { abs($0 - $1) < 1e-7 })
    #expect(map.rows.entropies[2] == nil, "nothing is left of a row that looks only at the start token")
    #expect(abs(map.kept - 0.4) < 1e-6)
    #expect(throws: (any Error).self) { try cut([1], start: 0) }
  }

  @Test func similarityIsOneForEqualRowsAndZeroForRowsThatShareNothing() throws {
    let first = try cut([1, 0, 0, 1, 0, 0, 1, 0, 0])
    let own = try cut([1, 0, 0, 0, 1, 0, 0, 0, 1])
    #expect(first.rows.similarity(to: first.rows) == (2, 2))
    #expect(first.rows.similarity(to: own.rows) == (0, 2))
    // Row 1: 1 − (H(¾,¼) − ½·H(½,½)); row 2 is equal.
    let mixed = try cut([1, 0, 0, 0.5, 0.5, 0, 1, 0, 0])
    let divergence = -0.75 * log2(0.75) + 0.25 * 2 - 0.5
    let found = first.rows.similarity(to: mixed.rows)
    #expect(abs(found.sum - (2 - divergence)) < 1e-6 && found.rows == 2)
    #expect(mixed.rows.similarity(to: first.rows).sum == found.sum)
  }
}

@Suite struct HeadMatchingTests {
  /// Heads by hand: `keys` says where each row of each sentence looks, sharply.
  private func side(_ heads: [(_ sentence: Int, _ query: Int) -> Int], sentences: Int, time: Int) throws
    -> HeadMatching.Side
  {
    let half = MapFixture.causal(time)
    let maps = try heads.map { keys in
      try (0..<sentences).map { sentence in
        try CutMap(try MapFixture.pointed(half) { keys(sentence, $0) }, start: 0, half: half)
      }
    }
    return HeadMatching.Side(
      places: heads.indices.map { ModelAttention.Place(layer: $0 / 2, head: $0 % 2) }, maps: maps)
  }

  /// A place that depends on the sentence and the row as if it were content.
  private func content(_ sentence: Int, _ query: Int) -> Int {
    (sentence * 7 + query * 5 + sentence * query) % (query + 1)
  }

  @Test func headsFindTheirLikeAndContentIsToldFromHabit() throws {
    let previous = { (_: Int, query: Int) in max(0, query - 1) }
    let first = { (_: Int, _: Int) in 0 }
    let encoder = try side([previous, content], sentences: 12, time: 10)
    let decoder = try side([first, content, previous], sentences: 12, time: 10)
    let found = try #require(
      try HeadMatching(encoder: encoder, decoder: decoder).result(encoder: 0, decoder: 1, untrained: decoder))
    #expect(found.pairs.map(\.decoder) == [decoder.places[2], decoder.places[1]])
    #expect(found.pairs.allSatisfy { $0.similarity == 1 } && found.similarity == 1 && found.sentences == 12)
    #expect(found.shuffled.count == HeadMatching.maxShuffles && found.untrained == 1)
    // A habit about positions is as alike on other sentences; what follows the text is not.
    #expect(found.pairs[0].shuffled == 1 && found.pairs[0].quantile == 0)
    #expect((found.pairs[1].shuffled ?? 1) < 0.7 && found.pairs[1].quantile == 1)
    #expect(found.shuffled.allSatisfy { $0 < 1 })
  }

  @Test func sentencesOfALengthOfTheirOwnGiveNoNull() throws {
    let one = try side([content], sentences: 1, time: 5)
    #expect(
      try HeadMatching(encoder: one, decoder: one).result(encoder: 0, decoder: 1, untrained: nil) == nil)
  }
}

@Suite struct RolloutTests {
  @Test func identityStaysAndUniformMixes() throws {
    let own: [Float] = [1, 0, 0, 1]
    #expect(try AttentionRollout.upToEveryLayer([own, own], time: 2) == [[1, 0, 0, 1], [1, 0, 0, 1]])
    // One layer: ½·A + ½·I; the second multiplies it by itself.
    let look: [Float] = [1, 0, 1, 0]
    #expect(
      try AttentionRollout.upToEveryLayer([look, look], time: 2) == [[1, 0, 0.5, 0.5], [1, 0, 0.75, 0.25]])
    // Heads are averaged.
    #expect(try AttentionRollout.upToEveryLayer([own + look], time: 2) == [[1, 0, 0.25, 0.75]])
  }

  @Test func theLaterLayerStandsLeft() throws {
    // Token 1 takes token 0 in the first layer, token 2 takes token 1 in the second.
    let first: [Float] = [1, 0, 0, 1, 0, 0, 0, 0, 1]
    let second: [Float] = [1, 0, 0, 0, 1, 0, 0, 1, 0]
    let rollout = try AttentionRollout.upToEveryLayer([first, second], time: 3)[1]
    #expect(Array(rollout[6..<9]) == [0.25, 0.25, 0.5])
    let turned = try AttentionRollout.upToEveryLayer([second, first], time: 3)[1]
    #expect(Array(turned[6..<9]) == [0, 0.5, 0.5])
  }

  @Test func rowsSumToOneAndWrongSizesAreRefused() throws {
    var random = RepeatableRandom(seed: 8)
    let layers = try (0..<3).map { _ in
      try (0..<2).flatMap { _ in try MapFixture.random(MapFixture.both(5), &random).values }
    }
    for layer in try AttentionRollout.upToEveryLayer(layers, time: 5) {
      for row in 0..<5 { #expect(abs(layer[row * 5..<row * 5 + 5].reduce(0, +) - 1) < 1e-6) }
    }
    #expect(throws: (any Error).self) { try AttentionRollout.upToEveryLayer([[1, 0, 0]], time: 2) }
  }
}
