import Testing

@testable import Comparison
@testable import Statistics

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

  /// On a path every arm is held against the one before, and an arm without a measure is left out.
  @Test func armsAreHeldAgainstTheOnesThatAreNamed() {
    let values: [[Double]] = [[1, 2, 3], [2, 4, 6], [], [3, 3, 3], [5, 6, 7]]
    let seeds = SeedComparison.make([measure(values)], seeds: 3, against: [nil, 0, 1, 1, 3])
    let differences = seeds.measures[0].differences
    #expect(differences.map(\.arm) == [1, 3, 4] && differences.map(\.against) == [0, 1, 3])
    #expect(differences.map(\.mean.value) == [2, -1, 3])
    #expect(seeds.measures[0].mean(2) == nil && seeds.measures[0].mean(4)?.value == 6)
  }

  /// Losses of different tasks have values, and nothing is said of one beside another.
  @Test func onlyArmsThatWereAskedTheSameAreHeldAgainstEachOther() {
    var losses = measure([[1, 2, 3], [2, 3, 4], [9, 9, 9], [7, 8, 9]])
    losses.tasks = ["next", "next", "hidden", "hidden"]
    let seeds = SeedComparison.make([losses], seeds: 3, against: [nil, 0, 0, 2])
    #expect(seeds.measures[0].differences.map(\.arm) == [1, 3])
    #expect(seeds.measures[0].differences.map(\.against) == [0, 2])
    #expect(seeds.measures[0].mean(2)?.value == 9)
  }

  /// An arm that was not trained for what is asked keeps its values, and counts as no test.
  @Test func anArmThatWasNotTrainedForItIsHeldAgainstNone() throws {
    let first = [1.0, 2, 3, 4, 5, 6]
    var asked = measure([first, first.map { $0 - 1 }, first.map { $0 + 5 }])
    (asked.uncompared, asked.reason) = ([2], "c was trained for another task")
    let seeds = SeedComparison.make([asked], seeds: 6)
    #expect(seeds.measures[0].differences.map(\.arm) == [1] && seeds.measures[0].mean(2)?.value == 8.5)
    #expect(seeds.measures[0].differences[0].corrected == 0.03125 && seeds.fewest == 6)
    var data = ReportFixture.full(arms: 3)
    data.seeds = seeds
    let section = try #require(SectionSeeds.section(data))
    #expect(section.body.text.contains("m: c was trained for another task, so no difference is tested"))
  }

  /// The fewest seeds are enough when all agree, and one less is not.
  @Test(arguments: [1, 2, 3, 6, 10]) func fewestSeedsDecide(tests: Int) {
    let fewest = SeedComparison.fewestSeeds(tests: tests)
    for (count, isDecided) in [(fewest - 1, false), (fewest, true)] {
      let first = (0..<count).map { Double($0) }
      let arms = [first] + (0..<tests).map { arm in first.map { $0 + 1 + Double(arm) } }
      let differences = SeedComparison.make([measure(arms)], seeds: count).measures[0].differences
      #expect(differences.allSatisfy { ($0.corrected ?? 1) <= 0.05 } == isDecided, "\(tests) tests, \(count)")
    }
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
    #expect(differences.map(\.probability) == [0.03125, 1, 0.03125, 1, 1, 1])
    #expect(differences.map(\.corrected) == [0.0625, 1, 0.125, 1, 1, 1])
  }

  /// Seeds that were added until it was decided are judged by the test that allows it, and the median by its
  /// interval.
  @Test func addedSeedsAreJudgedByAnotherTest() {
    let first = [1.0, 2, 3, 4, 5, 6]
    let arms = measure([first, first.map { $0 - 1 }, first.map { $0 - 2 }])
    let seeds = SeedComparison.make([arms], seeds: 6, design: Design().untilDecided)
    let difference = seeds.measures[0].differences[0]
    #expect(difference.probability == AnytimeSignTest([-1, -1, -1, -1, -1, -1]).probability)
    #expect(difference.median?.value == -1 && difference.median?.interval?.low == -1)
    #expect(seeds.fewest == 7 && seeds.tooFew?.contains("need 7 seeds") == true)
    #expect(SeedComparison.make([arms], seeds: 6).measures[0].differences[0].median == nil)
  }

  /// What the measures are means of gives the interval over items, too.
  @Test func itemsGiveAnIntervalOfTheirOwn() throws {
    let items: [[[Double]]] = [[[1, 0, 1, 1], [1, 1, 1, 1]], [[0, 0, 1, 0], [1, 0, 1, 0]]]
    let values = items.map { $0.map { $0.reduce(0, +) / 4 } }
    let withItems = SeedComparison.Measure(
      name: "m", unit: "u", moreIsBetter: true, values: values, items: items)
    let difference = SeedComparison.make([withItems], seeds: 2).measures[0].differences[0]
    let expected = try #require(CrossedComparison([[-1, 0, 0, -1], [0, -1, 0, -1]]))
    #expect(difference.mean.value == expected.mean && difference.overItems == expected.interval())
    #expect(difference.variance == expected.variance)
  }

  /// A share's interval ends where shares end; another measure's does not.
  @Test func sharesStayBetweenNoneAndAll() throws {
    for unit in ["share of items", "bits"] {
      let measure = SeedComparison.Measure(
        name: "m", unit: unit, moreIsBetter: true, values: [[1, 1, 0.5], [1, 1, 1]])
      let seeds = SeedComparison.make([measure], seeds: 3)
      let interval = try #require(seeds.measures[0].mean(0)?.interval)
      // The mean of 1, 1 and 0.5 is 0.83, its standard error 1/6, t 4.303.
      #expect(abs(interval.high - (unit == "bits" ? 1.550_5 : 1)) < 1e-3)
      #expect(abs(interval.low - 0.116_2) < 1e-3)
    }
  }
}
