import Testing

@testable import Comparison

/// Who is compared with whom.
@Suite struct OpponentsTests {
  @Test func theFirstThatHasTheMeasureIsTheReference() {
    #expect(Opponents.choose([nil, nil, nil]) { _ in true } == [nil, 0, 0])
    // The first model has no likelihood: the others are compared all the same.
    #expect(Opponents.choose([nil, nil, nil]) { $0 > 0 } == [nil, nil, 1])
    #expect(Opponents.choose([nil, nil]) { _ in false } == [nil, nil])
  }

  @Test func whatAPlanNamesGoesFirst() {
    #expect(Opponents.choose([nil, 0, 1]) { _ in true } == [nil, 0, 1])
    // A step of a path whose other end lacks the measure is compared with nothing.
    #expect(Opponents.choose([nil, 0, 1]) { $0 != 1 } == [nil, nil, nil])
  }

  @Test func theTestsOverSeedsFollowTheSameRule() {
    let values = [[], [0.1, 0.2, 0.15, 0.12, 0.11], [0.9, 0.95, 0.92, 0.91, 0.97]]
    let seeds = SeedComparison.make(
      [SeedComparison.Measure(name: "loss", unit: "bits", moreIsBetter: false, values: values)], seeds: 5)
    let differences = seeds.measures[0].differences
    #expect(differences.map(\.arm) == [2] && differences.map(\.against) == [1])
  }
}
