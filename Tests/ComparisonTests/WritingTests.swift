import Testing

@testable import Comparison

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

  @Test func theTableShowsEveryModelThatWrote() throws {
    var data = ReportFixture.full(arms: 2)
    #expect(SectionWriting.section(data) == nil)
    data.writing = [
      .init(
        arm: 1, how: "h", texts: 3, sentences: 40, wellFormed: .share(correct: 30, of: 40),
        copied: .share(correct: 1, of: 40), distinct: [0.1, 0.2, 0.3, 0.4])
    ]
    let section = try #require(SectionWriting.section(data))
    let reader = PageReader.read("<div>\(section.markup.text)</div>")
    #expect(reader.problem == nil && reader.text.contains("75.0 %") && reader.text.contains("40 %"))
  }
}
