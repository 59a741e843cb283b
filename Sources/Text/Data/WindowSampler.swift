import Synchronization

/// Deals out the windows of a text, batch by batch, in epochs without replacement.
///
/// A batch depends on the seed, the name and its index alone: a resumed run continues where it stopped. The
/// windows of an epoch do not overlap; every epoch cuts the text at other places and shuffles the windows
/// again. What does not fill a last batch is left out of the epoch.
public struct WindowSampler: Sendable {
  /// The most tokens that a window may look ahead.
  package static let maxLookAhead = 1

  /// Windows in every epoch.
  package let windowsPerEpoch: Int
  /// The share of the text's tokens that one pass over it does not read: ends that fill no window, and documents
  /// shorter than one where no window leaves its document.
  package let unreadShare: Double
  /// Tokens in each window that is dealt out: content and look-ahead.
  package let windowLength: Int

  private let text: TokenizedText
  private let marksDocuments: Bool
  private let cuts: WindowCuts
  private let seed: UInt64
  private let name: String
  private let cache = EpochCache()

  /// A sampler over a text.
  ///
  /// - Parameters:
  ///   - text: the tokenized text.
  ///   - length: content tokens in a window.
  ///   - lookAhead: tokens that follow the content in each window, 0 or 1. Which content the windows have
  ///     does not depend on it.
  ///   - marksDocuments: whether batches say where documents begin.
  ///   - within: whether no window leaves its document. Documents, and ends of documents, that are shorter than a
  ///     window are then in none.
  ///   - seed: the run's seed.
  ///   - name: what the text is, such as `"training text"`: samplers with other names draw other orders, and
  ///     errors show it.
  /// - Throws: `TextError` when the text is too short for one window, and for another look-ahead.
  public init(
    _ text: TokenizedText, length: Int, lookAhead: Int = 0, marksDocuments: Bool = false,
    within: Bool = false,
    seed: UInt64, name: String
  ) throws {
    try Self.expectLookAhead(lookAhead, name: name)
    cuts = try WindowCuts(text, length: length, within: within, name: name)
    windowsPerEpoch = cuts.count
    unreadShare = 1 - Double(cuts.tokens) / Double(text.ids.count)
    windowLength = length + lookAhead
    self.text = text
    self.marksDocuments = marksDocuments
    self.seed = seed
    self.name = name
  }

  /// The batch with this index, counted from the start of the run.
  ///
  /// When an epoch has fewer windows than a batch, as many epochs as a batch needs are dealt out as one.
  public func batch(_ index: Int, size: Int) -> WindowBatch {
    precondition(index >= 0 && size > 0, "no batch \(index) of \(size) windows")
    let epochs = (size + windowsPerEpoch - 1) / windowsPerEpoch
    let batches = epochs * windowsPerEpoch / size
    let (round, first) = (index / batches, index % batches * size)
    var (tokens, documents) = ([Int32](), [Int32]())
    tokens.reserveCapacity(size * windowLength)
    for window in first..<first + size {
      let places = order(ofEpoch: round * epochs + window / windowsPerEpoch)
      let place = places[window % windowsPerEpoch]
      tokens += text.ids[place..<place + windowLength]
      if marksDocuments { documents += text.documentNumbers(of: place..<place + windowLength) }
    }
    return WindowBatch(
      ids: tokens, batch: size, length: windowLength, documents: marksDocuments ? documents : nil)
  }

  /// The first tokens of an epoch's windows in the order in which they are dealt out.
  func order(ofEpoch epoch: Int) -> [Int] {
    cache.order(ofEpoch: epoch) {
      var generator = KeyedGenerator(seed: seed, name: name, epoch: epoch)
      var places = cuts.places(&generator)
      generator.shuffle(&places)
      return places
    }
  }

  /// Windows for evaluation, always the same: in the order of the text, without overlap, from its first
  /// token on, each at the next line start where windows begin at lines.
  ///
  /// - Parameters:
  ///   - text: the tokenized text.
  ///   - length: content tokens in a window.
  ///   - lookAhead: tokens that follow the content in each window, as in `init`.
  ///   - limit: the most windows; of more, ones at even distances are taken.
  ///   - name: the name of the windows, which determines their random stream.
  /// - Throws: `TextError` when the text is too short for one window.
  public static func frozen(
    _ text: TokenizedText, length: Int, lookAhead: Int = 0, limit: Int? = nil, name: String = "held-out text"
  ) throws -> [[Int32]] {
    try frozenRanges(text, length: length, lookAhead: lookAhead, limit: limit, name: name).map {
      Array(text.ids[$0])
    }
  }

  /// Refuses invalid requests of a plugin's objective.
  private static func expectLookAhead(_ tokens: Int, name: String) throws {
    guard !(0...maxLookAhead).contains(tokens) else { return }
    throw TextError(
      place: name, reason: "its windows cannot hold \(tokens) tokens beyond the context",
      suggestion: "let the objective have a lookAhead of 0 or \(maxLookAhead)")
  }

  /// Where the frozen windows lie in the text, as in `frozen`; with `within` none leaves its document.
  package static func frozenRanges(
    _ text: TokenizedText, length: Int, lookAhead: Int = 0, limit: Int? = nil, within: Bool = false,
    name: String = "held-out text"
  ) throws -> [Range<Int>] {
    try expectLookAhead(lookAhead, name: name)
    _ = try WindowCuts(text, length: length, within: within, name: name)
    let places = WindowCuts.all(text, length: length, within: within)
    let count = min(places.count, max(1, limit ?? places.count))
    return (0..<count).map { index in
      let place = places[index * places.count / count]
      return place..<place + length + lookAhead
    }
  }
}

/// Keeps the order of the last used epoch.
private final class EpochCache: Sendable {
  private let kept = Mutex<(epoch: Int, order: [Int])?>(nil)

  func order(ofEpoch epoch: Int, make: () -> [Int]) -> [Int] {
    kept.withLock { kept in
      if let kept, kept.epoch == epoch { return kept.order }
      let order = make()
      kept = (epoch, order)
      return order
    }
  }
}
