import Foundation
import Settings

/// The bytes of a corpus, divided into training text and held-out text.
///
/// Files are mapped into memory, or read once when there are several; they must not be changed while a
/// source is alive.
public final class TextSource: Sendable {
  /// What it is called in reports.
  public let name: String
  /// SHA-256 of all bytes, as 64 hexadecimal digits.
  public let fingerprint: String
  /// Whether windows begin where lines do, as for a corpus of separate sentences.
  public let startsAtLines: Bool

  /// The cut may move this far to be at a line start.
  private static let nearLine = 256

  private let store: ByteStore
  /// Where its files begin.
  private let fileStarts: [Int]
  private let cut: Int
  /// Where the held-out part ends; what the store has after that is out of sight.
  private let end: Int

  /// A text that is given as bytes.
  public init(name: String, train: [UInt8], heldOut: [UInt8], startsAtLines: Bool) {
    self.name = name
    self.startsAtLines = startsAtLines
    cut = train.count
    fileStarts = [0]
    store = ByteStore(capacity: train.count + heldOut.count) { target in
      target.copyBytes(from: train)
      UnsafeMutableRawBufferPointer(rebasing: target[train.count...]).copyBytes(from: heldOut)
      return target.count
    }
    end = store.count
    var hash = ContentHash()
    hash.add(store.bytes)
    fingerprint = hash.hex
  }

  private init(
    name: String, fingerprint: String, store: ByteStore, cut: Int, end: Int, startsAtLines: Bool,
    fileStarts: [Int]
  ) {
    self.name = name
    self.fingerprint = fingerprint
    self.store = store
    self.cut = cut
    self.end = end
    self.startsAtLines = startsAtLines
    self.fileStarts = fileStarts
  }

  /// The same text under another name, such as the one that it had before its file was moved: windows are dealt in
  /// an order that follows from the name.
  public func named(_ name: String) -> TextSource {
    TextSource(
      name: name, fingerprint: fingerprint, store: store, cut: cut, end: end, startsAtLines: startsAtLines,
      fileStarts: fileStarts)
  }

  /// The training part as a text of its own: its end replaces the held-out part, which is out of sight.
  /// Settings can be chosen on it without a look at what the verdict is given on.
  ///
  /// - Parameter share: fraction of the training part's bytes, at its end, that is held out instead. The cut is
  ///   moved to the start of a character and to the next line start when one is near, and always to a line
  ///   start where windows begin at those.
  /// - Throws: `TextError` for a value that is no fraction.
  package func forTuning(share: Double) throws -> TextSource {
    try Self.expectShare(share, what: "tuning share")
    return withTrain { train in
      var hash = ContentHash()
      hash.add(train)
      return TextSource(
        name: "\(name), training part", fingerprint: hash.hex, store: store,
        cut: Self.cutPlace(
          in: train, heldOutShare: share, nearLine: startsAtLines ? train.count : Self.nearLine),
        end: cut, startsAtLines: startsAtLines, fileStarts: fileStarts)
    }
  }

  /// The text of files.
  ///
  /// - Parameters:
  ///   - paths: files, and folders whose text files (`.txt`, `.text`, `.md`) are taken in the order of their
  ///     paths. All are one text, in which a file that ends within a line gets a line end.
  ///   - heldOutShare: fraction of the bytes, at the end, that is held out. The cut is moved to the start of a
  ///     character, and to the next line start when one is near.
  /// - Throws: `TextError` for a missing, unreadable or empty file, a folder without text files, and bytes
  ///   that are not UTF-8, with the place of the first.
  public static func files(_ paths: [String], heldOutShare: Double = 0.1) throws -> TextSource {
    try expectShare(heldOutShare, what: "held-out share")
    let files = try TextFiles.list(paths)
    let (store, fingerprint, fileStarts) = try TextFiles.load(files)
    let first = FilePath.name(files[0])
    return TextSource(
      name: files.count == 1 ? first : "\(first) and \(files.count - 1) more", fingerprint: fingerprint,
      store: store, cut: cutPlace(in: store.bytes, heldOutShare: heldOutShare, nearLine: nearLine),
      end: store.count, startsAtLines: false, fileStarts: fileStarts)
  }

  private static func expectShare(_ share: Double, what: String) throws {
    guard share >= 0, share < 1 else {
      throw TextError(
        place: what, reason: "\(share) is not a fraction", suggestion: "choose 0 or more and less than 1")
    }
  }

  private static func cutPlace(
    in bytes: UnsafeBufferPointer<UInt8>, heldOutShare: Double, nearLine: Int
  ) -> Int {
    if heldOutShare == 0 { return bytes.count }
    let exact = Int((Double(bytes.count) * (1 - heldOutShare)).rounded())
    let cut = characterBoundary(in: bytes, atOrBefore: exact)
    let near = bytes[max(0, cut - 1)..<min(bytes.count, cut + nearLine)]
    // Just after a line end; not at the very end, which would leave nothing held out.
    if let lineEnd = near.firstIndex(of: UInt8(ascii: "\n")), lineEnd + 1 < bytes.count { return lineEnd + 1 }
    return cut
  }

  /// Bytes to train on.
  public var trainBytes: Int { cut }
  /// Bytes that are held out.
  public var heldOutBytes: Int { end - cut }

  /// What separates its documents.
  public var documents: DocumentRule { startsAtLines ? .lines : .blankLines }

  /// The part to train on in tokens.
  ///
  /// - Throws: `TextError` when there is no room for the tokens of a large text.
  package func tokenizedTrain(_ tokenizer: any Tokenizer) throws -> TokenizedText {
    try withTrain {
      try TokenizedText($0, tokenizer: tokenizer, startsAtLines: startsAtLines, fileStarts: fileStarts)
    }
  }

  /// The part that is held out in tokens.
  ///
  /// - Throws: `TextError` when there is no room for the tokens of a large text.
  package func tokenizedHeldOut(_ tokenizer: any Tokenizer) throws -> TokenizedText {
    let starts = fileStarts.map { $0 - cut }.filter { $0 >= 0 }
    return try withHeldOut {
      try TokenizedText($0, tokenizer: tokenizer, startsAtLines: startsAtLines, fileStarts: starts)
    }
  }

  /// Lends the bytes to train on.
  public func withTrain<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(store) { try body(UnsafeBufferPointer(rebasing: store.bytes[..<cut])) }
  }

  /// Lends the bytes that are held out.
  public func withHeldOut<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(store) { try body(UnsafeBufferPointer(rebasing: store.bytes[cut..<end])) }
  }

  /// How many non-empty lines the held-out part has, and how many of these also are in the other part.
  package func sharedLines() -> (shared: Int, heldOut: Int) {
    withTrain { train in
      withHeldOut { heldOut in
        var table = WordTable()
        var counts: [Int] = []
        forEachFilledLine(in: heldOut) { line in
          let number = table.number(of: line, in: heldOut)
          if number == counts.count { counts.append(0) }
          counts[number] += 1
        }
        let total = counts.reduce(0, +)
        var shared = 0
        forEachFilledLine(in: train) { line in
          guard let number = table.known(line, in: train) else { return }
          shared += counts[number]
          counts[number] = 0
        }
        return (shared, total)
      }
    }
  }
}
