import Testing

@testable import ZooCommand

@Suite struct DistinctNamesTests {
  @Test func laterOnesOfEqualNamesAreNumbered() {
    #expect(DistinctNames.numbered(["gpt", "bert", "gpt", "gpt"]) == ["gpt", "bert", "gpt-2", "gpt-3"])
    #expect(DistinctNames.numbered(["a", "a", "a-2", "a-2"]) == ["a", "a-3", "a-2", "a-2-2"])
  }

  @Test func namesThatAreAlikeGetTheirFolderAndThenANumber() {
    #expect(DistinctNames.of([("gpt", "a"), ("bert", "a")]) == ["gpt", "bert"])
    #expect(DistinctNames.of([("gpt", "a"), ("gpt", "b"), ("bert", "b")]) == ["a/gpt", "b/gpt", "bert"])
    #expect(DistinctNames.of([("gpt", "a"), ("gpt", "a"), ("gpt", nil)]) == ["a/gpt", "a/gpt-2", "gpt"])
  }
}
