import Testing

@testable import Comparison

@Suite struct SeedComparisonTests {
  private func measure(_ values: [[Double]], moreIsBetter: Bool = false) -> SeedComparison.Measure {
    SeedComparison.Measure(name: "m", unit: "u", moreIsBetter: moreIsBetter, values: values)
  }

  /// Six seeds that all point one way decide; five never do, however clear they look.
  @Test func wordsFollowTheNumberOfSeeds() {
    for (count, isDecided) in [(5, false), (6, true)] {
      let first = (0..<count).map { 1 + 0.01 * Double($0) }
      let seeds = SeedComparison.make([measure([first, first.map { $0 - 0.5 }])], seeds: count)
      let difference = seeds.measures[0].differences[0]
      #expect(abs(difference.mean.value + 0.5) < 1e-12)
      let words = seeds.measures[0].verdict(difference, name: "b", first: "a")
      #expect(words == (isDecided ? "b is better than a" : "not decidable between b and a"))
    }
  }

  @Test func moreIsBetterTurnsTheWords() {
    let first = [1.0, 2, 3, 4, 5, 6]
    let seeds = SeedComparison.make([measure([first, first.map { $0 - 1 }], moreIsBetter: true)], seeds: 6)
    let words = seeds.measures[0].verdict(seeds.measures[0].differences[0], name: "b", first: "a")
    #expect(words == "a is better than b")
  }

  /// The question is corrected over its models alone, everything else over all of the rest.
  @Test func theQuestionIsAFamilyOfItsOwn() {
    let first = [1.0, 2, 3, 4, 5, 6]
    let worse = first.map { $0 - 1 }
    let mixed = [2.0, 1, 4, 3, 6, 5]
    let three = [
      measure([first, worse, mixed]), measure([first, worse, mixed]), measure([first, mixed, mixed]),
    ]
    let differences = SeedComparison.make(three, seeds: 6).measures.flatMap(\.differences)
    #expect(differences.map(\.arm) == [1, 2, 1, 2, 1, 2])
    #expect(differences.map(\.signFlip) == [0.03125, 1, 0.03125, 1, 1, 1])
    #expect(differences.map(\.corrected) == [0.0625, 1, 0.125, 1, 1, 1])
  }
}
