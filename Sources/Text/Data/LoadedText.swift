/// The bytes of files, and where files and documents begin in them.
struct LoadedText {
  let store: ByteStore
  /// SHA-256, as 64 hexadecimal digits.
  let fingerprint: String
  /// Where files begin, rising.
  let fileStarts: [Int]
  /// Where documents begin, rising; nil where the files have none of their own.
  var documentStarts: [Int]?
  /// What was left out.
  var skipped = SkippedTexts()
}

/// Collects the bytes of a text: in memory, or in a scratch file where they are many.
struct ByteWriter {
  /// What is smaller stays in memory, in bytes.
  private static let worthwhile = 1 << 26
  /// Bytes that are written to the file at once.
  private static let portion = 1 << 20

  /// How many bytes were appended.
  private(set) var count = 0
  private var kept: [UInt8] = []
  private var file: ScratchFile?

  /// Appends bytes.
  ///
  /// - Throws: `TextError` when the disk is full.
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    kept += bytes
    count += bytes.count
    if kept.count >= (file == nil ? Self.worthwhile : Self.portion) { try spill() }
  }

  /// All bytes.
  ///
  /// - Throws: `TextError` when the disk is full.
  mutating func finish() throws -> ByteStore {
    if file != nil { try spill() }
    if let file { return try file.mapped() }
    return ByteStore(capacity: kept.count) { target in
      target.copyBytes(from: kept)
      return kept.count
    }
  }

  private mutating func spill() throws {
    let target = try file ?? ScratchFile()
    if file == nil {
      file = target
    }
    try kept.withUnsafeBytes { try target.append($0) }
    kept.removeAll(keepingCapacity: kept.capacity <= 4 * Self.portion)
  }
}
