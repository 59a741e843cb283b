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

  /// No position sees padding, and its own sequence as it would alone.
  @Test(arguments: ["'causal'", "'bidirectional'", "{ type: 'prefix', length: 4 }"], [nil, 3])
  func paddingIsSeenByNobody(_ mask: String, _ window: Int?) throws {
    let (parts, time, lengths) = (try PartFixture(), 7, [7, 4, 1])
    let padded = try parts.visibility(mask, batch: 3, time: time, lengths: lengths).ranges(window: window)
    #expect(padded.shape.sizes == [3, time, 2])
    for (row, length) in lengths.enumerated() {
      let alone = try parts.visibility(mask, time: length).ranges(window: window).host
      let own = padded.host[row * time * 2..<(row + 1) * time * 2]
      #expect(Array(own.prefix(length * 2)) == alone, "\(mask), \(length) tokens")
      for query in length..<time {
        let (low, high) = (own[own.startIndex + 2 * query], own[own.startIndex + 2 * query + 1])
        #expect(high <= max(Int32(length), low), "\(mask), \(length) tokens, padding at \(query)")
      }
    }
  }

  @Test func lengthsThatDoNotFitAreNamed() throws {
    let parts = try PartFixture()
    for lengths in [[3], [3, 0], [3, 5], [1, 2, 3]] {
      let error = #expect(throws: ShapeError.self) {
        try parts.visibility(batch: 2, time: 4, lengths: lengths)
      }
      #expect(error?.role == "lengths")
    }
  }

  @Test func masksKnowWhetherTheySeeTheFuture() throws {
    let parts = try PartFixture()
    for (text, sees) in [
      ("'causal'", false), ("'bidirectional'", true), ("{ type: 'prefix', length: 1 }", false),
      ("{ type: 'prefix', length: 2 }", true),
    ] {
      let mask = try parts.build.make(
        .mask, try parts.resolve(text, family: "mask"), parts.scope)
      #expect(mask.seesFuture == sees, "\(text)")
      let looksAhead = (0..<8).contains { mask.visible(query: $0, time: 8).upperBound > $0 + 1 }
      #expect(looksAhead == sees, "\(text)")
    }
  }
}
