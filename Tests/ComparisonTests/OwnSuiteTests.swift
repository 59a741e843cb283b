import Installed
import Settings
import TestSupport
import Testing

@testable import Comparison
@testable import Experiments

/// The suites that come with the program.
@Suite struct OwnSuiteTests {
  @Test func theZoosOwnSuitesAreRightAndCanBeDecided() throws {
    let library = try SuiteLibrary.standard(Registry.standard())
    #expect(library.names.count >= 4)
    for name in library.names {
      let suite = try library.load(name)
      #expect(!suite.summary.isEmpty)
      // An arm of another objective than its reference's has no likelihood to be compared by.
      let tests = name == "bert-against-gpt" ? 1 : suite.arms.count - 1
      #expect(suite.seeds >= SeedComparison.minSeeds(tests: tests), "\(name)")
    }
  }
}
