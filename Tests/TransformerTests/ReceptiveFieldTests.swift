import Tensors
import TestSupport
import Testing

@testable import Transformer

/// Receptive fields against visibility matrices: one boolean for each pair of positions.
@Suite struct ReceptiveFieldTests {
  /// A mask whose ranges rise and fall: every third position sees all, the others only themselves.
  private struct CombMask: Mask {
    let seesFuture = true
    let withinDocuments = false
    func visible(query: Int, time: Int) -> Range<Int> {
      query.isMultiple(of: 3) ? 0..<time : query..<query + 1
    }
  }

  private typealias Matrix = [[Bool]]

  /// What the model's own attention is handed for a layer, as a matrix `[query, key]`.
  private func matrix(_ visibility: Visibility, window: Int?, time: Int) throws -> Matrix {
    let ranges = try visibility.ranges(window: window).host
    return (0..<time).map { query in
      (0..<time).map { key in key >= Int(ranges[2 * query]) && key < Int(ranges[2 * query + 1]) }
    }
  }

  /// The product over (or, and): who sees whom through `upper` on top of `lower`.
  private func product(_ upper: Matrix, _ lower: Matrix) -> Matrix {
    upper.map { row in
      lower[0].indices.map { key in row.indices.contains { row[$0] && lower[$0][key] } }
    }
  }

  private func expectEqual(_ field: ReceptiveField, _ matrix: Matrix, _ what: String) {
    let time = matrix.count
    for query in 0..<time {
      let seen = (0..<time).filter { matrix[query][$0] }
      #expect(Array(field.bounds[query]) == seen, "\(what), position \(query)")
    }
    let pairs = matrix.enumerated().flatMap { query, row in row.indices.filter { row[$0] }.map { (query, $0) }
    }
    let reach = Reach(
      before: pairs.map { $0.0 - $0.1 }.max() ?? 0, after: pairs.map { $0.1 - $0.0 }.max() ?? 0,
      tokens: matrix.map { $0.count { $0 } }.max() ?? 0)
    #expect(field.reach == reach, "\(what)")
  }

  @Test(arguments: ["'causal'", "'bidirectional'", "{ type: 'prefix', length: 4 }"])
  func stackedLayersSeeWhatTheProductOfTheirMatricesSays(_ text: String) throws {
    let parts = try PartFixture()
    let mask = try parts.build.make(
      .mask, try parts.resolve(text, family: "mask"), parts.scope)
    for time in [1, 2, 7, 13] {
      let visibility = try parts.visibility(text, time: time)
      // One window, none, and local layers between global ones as in ModernBERT.
      for windows in [[3, 3, 3], [nil, nil], [nil, 2, 2, nil, 2, 2], [2, 5, 1, 4], [1], [40]] as [[Int?]] {
        var seen: Matrix?
        var field: ReceptiveField?
        for window in windows {
          let layer = try matrix(visibility, window: window, time: time)
          let own = ReceptiveField(of: mask, window: window, time: time)
          expectEqual(own, layer, "\(text), window \(String(describing: window)) of \(time)")
          seen = seen.map { product(layer, $0) } ?? layer
          field = field.map { own.over($0) } ?? own
        }
        expectEqual(try #require(field), try #require(seen), "\(text), windows \(windows) of \(time)")
      }
    }
  }

  /// Ranges that do not rise are joined one by one.
  @Test func rangesThatRiseAndFallAreJoinedWhole() {
    let (mask, time) = (CombMask(), 8)
    let layers = [nil, 3, 2].map { ReceptiveField(of: mask, window: $0, time: time) }
    func matrix(_ window: Int?) -> Matrix {
      (0..<time).map { query in
        (0..<time).map { key in
          (query == key || query.isMultiple(of: 3)) && (window.map { abs(query - key) < $0 } ?? true)
        }
      }
    }
    let matrices = [nil, 3, 2].map { matrix($0) }
    expectEqual(layers[1].over(layers[0]), product(matrices[1], matrices[0]), "3 over all")
    expectEqual(
      layers[2].over(layers[1]).over(layers[0]), product(product(matrices[2], matrices[1]), matrices[0]),
      "2 over 3 over all")
  }

  /// The numbers that papers give: a window of 65 to each side is 129 tokens, to the left alone 65.
  @Test func aWindowIsTwiceAsWideOnBothSides() {
    func reach(_ prefix: Int?, layers: Int) -> Reach {
      let one = ReceptiveField(of: RangeMask(prefix: prefix, withinDocuments: false), window: 65, time: 1024)
      return (1..<layers).reduce(one) { field, _ in one.over(field) }.reach
    }
    #expect(reach(nil, layers: 1) == Reach(before: 64, after: 64, tokens: 129))
    #expect(reach(0, layers: 1) == Reach(before: 64, after: 0, tokens: 65))
    #expect(reach(nil, layers: 3) == Reach(before: 192, after: 192, tokens: 385))
    #expect(reach(0, layers: 3) == Reach(before: 192, after: 0, tokens: 193))
  }

  /// Too short a text for anybody to see as far on both sides.
  @Test func aFieldEndsWithTheText() {
    let field = ReceptiveField(of: RangeMask(prefix: nil, withinDocuments: false), window: 6, time: 8)
    #expect(field.reach == Reach(before: 5, after: 5, tokens: 8))
  }
}
