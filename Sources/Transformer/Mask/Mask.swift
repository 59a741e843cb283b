import Settings
import Tensors

/// Decides what each position may see: for every query one contiguous range of keys.
///
/// Bidirectional, causal, prefix, windows and document boundaries are all ranges, and ranges intersect;
/// that is why masks, windows and documents combine freely and why attention can skip whole blocks.
public protocol Mask: Sendable {
  /// Whether some position may see a later one.
  var seesFuture: Bool { get }
  /// Whether attention stays inside documents.
  var withinDocuments: Bool { get }
  /// The keys that `query` may see among `time`, before windows and documents cut the range.
  func visible(query: Int, time: Int) -> Range<Int>
}

extension Mask {
  /// The keys that `query` may see among `time`, cut to those nearer than `window`; nil: no limit.
  public func visible(query: Int, time: Int, window: Int?) -> Range<Int> {
    let range = visible(query: query, time: time)
    guard let window else { return range }
    return range.clamped(to: max(0, query - window + 1)..<query + window)
  }
}

/// The built-in masks: causal (a prefix of 0), bidirectional (nil) and what lies between.
///
/// - Source: prefix: Raffel et al., "T5", 2020.
public struct RangeMask: Mask {
  /// Positions below this one see each other; nil: all do.
  let prefix: Int?
  public let withinDocuments: Bool

  /// A mask under which the positions below `prefix` see each other, and the others what is before them.
  ///
  /// - Parameters:
  ///   - prefix: 0: causal; nil: every position sees every other.
  ///   - withinDocuments: whether attention stops where documents end.
  public init(prefix: Int?, withinDocuments: Bool = false) {
    self.prefix = prefix
    self.withinDocuments = withinDocuments
  }

  public var seesFuture: Bool { prefix.map { $0 > 1 } ?? true }

  public func visible(query: Int, time: Int) -> Range<Int> {
    0..<min(time, max(query + 1, prefix ?? time))
  }
}

/// What the positions of one batch may see, as ranges on the device, computed once for all layers.
public final class Visibility {
  private let mask: any Mask
  private let batch: Int
  private let time: Int
  private let documents: [Int32]?
  private let lengths: [Int]?
  private let pass: Pass
  /// The position of every token in its sequence, `[batch, time]`.
  private let positions: [Int32]
  private var byWindow: [Int: Indices] = [:]

  /// The visible positions of a batch under a mask. An architecture that does not use `Stack` makes one per pass.
  ///
  /// - Parameters:
  ///   - mask: the mask.
  ///   - batch: the number of sequences.
  ///   - time: the number of positions in each sequence.
  ///   - documents: a number a position that changes where a document begins, `[batch, time]`. In a pass that
  ///     continues a cache, a sequence whose first number is that of its last token continues in the same
  ///     document; nil there: all do.
  ///   - lengths: how many tokens of each sequence are no padding, `[batch]`; nil: all.
  ///   - pass: the forward pass.
  /// - Throws: `ShapeError` when lengths do not fit, or when the pass continues a cache that has no room, or
  ///   that knows no padding.
  public init(
    _ mask: any Mask, batch: Int, time: Int, documents: [Int32]?, lengths: [Int]? = nil, _ pass: Pass
  ) throws {
    positions = try pass.positions(batch: batch, time: time)
    self.mask = mask
    self.batch = batch
    self.time = time
    self.documents = mask.withinDocuments ? documents : nil
    self.lengths = lengths
    self.pass = pass
    try expect(
      lengths.map { $0.count == batch && $0.allSatisfy { (1...time).contains($0) } } ?? true, "lengths",
      in: "mask", expected: "\(batch) of 1 to \(time) tokens", actual: "\(lengths ?? [])")
    try expect(
      lengths == nil || pass.continued == nil, "lengths", in: "key-value cache",
      expected: "none: a continued sequence has no padding", actual: "padding")
    try expect(
      documents.map { $0.count == batch * time } ?? true, "documents", in: "mask",
      expected: "\(batch * time) numbers", actual: "\(documents?.count ?? 0)")
  }

