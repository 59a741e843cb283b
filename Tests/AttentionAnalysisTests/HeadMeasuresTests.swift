import Foundation
import TestSupport
import Testing

@testable import AttentionAnalysis

/// Maps by hand, whose measures are known.
enum MapFixture {
  static func causal(_ time: Int) -> [Range<Int>] { (0..<time).map { 0..<$0 + 1 } }
  static func both(_ time: Int) -> [Range<Int>] { (0..<time).map { _ in 0..<time } }

  /// A map whose every row looks at one place.
  static func pointed(_ visible: [Range<Int>], _ key: (Int) -> Int) throws -> HeadMap {
    let time = visible.count
    var values = [Float](repeating: 0, count: time * time)
    for query in 0..<time { values[query * time + key(query)] = 1 }
    return try HeadMap(values: values, visible: visible)
  }

  /// A map of random rows.
  static func random(_ visible: [Range<Int>], _ random: inout RepeatableRandom) throws -> HeadMap {
    let time = visible.count
    var values = [Float](repeating: 0, count: time * time)
    for (query, seen) in visible.enumerated() {
      let weights = random.floats(seen.count).map { expf(2 * $0) }
      let sum = weights.reduce(0, +)
      for (key, weight) in zip(seen, weights) { values[query * time + key] = weight / sum }
    }
    return try HeadMap(values: values, visible: visible)
  }

  static func measures(_ map: HeadMap, delimiters: Set<Int> = []) -> HeadMeasures {
    var result = HeadMeasures()
    result.addText([map], delimiters: [(0..<map.time).map(delimiters.contains)])
    return result
  }
}

@Suite struct HeadMeasuresTests {
  private func isClose(_ value: Double?, _ expected: Double) -> Bool {
    value.map { abs($0 - expected) < 1e-6 } ?? false
  }

  @Test func aUniformHeadHasEntropyOneThoughItsRowsDifferInLength() {
    for visible in [MapFixture.causal(9), MapFixture.both(9)] {
      #expect(isClose(MapFixture.measures(.uniform(visible)).entropy, 1))
    }
  }

  @Test func rowsWithOnePlaceAreLeftOut() throws {
    // Two rows count: 1 bit of 1, and 0 bits of log2 3.
    let map = try HeadMap(values: [1, 0, 0, 0.5, 0.5, 0, 0, 1, 0], visible: MapFixture.causal(3))
    let measures = MapFixture.measures(map)
    #expect(isClose(measures.entropy, 0.5))
    #expect(isClose(measures.distance, (0.5 + 1) / 2))
    #expect(isClose(measures.itself, 0.25))
    let alone = MapFixture.measures(try HeadMap(values: [1], visible: MapFixture.causal(1)))
    #expect(alone == HeadMeasures())
  }

  /// A sink takes half of every row: shares are halved, where and how evenly the head looks is not.
  @Test func aSinkChangesNeitherEntropyNorDistance() throws {
    var numbers = RepeatableRandom(seed: 3)
    let map = try MapFixture.random(MapFixture.causal(7), &numbers)
    let half = try HeadMap(values: map.values.map { $0 / 2 }, visible: map.visible)
    let (whole, rest) = (MapFixture.measures(map), MapFixture.measures(half))
    #expect(isClose(rest.entropy, try #require(whole.entropy)))
    #expect(isClose(rest.distance, try #require(whole.distance)))
    #expect(isClose(rest.previous, try #require(whole.previous) / 2))
  }

  @Test func aHeadThatLooksAtOnePlaceHasThatShare() throws {
    let both = MapFixture.both(6)
    let previous = MapFixture.measures(try MapFixture.pointed(MapFixture.causal(6)) { max(0, $0 - 1) })
    #expect(previous.previous == 1 && previous.entropy == 0 && previous.distance == 1)
    #expect(previous.next == nil && previous.itself == 0)
    let next = MapFixture.measures(try MapFixture.pointed(both) { min(5, $0 + 1) })
    #expect(next.next == 1 && next.previous == 0)
    let first = MapFixture.measures(try MapFixture.pointed(both) { _ in 0 })
    #expect(first.first == 1 && isClose(first.distance, 2.5) && isClose(first.previous, 0.2))
    let own = MapFixture.measures(try MapFixture.pointed(both) { $0 })
    #expect(own.itself == 1 && own.distance == 0 && own.first == 0)
  }

