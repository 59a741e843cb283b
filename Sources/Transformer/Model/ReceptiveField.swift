/// Which positions each position can see: through one layer, or through several on top of each other.
///
/// What a position sees through two layers is what those positions see that it sees through the upper one.
/// Because every range holds its own position, which the residual stream carries up in any case, ranges that
/// are joined along a range have no gaps, and two numbers a position stay enough for any number of layers.
///
/// - Source: Luo et al., "Understanding the effective receptive field", 2016, for convolutions.
package struct ReceptiveField: Sendable, Equatable {
  /// The positions that each position sees, `[time]`; its own is always among them.
  package let bounds: [Range<Int>]
  /// Whether neither end ever falls from one position to the next, as in every built-in mask.
  private let rises: Bool

  /// What one layer lets each of `time` positions see.
  ///
  /// - Parameter window: keys must be nearer than this; nil: no limit.
  package init(of mask: any Mask, window: Int?, time: Int) {
    self.init((0..<time).map { mask.visible(query: $0, time: time, window: window).including($0) })
  }

  private init(_ bounds: [Range<Int>]) {
    self.bounds = bounds
    rises = zip(bounds, bounds.dropFirst()).allSatisfy {
      $0.lowerBound <= $1.lowerBound && $0.upperBound <= $1.upperBound
    }
  }

  /// What a layer with this field sees of the text when layers with the field `below` lie under it.
  package func over(_ below: ReceptiveField) -> ReceptiveField {
    precondition(
      bounds.count == below.bounds.count,
      "fields over \(bounds.count) and \(below.bounds.count) positions cannot be stacked")
    return ReceptiveField(
      bounds.map { seen in
        // Where the ends rise, the first and the last position that are seen decide.
        let joined =
          below.rises
          ? [below.bounds[seen.lowerBound], below.bounds[seen.upperBound - 1]][...]
          : below.bounds[seen]
        return joined.dropFirst().reduce(joined[joined.startIndex]) { $0.including($1) }
      })
  }

  /// How far the position that sees furthest to each side sees.
  package var reach: Reach {
    Reach(
      before: bounds.enumerated().map { $0 - $1.lowerBound }.max() ?? 0,
      after: bounds.enumerated().map { $1.upperBound - 1 - $0 }.max() ?? 0,
      tokens: bounds.map(\.count).max() ?? 0)
  }
}

/// The extent of a receptive field, in tokens.
public struct Reach: Sendable, Equatable, Hashable, Codable {
  /// The maximum distance that any position sees before itself.
  public var before: Int
  /// The maximum distance that any position sees after itself.
  public var after: Int
  /// The maximum number of positions that one sees, itself included. Less than both sides and itself together where a text
  /// is too short for any position to see as far on both.
  public var tokens: Int

  /// An extent.
  public init(before: Int, after: Int, tokens: Int) {
    self.before = before
    self.after = after
    self.tokens = tokens
  }
}

extension LanguageModel {
  /// What each layer lets a position see in a text as long as the context, first layer to last, and what
  /// the last one sees of the text through all of them.
  ///
  /// - Complexity: O(layers · context) for masks whose ranges rise.
  public func reach() -> (layers: [Reach], top: Reach) {
    let time = dimensions.context
    var known: [Int?: ReceptiveField] = [:]
    var top = ReceptiveField(of: mask, window: 1, time: time)
    let layers = windows.map { window -> Reach in
      let field = known[window] ?? ReceptiveField(of: mask, window: window, time: time)
      known[window] = field
      top = field.over(top)
      return field.reach
    }
    return (layers, top.reach)
  }
}

extension Range<Int> {
  fileprivate func including(_ position: Int) -> Range { including(position..<position + 1) }

  /// The smallest range that holds both.
  fileprivate func including(_ other: Range) -> Range {
    if isEmpty { return other }
    return Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}
