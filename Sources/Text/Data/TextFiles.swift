import Foundation
import Settings

/// Finding and reading the files of a corpus.
enum TextFiles {
  /// What counts as a text file within a folder; a file that is named itself may be called anything.
  static let extensions: Set<String> = ["txt", "text", "md"]
  /// Bytes that are checked and hashed while they are still in the cache.
  private static let portion = 1 << 20

  /// The files that paths name: files as they are, folders with all text files below them in the order of
  /// their paths.
  static func list(_ paths: [String]) throws -> [String] {
    guard !paths.isEmpty else {
      throw TextError(place: "text", reason: "no file is named", suggestion: "name a file or a folder")
    }
    return try paths.flatMap { path -> [String] in
      var isFolder: ObjCBool = false
      guard path != InputFile.standardInput else {
        throw TextError(
          place: InputFile.place(path), reason: "can be read only once, and the text of a run more often",
          suggestion: "write it to a file and name that file (a file called - is ./-)")
      }
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        let error = InputFile.openingError(path, ENOENT)
        throw TextError(place: error.place, reason: error.reason, suggestion: error.suggestion)
      }
      guard isFolder.boolValue else { return [path] }
      guard let below = FileManager.default.enumerator(atPath: path) else {
        throw TextError(place: path, reason: "cannot be listed", suggestion: "check its permissions")
      }
      let found = below.compactMap { $0 as? String }.filter { file in
        let parts = file.split(separator: "/")
        let name = (path as NSString).appendingPathComponent(file)
        var isFolder: ObjCBool = false
        return !parts.contains { $0.hasPrefix(".") }
          && extensions.contains((file as NSString).pathExtension.lowercased())
          && FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) && !isFolder.boolValue
      }
      guard !found.isEmpty else {
        let endings = extensions.sorted().map { "." + $0 }.joined(separator: ", ")
        throw TextError(
          place: path, reason: "has no text file (\(endings))",
          suggestion: "name the files themselves, or another folder")
      }
      return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        .map { (path as NSString).appendingPathComponent($0) }
    }
  }

  /// The bytes of files in a row, checked to be UTF-8 and hashed in the same pass. One file is mapped;
  /// several are joined, with a line end after each that has none: in memory, or in a scratch file when they
  /// are large.
  ///
  /// - Returns: the bytes, their fingerprint, and where each file begins.
  static func load(_ paths: [String]) throws -> (store: ByteStore, fingerprint: String, starts: [Int]) {
    var hash = ContentHash()
    var starts: [Int] = []
    if paths.count == 1 {
      let file = try OpenTextFile(paths[0])
      let store = try ByteStore(mapping: file)
      try check(store.bytes, of: file, into: &hash)
      return (store, hash.hex, [0])
    }
    // One file open at a time; sizes first, to know where they go.
    let sizes = try paths.map { try OpenTextFile($0).size }
    let files = zip(paths, sizes)
    let capacity = sizes.reduce(0) { $0 + $1 + 1 }
    if capacity >= ScratchFile.worthwhile {
      let scratch = try ScratchFile()
      try join(files, into: &hash, &starts) { try scratch.append($0) }
      return (try scratch.mapped(), hash.hex, starts)
    }
    let store = try ByteStore(capacity: capacity) { target in
      var used = 0
      try join(files, into: &hash, &starts) { bytes in
        UnsafeMutableRawBufferPointer(rebasing: target[used..<used + bytes.count]).copyMemory(from: bytes)
        used += bytes.count
      }
      return used
    }
    return (store, hash.hex, starts)
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
      start = end
    }
  }
}