  @Test func delimitersCountButForTheFirstPlaceAndTheRowsOwn() throws {
    // Place 0 is a start token, places 2 and 4 are full stops.
    let visible = MapFixture.causal(5)
    let stops = try MapFixture.pointed(visible) { [0, 0, 2, 2, 2][$0] }
    // Rows 3 and 4 see a full stop other than their own, and look at it; row 2 sees only its own.
    #expect(MapFixture.measures(stops, delimiters: [0, 2, 4]).delimiter == 1)
    let start = try MapFixture.pointed(visible) { _ in 0 }
    #expect(MapFixture.measures(start, delimiters: [0, 2, 4]).delimiter == 0)
    #expect(MapFixture.measures(start, delimiters: [0]).delimiter == nil)
  }

  @Test func inductionLooksAtWhatFollowedLastTime() throws {
    let copy = RepeatedTokens(ids: [2, 7, 8, 9, 7, 8, 9], period: 3)
    #expect(copy.secondCopy == 4..<7)
    let visible = MapFixture.causal(7)
    var measures = HeadMeasures()
    measures.addInduction([try MapFixture.pointed(visible) { max(0, $0 - 2) }], [copy])
    #expect(measures.induction == 1)
    measures.addInduction([try MapFixture.pointed(visible) { max(0, $0 - 3) }], [copy])
    #expect(measures.induction == 0)
    measures.addInduction([.uniform(visible)], [copy])
    #expect(isClose(measures.induction, (1 / 5.0 + 1 / 6.0 + 1 / 7.0) / 3))
  }

  @Test func agreementHoldsTheSubjectAgainstWhatMayMislead() throws {
    let visible = MapFixture.causal(6)
    let item = AgreementPlaces(
      ids: [5, 6, 7, 8, 9, 10], queries: 5..<6, subject: 1..<3, attractors: [3..<4, 4..<5])
    let found = HeadMeasures.agreement(
      [
        try HeadMap(
          values: [Float](repeating: 0, count: 30) + [0.1, 0.25, 0.25, 0.3, 0.1, 0], visible: visible)
      ], [item])
    #expect(isClose(found?.subject, 0.5) && isClose(found?.attractor, 0.2))
    // From a place that does not see the subject nothing is known.
    let blind = AgreementPlaces(ids: item.ids, queries: 0..<1, subject: 1..<3, attractors: [3..<4])
    #expect(HeadMeasures.agreement([.uniform(visible)], [blind]) == nil)
  }

  @Test func mapsOfOtherSizesAreRefused() {
    let error = #expect(throws: (any Error).self) {
      try HeadMap(values: [1, 0, 1], visible: MapFixture.causal(2))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("expected [2, 2]"))
    #expect(throws: (any Error).self) { try HeadMap(values: [1], visible: [0..<2]) }
  }

  /// Everything again by the shortest loops, on random maps of several texts with windows.
  @Test func agreesWithAPlainReference() throws {
    var random = RepeatableRandom(seed: 5)
    for _ in 0..<20 {
      let window = random.integer(1...8)
      let maps = try (0..<3).map { _ -> HeadMap in
        let time = random.integer(2...9)
        let visible = (0..<time).map { max(0, $0 - window)..<min(time, $0 + random.integer(1...3)) }
        return try MapFixture.random(visible, &random)
      }
      let delimiters = maps.map { map in (0..<map.time).map { _ in random.flag() } }
      var measures = HeadMeasures()
      measures.addText(maps, delimiters: delimiters)

      var lists: [String: [Double]] = [:]
      for (map, isDelimiter) in zip(maps, delimiters) {
        for query in 0..<map.time {
          let keys = Array(map.visible[query])
          if keys.count == 1 { continue }
          let row = keys.map { map[query, $0] }
          lists["entropy", default: []].append(
            -row.reduce(0) { $0 + $1 * log2($1) } / log2(Double(keys.count)))
          lists["distance", default: []].append(
            zip(keys, row).reduce(0) { $0 + $1.1 * Double(abs($1.0 - query)) })
          for (name, key) in [("itself", query), ("previous", query - 1), ("next", query + 1)]
          where keys.contains(key) { lists[name, default: []].append(map[query, key]) }
          if query != 0, keys.contains(0) { lists["first", default: []].append(map[query, 0]) }
          let stops = keys.filter { isDelimiter[$0] && $0 != 0 && $0 != query }
          if !stops.isEmpty {
            lists["delimiter", default: []].append(stops.reduce(0) { $0 + map[query, $1] })
          }
        }
      }
      let found: [(String, Double?)] = [
        ("entropy", measures.entropy), ("distance", measures.distance), ("itself", measures.itself),
        ("previous", measures.previous), ("next", measures.next), ("first", measures.first),
        ("delimiter", measures.delimiter),
      ]
      for (name, value) in found {
        let mean = lists[name].map { $0.reduce(0, +) / Double($0.count) }
        #expect((mean == nil) == (value == nil), "\(name)")
        if let mean { #expect(isClose(value, mean), "\(name)") }
      }
    }
  }
}

