import Testing
import Text

@testable import SyntheticCorpus

/// The embedded corpus keeps its recorded name, from which the order of windows follows, and is shown by what it is.
@Suite struct CorpusNameTests {
  @Test func theRecordedNameIsShownInWords() {
    let source = TextSource(
      name: TextSource.generatedName(seed: 1), train: [10], heldOut: [10], startsAtLines: true)
    #expect(source.name == "generated (seed 1)" && source.shownName == "the embedded corpus (seed 1)")
    #expect(TextSource.shownName("generated.txt") == "generated.txt")
  }
}
