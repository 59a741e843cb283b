import Testing

@testable import Evaluation

/// What is said of texts is what a reader would count.
@Suite struct WritingTests {
  @Test func sentencesHaveBothEnds() {
    let measure = WritingMeasure(["a b c\na b\nbroken off", "x\n", "no end", ""])
    #expect(measure.sentences == ["a b c", "a b", "x"])
    #expect(measure.share { $0.hasPrefix("a") }.value == 2.0 / 3)
  }

  @Test func distinctRunsAreCountedWithinSentences() {
    let measure = WritingMeasure(["a b a b\nb a\n"])
    // Words: a b a b b a. Pairs: ab ba ab, ba; none across sentences.
    #expect(measure.distinct(1) == 2.0 / 6)
    #expect(measure.distinct(2) == 2.0 / 4)
    #expect(measure.distinct(3) == 1)
    #expect(measure.distinct(5) == 0)
  }
}
