import Testing

@testable import Comparison
@testable import Experiments
@testable import Reporting
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
      #expect(words == (isDecided ? "b is better than a" : "not decided between b and a"))
    }
  }

  @Test func moreIsBetterTurnsTheWords() {
    let first = [1.0, 2, 3, 4, 5, 6]
    let seeds = SeedComparison.make([measure([first, first.map { $0 - 1 }], moreIsBetter: true)], seeds: 6)
    let words = seeds.measures[0].verdict(seeds.measures[0].differences[0], name: "b", first: "a")
    #expect(words == "a is better than b")
  }

  /// On a path every arm is compared with the one before, and an arm without a measure is left out.
  @Test func armsAreComparedWithTheOnesThatAreNamed() {
    let values: [[Double]] = [[1, 2, 3], [2, 4, 6], [], [3, 3, 3], [5, 6, 7]]
    let seeds = SeedComparison.make([measure(values)], seeds: 3, against: [nil, 0, 1, 1, 3])
    let differences = seeds.measures[0].differences
    #expect(differences.map(\.arm) == [1, 3, 4] && differences.map(\.against) == [0, 1, 3])
    #expect(differences.map(\.mean.value) == [2, -1, 3])
    #expect(seeds.measures[0].mean(2) == nil && seeds.measures[0].mean(4)?.value == 6)
  }

  /// Losses of different tasks have values, and nothing is said of one beside another.
  @Test func onlyArmsThatWereAskedTheSameAreCompared() {
    var losses = measure([[1, 2, 3], [2, 3, 4], [9, 9, 9], [7, 8, 9]])
    losses.tasks = ["next", "next", "hidden", "hidden"]
    let seeds = SeedComparison.make([losses], seeds: 3, against: [nil, 0, 0, 2])
    #expect(seeds.measures[0].differences.map(\.arm) == [1, 3])
    #expect(seeds.measures[0].differences.map(\.against) == [0, 2])
    #expect(seeds.measures[0].mean(2)?.value == 9)
  }

  /// An arm that was not trained for what is asked keeps its values, and counts as no test.
  @Test func anArmThatWasNotTrainedForItIsComparedWithNone() throws {
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

  /// A comparison of whole suites: nine seeds that all agree decide every test of a family of twenty, as a single one.
  @Test func aSecondFamilyCanBeDecided() {
    let first = (0..<9).map { 1 + 0.01 * Double($0 * $0 % 7) }
    let arms =
      [first]
      + (1...5).map { arm in first.enumerated().map { $1 + 0.1 * Double(arm) + 0.003 * Double($0 * arm % 5) }
      }
    let seeds = SeedComparison.make(
      [measure([[Double]](repeating: first, count: 6))] + (0..<4).map { _ in measure(arms) }, seeds: 9)
    let rest = seeds.measures.dropFirst().flatMap(\.differences)
    #expect(rest.count == 20 && rest.allSatisfy { $0.corrected == 2.0 / 512 && $0.isDecided })
    #expect(seeds.correction == .jointSignFlips && seeds.draws == nil && seeds.otherDraws == nil)
    #expect(seeds.test.contains("joint sign flips") && seeds.patterns.hasPrefix("exact"))
  }

  /// Twenty seeds and twenty-one that agree both decide, and no p is shown as 0.
  @Test(arguments: [20, 21, 45]) func manySeedsDecide(count: Int) throws {
    let first = (0..<count).map { 1 + 0.01 * Double($0) }
    let seeds = SeedComparison.make([measure([first, first.map { $0 * 0.9 }])], seeds: count)
    let difference = try #require(seeds.measures[0].differences.first)
    #expect(difference.isDecided && (difference.corrected ?? 0) > 0)
    #expect(
      Number.probability(difference.corrected ?? 0) == "< 0.001" && Number.probability(0.0312) == "0.031")
    #expect(seeds.draws == (count > 40 ? 99_999 : nil))
    var data = ReportFixture.full()
    data.seeds = seeds
    let text = PageReader.read("<div>\(try #require(SectionSeeds.section(data)).markup.text)</div>").text
    #expect(text.contains("< 0.001") && !text.contains("0.000"))
    #expect(
      text.contains(
        count > 40 ? "99,999 random sign patterns" : "exact, over all sign patterns"))
  }

  /// A run that diverged decides nothing: its p is none, not 0.
  @Test func whatIsNotFiniteIsNotDecided() {
    let first = [1.0, 2, 3, 4, 5, 6]
    for design in [Design(), Design().untilDecided] {
      let seeds = SeedComparison.make(
        [measure([first, [.nan, 1, 2, 3, 4, 5], [.infinity, 1, 2, 3, 4, 5], first.map { $0 - 1 }])], seeds: 6,
        design: design)
      let differences = seeds.measures[0].differences
      #expect(differences.map { $0.probability == nil } == [true, true, false])
      #expect(!differences[0].isDecided && !differences[1].isDecided)
      #expect(
        seeds.measures[0].verdict(differences[0], name: "b", first: "a") == "not decided between b and a")
    }
  }

  /// Nine seeds of ten say that one model is worse, and one that is far better turns the mean: where signs decide, the
  /// signs say which is better, and mean and median are both told.
  @Test func theVerdictPointsWhereItsTestPoints() throws {
    let first = (0..<12).map { 1 + 0.001 * Double($0) }
    let second = first.enumerated().map { $1 + ($0 == 4 ? -0.9 : 0.01 + 0.001 * Double($0 % 3)) }
    let arms = measure([first, second])
    let seeds = SeedComparison.make([arms], seeds: 12, design: Design().untilDecided)
    var difference = seeds.measures[0].differences[0]
    #expect(difference.mean.value < 0 && (difference.median?.value ?? 0) > 0 && difference.direction == 1)
    #expect(difference.isSplit)
    difference.corrected = 0.04
    #expect(seeds.measures[0].verdict(difference, name: "b", first: "a") == "a is better than b")
    // In a report from before the direction was kept it is the mean's.
    difference.direction = nil
    #expect(seeds.measures[0].verdict(difference, name: "b", first: "a") == "b is better than a")
    // Where sums are flipped, the sum says which; the median is told where it has the other sign.
    let fixed = SeedComparison.make([arms], seeds: 12).measures[0].differences[0]
    #expect(fixed.direction == -1 && fixed.median?.value == difference.median?.value)
  }

  /// Six seeds of one sign decide; with one of twelve that dissents nothing more can be decided, and no seed is added
  /// for it.
  @Test func futilityIsKnown() {
    func comparison(_ differences: [Double]) -> PairedComparison {
      PairedComparison(differences: differences)
    }
    let (agreed, split) = (comparison([1, 1, 1, 1, 1, 1]), comparison([1, 1, -1, 1, 1, 1]))
    #expect(
      !SeedComparison.canBeDecided([split], further: 6) && SeedComparison.canBeDecided([split], further: 7))
    // What is decided needs no further seed, and one that is open and can be keeps all going.
    #expect(!SeedComparison.canBeDecided([agreed], further: 6))
    let open = comparison([1, 1, 1, 1, 1, 0])
    #expect(SeedComparison.canBeDecided([split, open], further: 6))
    #expect(EndOfSeeds.decided(seeds: 6).description == "decided after 6 seeds")
    #expect(EndOfSeeds.futile(seeds: 3, further: 9).description.hasPrefix("stopped after 3 seeds: 9 more"))
  }

  /// What emerges abruptly has no t interval, but a fraction of runs that learned it, with intervals that have a width.
  @Test func whatIsLearntInAJumpHasNoTInterval() throws {
    let all = [Double](repeating: 1, count: 9)
    let some = [1, 1, 0.5, 1, 0.52, 1, 1, 0.49, 0.9]
    let verbs = SeedComparison.Measure(
      name: "right verb form", unit: "share of items", moreIsBetter: true, values: [all, some, all],
      learntFrom: 0.9)
    let seeds = SeedComparison.make([verbs], seeds: 9)
    let measure = seeds.measures[0]
    #expect(
      measure.mean(0)?.interval == nil && measure.mean(1)?.interval == nil
        && measure.mean(1)?.value == some.reduce(0, +) / 9)
    let learnt = try #require(measure.learnt(1))
    #expect(learnt.count == 6 && learnt.interval == .clopperPearson(correct: 6, of: 9))
    #expect(measure.learnt(0)?.interval == .clopperPearson(correct: 9, of: 9))
    let difference = try #require(measure.differences.first)
    let interval = try #require(difference.learnt?.interval)
    #expect(difference.mean.interval == nil && difference.overItems == nil)
    #expect(interval.low < -1.0 / 3 && interval.high > -1.0 / 3 && interval.low >= -1 && interval.high <= 1)
    #expect(measure.differences[1].isEqualThroughout && !difference.isEqualThroughout)
    var data = ReportFixture.full(arms: 3)
    data.seeds = seeds
    let text = PageReader.read("<div>\(try #require(SectionSeeds.section(data)).markup.text)</div>").text
    #expect(text.contains("6 of 9") && text.contains("66 to 100") && !text.contains("1.0000 to 1.0000"))
    #expect(Story(data).text.contains("learned by 6 of 9 runs against 9 of 9"))
    #expect(
      ExportedTables(data).markdown.contains(
        "| right verb form | \(data.name(1)) | 6 of 9 | 0.6667 (0.2993 to 0.9251) |"))
  }

  /// The fewest seeds are enough when all agree, and one less is not.
  @Test(arguments: [1, 2, 3, 6, 10]) func minSeedsDecide(tests: Int) {
    let fewest = SeedComparison.minSeeds(tests: tests)
    for (count, isDecided) in [(fewest - 1, false), (fewest, true)] {
      let first = (0..<count).map { Double($0) }
      let arms = [first] + (0..<tests).map { arm in first.map { $0 + 1 + Double(arm) } }
      let differences = SeedComparison.make([measure(arms)], seeds: count).measures[0].differences
      #expect(differences.allSatisfy { ($0.corrected ?? 1) <= 0.05 } == isDecided, "\(tests) tests, \(count)")
    }
  }

  /// The question is corrected over its models alone, everything else over all of the rest: here two comparisons whose
  /// largest |t| is reached by four of 64 patterns, in either family. Holm would multiply by four in the second.
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
    #expect(differences.map(\.corrected) == [0.0625, 1, 0.0625, 1, 1, 1])
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
    #expect(difference.direction == -1)
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
      // The same of a difference. Two shares differ by 1 at most.
      let far = SeedComparison.Measure(
        name: "m", unit: unit, moreIsBetter: true, values: [[0, 0, 0], [1, 1, 0.5]])
      let high = SeedComparison.make([far], seeds: 3).measures[0].differences[0].mean.interval?.high
      #expect(abs((high ?? 0) - (unit == "bits" ? 1.550_5 : 1)) < 1e-3)
    }
  }
}
