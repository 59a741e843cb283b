import Settings
import Text

/// How texts that are too long are cut: the entry `truncation` of a file, and an option of `HubTokenizer.encode`.
public struct HubTruncation: Sendable, Equatable {
  /// Which of two texts is cut.
  public enum Strategy: String, CaseIterable, Sendable {
    /// The longer one, until both are equally long; then both.
    case longestFirst = "LongestFirst"
    /// The first one.
    case onlyFirst = "OnlyFirst"
    /// The second one.
    case onlySecond = "OnlySecond"
  }

  /// The end that is cut off.
  public enum Direction: String, CaseIterable, Sendable {
    /// The start of a text.
    case left = "Left"
    /// Its end.
    case right = "Right"
  }

  /// The tokens that are left at most, with those that are put around texts.
  public var maxTokens: Int
  /// Which of two texts is cut.
  public var strategy: Strategy
  /// The end that is cut off.
  public var direction: Direction

  /// A limit.
  public init(maxTokens: Int, strategy: Strategy = .longestFirst, direction: Direction = .right) {
    self.maxTokens = maxTokens
    self.strategy = strategy
    self.direction = direction
  }

  /// Reads the entry; nil, with problems, for one that is wrong.
  ///
  /// Only the first part of a text is used, as `transformers` does by default, so that `stride`, by which the parts
  /// overlap that the `tokenizers` package makes of the rest, changes nothing.
  init?(_ reader: PartReader) {
    guard reader.value.members != nil else {
      reader.problems.add(reader.path, found: reader.value, allowed: "an object or null", "is no object")
      return nil
    }
    reader.checkKeys(["direction", "max_length", "strategy", "stride"])
    let strategy: Strategy? = reader.choice("strategy")
    let direction = reader.choice("direction", default: Direction.right)
    maxTokens = reader.integer("max_length", 0...Int(Int32.max))
    _ = reader.integer("stride", 0...Int(Int32.max), default: 0)
    guard let strategy, let direction else { return nil }
    self.strategy = strategy
    self.direction = direction
  }

  /// Cuts one text or two.
  ///
  /// - Parameters:
  ///   - texts: the tokens of each.
  ///   - added: the tokens that are put around them afterwards.
  /// - Throws: `TextError` where the text that may be cut is not long enough, or is not there.
  func cut(_ texts: inout [HubEncoding], added: Int) throws {
    let limit = max(0, maxTokens - added)
    let counts = texts.map(\.ids.count)
    let total = counts.reduce(0, +)
    if total <= limit { return }
    if limit == 0 {
      for index in texts.indices { texts[index].keep(0, direction) }
      return
    }
    let place = strategy == .onlySecond ? 1 : 0
    if strategy == .longestFirst, texts.count == 2 {
      var (short, long) = (min(counts[0], counts[1]), 0)
      long = max(short, limit - short)
      if short + long > limit { (short, long) = (limit / 2, limit - limit / 2) }
      let isFirstLong = counts[0] > counts[1]
      texts[0].keep(isFirstLong ? long : short, direction)
      texts[1].keep(isFirstLong ? short : long, direction)
      return
    }
    let kept = place < texts.count ? counts[place] - (total - limit) : 0
    guard kept > 0 else {
      throw TextError(
        place: "truncation to \(maxTokens) tokens",
        reason: place < texts.count
          ? "would have to remove \(total - limit) tokens of a text of \(counts[place])"
          : "cuts the second text, and there is only one",
        suggestion: "allow more tokens, or choose the strategy \(Strategy.longestFirst.rawValue)")
    }
    texts[place].keep(kept, direction)
  }
}

extension HubEncoding {
  /// Keeps so many tokens.
  fileprivate mutating func keep(_ count: Int, _ direction: HubTruncation.Direction) {
    guard count < ids.count else { return }
    let kept = direction == .right ? 0..<count : ids.count - count..<ids.count
    ids = Array(ids[kept])
    segments = Array(segments[kept])
    offsets = Array(offsets[kept])
    isAdded = Array(isAdded[kept])
  }
}
