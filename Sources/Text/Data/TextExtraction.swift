import Settings

/// Reads files as streams: what is compressed is decompressed, and documents are taken out of their rows. Any size goes
/// through memory that does not grow with it.
enum TextExtraction {
  /// Ends a document in the fingerprint; no byte of UTF-8.
  private static let documentEnd: [UInt8] = [0xFF]

  /// The texts of files in a row. Where any file has documents, each other one is a document of its own. A file or
  /// document that ends within a line gets a line end.
  ///
  /// - Throws: `TextError` for a file that cannot be read or has no text, and for what cannot be used and is not to be
  ///   left out.
  static func load(_ paths: [String], _ reading: DataReading) throws -> LoadedText {
    var writer = Writer()
    var skipped = SkippedTexts()
    var hasDocuments = false
    var firstOfFile: TextError?
    func skip(_ error: TextError) throws {
      guard reading.skipsBad else {
        throw TextError(
          place: error.place, reason: error.reason,
          suggestion: error.suggestion
            + (error.suggestion.hasSuffix("?")
              ? " Otherwise leave such lines out with --skip-bad"
              : ", or leave such lines out with --skip-bad"))
      }
      skipped.add(error)
      firstOfFile = firstOfFile ?? error
    }
    for (index, path) in paths.enumerated() {
      let input = try DocumentInput(path, reading.of(index))
      if path == InputFile.standardInput, paths.count == 1, input.format == .text {
        try reading.of(index).expectNoField(of: input.place)
      }
      let before = writer.bytes.count
      firstOfFile = nil
      writer.fileStarts.append(before)
      if input.format.hasDocuments {
        hasDocuments = true
        try input.forEach(skip: skip) { document, _ in try writer.add(document: document) }
      } else {
        writer.documentStarts.append(before)
        try input.forEach(skip: skip) { line, _ in try writer.add(line) }
        if paths.count > 1 { try writer.endLine() }
      }
      guard writer.bytes.count == before else { continue }
      // What is wrong with the first, such as the name of a field, is usually wrong with all.
      throw TextError(
        place: input.place,
        reason: firstOfFile.map { "none of its texts can be used; the first: \($0.place): \($0.reason)" }
          ?? "is empty",
        suggestion: firstOfFile?.suggestion ?? "name a file with some text")
    }
    return LoadedText(
      store: try writer.bytes.finish(), fingerprint: writer.hash.hex, fileStarts: writer.fileStarts,
      documentStarts: hasDocuments ? writer.documentStarts : nil, skipped: skipped)
  }

  /// The text so far.
  private struct Writer {
    var bytes = ByteWriter()
    var hash = ContentHash()
    var fileStarts: [Int] = []
    var documentStarts: [Int] = []
    private var endsLine = true

    mutating func add(_ text: UnsafeBufferPointer<UInt8>) throws {
      guard let last = text.last else { return }
      hash.add(text)
      try bytes.append(text)
      endsLine = last == UInt8(ascii: "\n")
    }

    mutating func endLine() throws {
      guard !endsLine else { return }
      try [UInt8(ascii: "\n")].withUnsafeBufferPointer { try add($0) }
    }

    mutating func add(document: UnsafeBufferPointer<UInt8>) throws {
      documentStarts.append(bytes.count)
      try add(document)
      try endLine()
      hash.add(TextExtraction.documentEnd)
    }
  }
}
