import Foundation
import TestSupport
import Testing

@testable import Statistics

@Suite struct CrossedComparisonTests {
  /// Two seeds and three items by hand: rows 1 2 3 and 3 4 8, mean 3.5.
  @Test func aWorkedExample() throws {
    let comparison = try #require(CrossedComparison([[1, 2, 3], [3, 4, 8]]))
    #expect(comparison.mean == 3.5)
    // Seeds: means 2 and 5, so 3·(1.5² + 1.5²)/1 = 13.5. Items: 2, 3, 5.5, so 2·(1.5² + 0.5² + 2²)/2 = 6.5.
    // Rest: ±½, ±½, ∓1 twice, so (4·¼ + 2·1)/2 = 1.5. Together (13.5 + 6.5 − 1.5)/6.
    #expect(abs(comparison.variance.seeds - 12.0 / 6) < 1e-12)
    #expect(abs(comparison.variance.items - 5.0 / 6) < 1e-12)
    #expect(abs(comparison.variance.rest - 1.5 / 6) < 1e-12)
    let freedom = 18.5 * 18.5 / (13.5 * 13.5 + 6.5 * 6.5 / 2 + 1.5 * 1.5 / 2)
    #expect(abs(comparison.freedom - freedom) < 1e-12)
    let half = StudentT(freedom: freedom).quantile(coverage: 0.95) * (18.5 / 6).squareRoot()
    let interval = try #require(comparison.interval())
    #expect(abs(interval.high - 3.5 - half) < 1e-9)
  }

  /// Where the items do not differ, the interval is that of the seeds alone.
  @Test func withoutDifferencesBetweenItemsOnlySeedsCount() throws {
    let seeds = [0.3, 0.9, 0.4, 0.5]
    let crossed = try #require(CrossedComparison(seeds.map { [Double](repeating: $0, count: 7) }))
    let paired = try #require(PairedComparison(differences: seeds).interval())
    let interval = try #require(crossed.interval())
    #expect(abs(interval.low - paired.low) < 1e-9)
    #expect(crossed.variance.items < 1e-12 && abs(crossed.variance.rest) < 1e-12)
  }

  /// Bits over bytes: windows of other lengths with the same bits a byte do not differ.
  @Test func weightsMakeItARatio() throws {
    let bytes = [10.0, 20, 30, 55]
    let rates = [0.5, 0.7, 0.65]
    let comparison = try #require(
      CrossedComparison(rates.map { rate in bytes.map { $0 * rate } }, weights: bytes))
    #expect(abs(comparison.mean - rates.reduce(0, +) / 3) < 1e-12)
    #expect(comparison.variance.items < 1e-20)
  }

  @Test func tablesWithHolesOrWithOneRowSayNothing() {
    #expect(CrossedComparison([[1, 2, 3]]) == nil)
    #expect(CrossedComparison([[1], [2]]) == nil)
    #expect(CrossedComparison([[1, 2], [1]]) == nil)
    #expect(CrossedComparison([]) == nil)
  }

  /// Equal cells are no knowledge of what other seeds or items would give.
  @Test func withoutAnyVarianceThereIsNoInterval() throws {
    for value in [0.0, -0.5, 1.1] {
      let comparison = try #require(CrossedComparison([[value, value], [value, value], [value, value]]))
      #expect(abs(comparison.mean - value) < 1e-15 && comparison.interval() == nil)
    }
  }

  /// By simulation: with few seeds and many items the interval covers the mean over all seeds and all items as
  /// often as stated, while the t interval over seeds, which holds for the items that were asked, does not.
  @Test(arguments: [3, 5, 6, 10], [false, true])
  func coverageIsAsStated(seeds: Int, heavy: Bool) {
    var effects = EffectSource(seed: 100 + seeds * 2 + (heavy ? 1 : 0), heavy: heavy)
    let (repetitions, items) = (1000, 24)
    var (covered, coveredBySeeds) = (0, 0)
    for _ in 0..<repetitions {
      let ofSeeds = (0..<seeds).map { _ in 0.3 * effects.next() }
      let ofItems = (0..<items).map { _ in effects.next() }
      let table = ofSeeds.map { seed in ofItems.map { item in seed + item + effects.next() } }
      guard let crossed = CrossedComparison(table)?.interval() else { continue }
      if crossed.low <= 0, crossed.high >= 0 { covered += 1 }
      let means = table.map { $0.reduce(0, +) / Double(items) }
      if let paired = PairedComparison(differences: means).interval(), paired.low <= 0, paired.high >= 0 {
        coveredBySeeds += 1
      }
    }
    let coverage = Double(covered) / Double(repetitions)
    #expect(coverage > 0.925 && coverage < 0.995, "covers \(coverage)")
    #expect(coveredBySeeds < covered, "seeds alone cover \(coveredBySeeds) of \(repetitions)")
  }
}