  /// The ranges `[1 or batch, time, 2]`, cut to keys nearer than `window`.
  ///
  /// - Throws: `MemoryError`.
  public func ranges(window: Int?) throws -> Indices {
    if let known = byWindow[window ?? 0] { return known }
    // Sequences that start together in one document, and end together, see the same.
    let rows = documents == nil && lengths == nil && pass.continued == nil ? 1 : batch
    var values: [Int32] = []
    values.reserveCapacity(rows * time * 2)
    for row in 0..<rows {
      let bounds = documentBounds(row)
      let start = Int(positions[row * time])
      for query in start..<start + time {
        var range = mask.visible(query: query, time: start + time, window: window)
        if let bounds { range = range.clamped(to: bounds[query - start]) }
        if let lengths { range = range.clamped(to: 0..<lengths[row]) }
        values += [Int32(range.lowerBound), Int32(range.upperBound)]
      }
    }
    let ranges = try pass.context.indices(values, ["batch": rows, "time": time, "bounds": 2])
    byWindow[window ?? 0] = ranges
    return ranges
  }

  /// The range of positions of each position's own document; nil where all are in one that begins the sequence.
  private func documentBounds(_ row: Int) -> [Range<Int>]? {
    let first = Int(positions[row * time])
    let last = pass.continued.flatMap { $0.cache.documents[$0.rows.lowerBound + row] }
    guard let documents else {
      guard mask.withinDocuments, let last else { return nil }
      return [Range<Int>](repeating: last.start..<first + time, count: time)
    }
    var bounds = [Range<Int>](repeating: 0..<0, count: time)
    var start = 0
    for end in 1...time
    where end == time || documents[row * time + end] != documents[row * time + start] {
      // What begins the pass may continue from what the cache knows.
      let document = CachedDocument(
        number: documents[row * time + start], at: first + start, after: start == 0 ? last : nil)
      for position in start..<end { bounds[position] = document.start..<first + end }
      start = end
    }
    return bounds
  }
}

/// The settings of the core's masks.
public enum MaskSettings {
  public static let withinDocuments = Key.flag(
    "withinDocuments", default: false,
    help:
      "restrict attention to one document; documents end at line ends in a text of separate lines, else at blank lines and ends of files; positions are not reset"
  )
  static let length = Key.integer(
    "length", 1...1_000_000, default: 16, help: "length of the prefix in tokens")
}

extension Registry {
  mutating func addMasks() throws {
    try add(
      "bidirectional", to: .mask, summary: "every position sees every other",
      keys: [MaskSettings.withinDocuments], source: "Devlin et al. 2019"
    ) { settings, _, _ in
      RangeMask(prefix: nil, withinDocuments: settings[MaskSettings.withinDocuments])
    }
    try add(
      "causal", to: .mask, summary: "a position sees itself and the positions before it",
      keys: [MaskSettings.withinDocuments], source: "Vaswani et al. 2017"
    ) { settings, _, _ in
      RangeMask(prefix: 0, withinDocuments: settings[MaskSettings.withinDocuments])
    }
    try add(
      "prefix", to: .mask, summary: "the first positions see each other, the rest is causal",
      keys: [MaskSettings.length, MaskSettings.withinDocuments], source: "Raffel et al. 2020"
    ) { settings, _, _ in
      RangeMask(
        prefix: settings[MaskSettings.length], withinDocuments: settings[MaskSettings.withinDocuments])
    }
    try add(Self.prefixInsideContext)
  }

  private static let prefixInsideContext = Rule(
    name: "prefix-inside-context", reason: "a prefix as long as the context leaves nothing to predict",
    about: "architecture"
  ) { model in
    guard let length = model.value(of: ModelSettings.mask)?.value(of: MaskSettings.length),
      let context = model.value(of: ModelSettings.context), length >= context
    else { return [] }
    return [Problem(path: "mask.length", found: "\(length)", allowed: "below context \(context)")]
  }
}

extension Family where Member == ComponentMaker<any Mask> {
  /// What each position may see.
  public static var mask: Self { Self("mask") }
}
