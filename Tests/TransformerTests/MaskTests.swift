import Tensors
import Testing

@testable import Transformer

@Suite struct MaskTests {
  static let documents: [Int32] = [4, 4, 4, 7, 7, 4, 4, 4, 4]

  /// Every mask, window and document boundary against the sentence that defines it.
  @Test(arguments: ["'causal'", "'bidirectional'", "{ type: 'prefix', length: 4 }"], [nil, 1, 3])
  func rangesAreWhatTheirDefinitionSays(_ mask: String, _ window: Int?) throws {
    let (parts, time) = (try PartFixture(), 9)
    let starts = [0, 0, 0, 3, 3, 5, 5, 5, 5]
    for within in [false, true] {
      let text =
        mask.hasPrefix("'")
        ? "{ type: \(mask), withinDocuments: \(within) }"
        : String(mask.dropLast()) + ", withinDocuments: \(within) }"
      let visibility = try parts.visibility(text, time: time, documents: Self.documents)
      let ranges = try visibility.ranges(window: window).host
      for query in 0..<time {
        let seen = Int(ranges[2 * query])..<Int(ranges[2 * query + 1])
        let wanted = (0..<time).filter { key in
          let allowed =
            mask.contains("causal") ? key <= query : mask.contains("prefix") ? key <= query || key < 4 : true
          return allowed && (window.map { abs(key - query) < $0 } ?? true)
            && (!within || starts[key] == starts[query])
        }
        #expect(Array(seen) == wanted, "\(text), window \(String(describing: window)), query \(query)")
      }
    }
  }

  @Test func masksKnowWhetherTheySeeTheFuture() throws {
    let parts = try PartFixture()
    for (text, sees) in [
      ("'causal'", false), ("'bidirectional'", true), ("{ type: 'prefix', length: 1 }", false),
      ("{ type: 'prefix', length: 2 }", true),
    ] {
      let mask = try parts.build.components.mask.make(
        try parts.resolve(text, family: "mask"), parts.scope, parts.build)
      #expect(mask.seesFuture == sees, "\(text)")
      let looksAhead = (0..<8).contains { mask.visible(query: $0, time: 8).upperBound > $0 + 1 }
      #expect(looksAhead == sees, "\(text)")
    }
  }
}
