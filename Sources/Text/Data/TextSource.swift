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

  /// Lines and documents that were left out.
  public let skipped: SkippedTexts

  /// The cut may move this far to be at a line start.
  private static let nearLine = 256

  private let store: ByteStore
  /// Where its files, documents and texts begin.
  private let division: TextDivision
  private let cut: Int
  /// Where the held-out part ends; what the store has after that is out of sight.
  private let end: Int

  /// A text that is given as bytes.
  public init(name: String, train: [UInt8], heldOut: [UInt8], startsAtLines: Bool) {
    self.name = name
    self.startsAtLines = startsAtLines
    cut = train.count
    division = TextDivision()
    skipped = SkippedTexts()
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
    division: TextDivision, skipped: SkippedTexts
  ) {
    self.name = name
    self.fingerprint = fingerprint
    self.store = store
    self.cut = cut
    self.end = end
    self.startsAtLines = startsAtLines
    self.division = division
    self.skipped = skipped
  }

  /// The same text under another name, such as the one that it had before its file was moved: windows are dealt in
  /// an order that follows from the name.
  public func named(_ name: String) -> TextSource {
    TextSource(
      name: name, fingerprint: fingerprint, store: store, cut: cut, end: end, startsAtLines: startsAtLines,
      division: division, skipped: skipped)
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
    let name = "\(name), training part"
    return try withTrain { train in
      guard division.within(0..<cut).parts.count == 1 else {
        let inside = division.within(0..<cut)
        let mixture = try TextMixture(
          zip(inside.parts, inside.ranges(count: cut)).map { part, range in
            TextMixture.Member(
              bytes: UnsafeBufferPointer(rebasing: train[range]), division: inside.within(range),
              weight: part.weight)
          }, heldOutShare: share)
        return TextSource(mixture, name: name, skipped: skipped)
      }
      var hash = ContentHash()
      hash.add(train)
      return TextSource(
        name: name, fingerprint: hash.hex, store: store,
        cut: Self.cutPlace(
          in: train, heldOutShare: share, nearLine: startsAtLines ? train.count : Self.nearLine,
          documentStarts: division.documentStarts),
        end: cut, startsAtLines: startsAtLines, division: division, skipped: skipped)
    }
  }

  private convenience init(_ mixture: TextMixture, name: String, skipped: SkippedTexts) {
    self.init(
      name: name, fingerprint: mixture.fingerprint, store: mixture.store, cut: mixture.cut,
      end: mixture.store.count, startsAtLines: false, division: mixture.division, skipped: skipped)
  }

  /// The text of files.
  ///
  /// - Parameters:
  ///   - paths: files, patterns, `-` for standard input, and folders whose files of texts are taken in the order of their
  ///     paths. All are one text, in which a file that ends within a line gets a line end.
  ///   - weights: how often the windows of each path occur in an epoch; of each path a part is then held out. None: all
  ///     are one text, of which the end is held out.
  ///   - reading: how the files are divided into documents; its fields, where there are any, are one for each path.
  ///   - heldOutShare: fraction of the bytes, at the end, that is held out. The cut is moved to the start of a
  ///     document; where there is none to the start of a character, and to the next line start when one is near.
  /// - Throws: `TextError` for a missing, unreadable or empty file, a folder without text files, and bytes
  ///   that are not UTF-8, with the place of the first.
  public static func files(
    _ paths: [String], weights: [Double] = [], reading: DataReading = DataReading(),
    heldOutShare: Double = 0.1
  ) throws -> TextSource {
    try expectShare(heldOutShare, what: "held-out share")
    guard !paths.isEmpty else {
      throw TextError(place: "text", reason: "no file is named", suggestion: "name a file or a folder")
    }
    let files = try paths.map { try TextFiles.list($0, format: reading.format) }
    let all = files.flatMap { $0 }
    let first = FilePath.name(DataFormat.withoutCompression(InputFile.place(all[0])))
    let name = all.count == 1 ? first : "\(first) and \(all.count - 1) more"
    try expectOneEach(reading.fields.count, "field", of: paths)
    try expectOneEach(weights.count, "weight", of: paths)
    // A field of all may be that of some.
    let owners = reading.fields.isEmpty ? [(reading, all)] : files.indices.map { (reading.of($0), files[$0]) }
    for (own, files) in owners where files.allSatisfy(own.isText) {
      try own.expectNoField(of: InputFile.place(files[0]))
    }
    guard weights.isEmpty else {
      return try mixed(files, weights, reading, heldOutShare: heldOutShare, name: name)
    }
    var readingEach = reading
    readingEach.fields = zip(files, reading.fields).flatMap { Array(repeating: $1, count: $0.count) }
    let text = try TextFiles.load(all, readingEach)
    return TextSource(
      name: name, fingerprint: text.fingerprint, store: text.store,
      cut: cutPlace(in: text.store.bytes, heldOutShare: heldOutShare, documentStarts: text.documentStarts),
      end: text.store.count, startsAtLines: false,
      division: TextDivision(fileStarts: text.fileStarts, documentStarts: text.documentStarts),
      skipped: text.skipped)
  }

  private static func mixed(
    _ files: [[String]], _ weights: [Double], _ reading: DataReading, heldOutShare: Double, name: String
  ) throws -> TextSource {
    let texts = try files.enumerated().map { try TextFiles.load($1, reading.of($0)) }
    let mixture = try TextMixture(
      zip(texts, weights).map { text, weight in
        TextMixture.Member(
          bytes: text.store.bytes,
          division: TextDivision(fileStarts: text.fileStarts, documentStarts: text.documentStarts),
          weight: weight)
      }, heldOutShare: heldOutShare)
    return withExtendedLifetime(texts) {
      TextSource(
        mixture, name: name, skipped: texts.reduce(into: SkippedTexts()) { $0.add($1.skipped) })
    }
  }

  private static func expectOneEach(_ count: Int, _ what: String, of paths: [String]) throws {
    guard count != 0, count != paths.count else { return }
    throw TextError(
      place: "\(what)s", reason: "\(count) given for \(paths.count) texts",
      suggestion: "give every text one \(what)")
  }

  private static func expectShare(_ share: Double, what: String) throws {
    guard share >= 0, share < 1 else {
      throw TextError(
        place: what, reason: "\(share) is not a fraction", suggestion: "choose 0 or more and less than 1")
    }
  }

  /// Where the held-out part of a text begins.
  static func cutPlace(
    in bytes: UnsafeBufferPointer<UInt8>, heldOutShare: Double, nearLine: Int = nearLine,
    documentStarts: [Int]?
  ) -> Int {
    if heldOutShare == 0 { return bytes.count }
    let exact = Int((Double(bytes.count) * (1 - heldOutShare)).rounded())
    if let starts = documentStarts {
      let next = starts.partition(from: max(1, exact))
      if next < starts.count, starts[next] < bytes.count { return starts[next] }
      if next > 0, starts[next - 1] > 0 { return starts[next - 1] }
    }
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
  public var documents: DocumentRule {
    startsAtLines ? .lines : division.documentStarts == nil ? .blankLines : .tokens
  }

  /// The part to train on in tokens.
  ///
  /// - Throws: `TextError` when there is no room for the tokens of a large text.
  package func tokenizedTrain(_ tokenizer: any Tokenizer) throws -> TokenizedText {
    try withTrain {
      try TokenizedText(
        $0, tokenizer: tokenizer, startsAtLines: startsAtLines, division: division.within(0..<cut))
    }
  }

  /// The part that is held out in tokens.
  ///
  /// - Parameters:
  ///   - tokenizer: the tokenizer.
  ///   - endsDocuments: whether documents of the text end with a token, as in training. Without it all tokens stand for
  ///     text.
  /// - Throws: `TextError` when there is no room for the tokens of a large text.
  package func tokenizedHeldOut(_ tokenizer: any Tokenizer, endsDocuments: Bool = true) throws
    -> TokenizedText
  {
    var division = division.within(cut..<end)
    if !endsDocuments { division.documentStarts = nil }
    return try withHeldOut {
      try TokenizedText($0, tokenizer: tokenizer, startsAtLines: startsAtLines, division: division)
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
