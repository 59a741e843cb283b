import Testing

@testable import ZooCommand

@Suite struct DistinctNamesTests {
  @Test func namesThatAreAlikeGetTheirFolderAndThenANumber() {
    #expect(DistinctNames.of([("gpt", "a"), ("bert", "a")]) == ["gpt", "bert"])
    #expect(DistinctNames.of([("gpt", "a"), ("gpt", "b"), ("bert", "b")]) == ["a/gpt", "b/gpt", "bert"])
    #expect(DistinctNames.of([("gpt", "a"), ("gpt", "a"), ("gpt", nil)]) == ["a/gpt", "a/gpt-2", "gpt"])
  }
}
