import Foundation
import Settings

/// Finding and reading the files of a corpus.
enum TextFiles {
  /// Bytes that are checked and hashed while they are still in the cache.
  private static let portion = 1 << 20

  /// The files that a path names: a file as it is, whatever it is called; of a folder all files of texts below it, in the
  /// order of their paths; all files that match a pattern, in the order of their paths; standard input for `-`.
  ///
  /// - Parameter format: with `text`, a folder has no other files than texts that are not compressed.
  static func list(_ path: String, format: DataFormat) throws -> [String] {
    if path == InputFile.standardInput { return [path] }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return try matches(path).flatMap { try list($0, format: format) }
    }
    guard isFolder.boolValue else { return [path] }
    guard let below = FileManager.default.enumerator(atPath: path) else {
      throw TextError(place: path, reason: "cannot be listed", suggestion: "check its permissions")
    }
    let found = below.compactMap { $0 as? String }.filter { file in
      let parts = file.split(separator: "/")
      let name = (path as NSString).appendingPathComponent(file)
      var isFolder: ObjCBool = false
      return !parts.contains { $0.hasPrefix(".") } && isTaken(file, format)
        && FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue
    }
    guard !found.isEmpty else {
      if let error = foreignFile(in: path) { throw error }
      let known = format == .text ? DataFormat.textExtensions : DataFormat.extensions
      let endings = known.sorted().map { "." + $0 }.joined(separator: ", ")
      throw TextError(
        place: path, reason: "has no text file (\(endings))",
        suggestion: "name the files themselves, or another folder")
    }
    return inOrder(found).map { (path as NSString).appendingPathComponent($0) }
  }

  /// The error about the first file below a folder that holds a text in a format that is not read here.
  private static func foreignFile(in path: String) -> TextError? {
    let below = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    let files = inOrder(below.filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") } })
    let found = files.compactMap { file in
      let whole = (path as NSString).appendingPathComponent(file)
      return foreignFormat(of: whole).map { (path: whole, format: $0) }
    }
    guard let first = found.first else { return nil }
    let error = first.format.error(of: first.path)
    let others = found.count == 1 ? "" : ", and \(found.count - 1) more are no texts"
    return TextError(
      place: path, reason: "has no text file; \(error.place) \(error.reason)\(others)",
      suggestion: error.suggestion)
  }

  /// The format of a file that is no text; nil for what may be one, and for what cannot be opened.
  private static func foreignFormat(of path: String) -> ForeignFormat? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var first = [UInt8](repeating: 0, count: ForeignFormat.neededBytes)
    let count = read(file, &first, first.count)
    return count <= 0 ? nil : ForeignFormat(startingWith: first.prefix(count), named: path)
  }

  private static func inOrder(_ paths: [String]) -> [String] {
    paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func isTaken(_ file: String, _ format: DataFormat) -> Bool {
    func end(_ name: String) -> String { (name as NSString).pathExtension.lowercased() }
    if format == .text { return DataFormat.textExtensions.contains(end(file)) }
    return DataFormat.extensions.contains(end(DataFormat.withoutCompression(file)))
  }

  /// The files that match a pattern with `*`, `?` or `[…]`.
  private static func matches(_ pattern: String) throws -> [String] {
    guard pattern.contains(where: { "*?[".contains($0) }) else {
      throw TextError(InputFile.openingError(pattern, ENOENT))
    }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOSORT, nil, &found) == 0 else {
      throw TextError(
        place: pattern, reason: "no file matches the pattern",
        suggestion:
          "check it with: ls \(pattern.split(separator: "/").count > 1 ? FilePath.folder(pattern) : ".")")
    }
    return inOrder(
      (0..<Int(found.gl_pathc)).compactMap { index in found.gl_pathv[index].map { String(cString: $0) } })
  }

  /// The bytes of files in a row, checked to be UTF-8 and hashed in the same pass. One file is mapped;
  /// several are joined, with a line end after each that has none: in memory, or in a scratch file when they
  /// are large.
  ///
  /// Files that are compressed or have documents are read as streams instead, and so are all with them. The fields of
  /// `reading`, where there are any, are one for each file.
  static func load(_ paths: [String], _ reading: DataReading) throws -> LoadedText {
    if reading.skipsBad || paths.contains(where: { !isPlain($0, reading) }) {
      return try TextExtraction.load(paths, reading)
    }
    var hash = ContentHash()
    var starts: [Int] = []
    if paths.count == 1 {
      let file = try OpenTextFile(paths[0])
      let store = try ByteStore(mapping: file)
      try check(store.bytes, of: file, into: &hash)
      return LoadedText(store: store, fingerprint: hash.hex, fileStarts: [0])
    }
    // One file open at a time; sizes first, to know where they go.
    let sizes = try paths.map { try OpenTextFile($0).size }
    let files = zip(paths, sizes)
    let capacity = sizes.reduce(0) { $0 + $1 + 1 }
    if capacity >= ScratchFile.worthwhile {
      let scratch = try ScratchFile()
      try join(files, into: &hash, &starts) { try scratch.append($0) }
      return LoadedText(store: try scratch.mapped(), fingerprint: hash.hex, fileStarts: starts)
    }
    let store = try ByteStore(capacity: capacity) { target in
      var used = 0
      try join(files, into: &hash, &starts) { bytes in
        UnsafeMutableRawBufferPointer(rebasing: target[used..<used + bytes.count]).copyMemory(from: bytes)
        used += bytes.count
      }
      return used
    }
    return LoadedText(store: store, fingerprint: hash.hex, fileStarts: starts)
  }

  /// Whether a file is text that can be mapped as it is.
  private static func isPlain(_ path: String, _ reading: DataReading) -> Bool {
    guard reading.isText(path), Compression(named: path) == nil else { return false }
    // What cannot be opened is said where it is read.
    return foreignFormat(of: path) == nil
  }

  private static func join(
    _ files: some Sequence<(String, Int)>, into hash: inout ContentHash, _ starts: inout [Int],
    _ append: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let lineEnd = [UInt8(ascii: "\n")]
    var used = 0
    for (path, size) in files {
      let file = try OpenTextFile(path)
      guard file.size == size else { throw file.error("changes while it is read", suggestion: "try again") }
      let store = try ByteStore(mapping: file)
      try check(store.bytes, of: file, into: &hash)
      starts.append(used)
      used += store.count
      try withExtendedLifetime(store) { try append(UnsafeRawBufferPointer(store.bytes)) }
      if store.bytes.last != lineEnd[0] {
        hash.add(lineEnd)
        used += 1
        try lineEnd.withUnsafeBytes(append)
      }
    }
  }

  private static func check(
    _ bytes: UnsafeBufferPointer<UInt8>, of file: OpenTextFile, into hash: inout ContentHash
  ) throws {
    var start = 0
    while start < bytes.count {
      var end = min(start + portion, bytes.count)
      if end < bytes.count { end = characterBoundary(in: bytes, atOrBefore: end) }
      let part = UnsafeBufferPointer(rebasing: bytes[start..<end])
      if let bad = firstInvalidByte(in: part) {
        throw file.error(
          "byte \(start + bad) (0x\(hexadecimal([part[bad]], upper: true))) is not UTF-8",
          suggestion: "convert it, for instance with: iconv -f latin1 -t utf-8")
      }
      hash.add(part)
      MappedPages.release(part)
      start = end
    }
  }
}