@Suite struct HeadRoleTests {
  private func role(_ change: (inout HeadMeasures) -> Void) -> HeadRole {
    var uniform = HeadMeasures()
    (uniform.entropy, uniform.previous, uniform.next, uniform.itself) = (1, 0.1, 0.1, 0.1)
    (uniform.first, uniform.delimiter, uniform.induction) = (0.1, 0.2, 0.05)
    uniform.verb = .init(subject: 0.1, attractor: 0.1)
    uniform.choice = .init(subject: 0.1, attractor: 0.1)
    var measures = uniform
    measures.entropy = 0.5
    change(&measures)
    return HeadRole.of(measures, uniform: uniform)
  }

  @Test func eachRuleHasItsName() {
    #expect(role { $0.previous = 0.9 } == .previous)
    #expect(role { $0.next = 0.9 } == .next)
    #expect(role { $0.itself = 0.9 } == .itself)
    #expect(role { $0.first = 0.9 } == .first)
    #expect(role { $0.delimiter = 0.9 } == .delimiter)
    #expect(role { $0.induction = 0.9 } == .induction)
    #expect(role { $0.verb = .init(subject: 0.5, attractor: 0.1) } == .agreement)
    #expect(role { $0.choice = .init(subject: 0.5, attractor: 0.1) } == .agreement)
    #expect(role { $0.entropy = 0.95 } == .broad)
    #expect(role { _ in } == .mixed)
  }

  @Test func thresholdsAreWhereTheyAreSaidToBe() {
    // 0.1 + 0.4 · 0.9 = 0.46.
    #expect(role { $0.previous = 0.4601 } == .previous)
    #expect(role { $0.previous = 0.4599 } == .mixed)
    // 0.1 + 0.2 · 0.9 = 0.28, and no more than half of it on the other noun.
    #expect(role { $0.verb = .init(subject: 0.2801, attractor: 0.14) } == .agreement)
    #expect(role { $0.verb = .init(subject: 0.2799, attractor: 0.1) } == .mixed)
    #expect(role { $0.verb = .init(subject: 0.5, attractor: 0.26) } == .mixed)
    #expect(role { $0.entropy = 0.8999 } == .mixed)
  }

  @Test func theRuleThatIsExceededByMostWins() {
    #expect(role { ($0.previous, $0.first) = (0.5, 0.9) } == .first)
    #expect(role { ($0.previous, $0.first) = (0.9, 0.5) } == .previous)
    #expect(role { ($0.previous, $0.first) = (0.6, 0.6) } == .previous, "the first rule wins a tie")
    #expect(role { ($0.previous, $0.entropy) = (0.9, 0.95) } == .previous)
  }

  @Test func aMixedHeadStillLeansSomewhere() {
    var uniform = HeadMeasures()
    (uniform.previous, uniform.next) = (0.1, 0.1)
    var measures = uniform
    measures.next = 0.1 + 0.9 * 0.3
    let leaning = HeadRole.strongest(measures, uniform: uniform)
    #expect(leaning?.role == .next && abs((leaning?.excess ?? 0) - 0.75) < 1e-9)
    #expect(HeadRole.strongest(HeadMeasures(), uniform: uniform) == nil)
  }

  @Test func aUniformHeadIsBroadAndOneThatIsNotMeasuredMixed() {
    let uniform = MapFixture.measures(.uniform(MapFixture.causal(8)), delimiters: [2])
    #expect(HeadRole.of(uniform, uniform: uniform) == .broad)
    #expect(HeadRole.of(HeadMeasures(), uniform: uniform) == .mixed)
  }
}
