/// A text, or a pair of texts, as tokens, with where each comes from.
public struct HubEncoding: Sendable, Equatable {
  /// The ids.
  public var ids: [Int32] = []
  /// The segment of each id: 0, or 1 for a second text where the tokenizer tells them apart.
  public var segments: [Int32] = []
  /// The part of its text that each id comes from, in UTF-8 bytes or in scalars, as was asked for; `0..<0` for tokens
  /// that were put around texts.
  public var offsets: [Range<Int>] = []
  /// Whether each id was put around texts.
  public var isAdded: [Bool] = []

  /// The unit of offsets.
  public enum OffsetUnit: Sendable {
    /// UTF-8 bytes.
    case bytes
    /// Unicode scalars, as Python counts characters.
    case scalars
  }

  /// No tokens.
  public init() {}

  mutating func append(_ id: Int32, segment: Int32, offsets: Range<Int> = 0..<0, isAdded: Bool) {
    ids.append(id)
    segments.append(segment)
    self.offsets.append(offsets)
    self.isAdded.append(isAdded)
  }

  mutating func append(_ other: HubEncoding) {
    ids += other.ids
    segments += other.segments
    offsets += other.offsets
    isAdded += other.isAdded
  }

  mutating func setSegment(_ segment: Int32) {
    segments = [Int32](repeating: segment, count: ids.count)
  }
}
