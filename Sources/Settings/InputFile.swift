import Foundation

/// A file that cannot be read: which one, why, and what to do about it.
package struct InputFileError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The path as it was written; `standard input` for `-`.
  package let place: String
  /// What is wrong.
  package let reason: String
  /// What to do about it.
  package let suggestion: String

  package var description: String { "\(place): \(reason); \(suggestion)" }
}

/// Reads whole files, pipes and standard input, and says why one cannot be read.
package enum InputFile {
  /// The path that stands for standard input.
  package static let standardInput = "-"
  /// The largest file that is read whole, in bytes.
  package static let maxBytes = 1 << 30

  /// How errors name a path.
  package static func place(_ path: String) -> String {
    path == standardInput ? "standard input" : FilePath.shown(path)
  }

  /// All bytes of a file, of a pipe up to its end, or of standard input for `-`.
  ///
  /// - Parameter maxBytes: what is longer is refused, and no more of it is kept in memory.
  /// - Throws: `InputFileError` that tells a missing file from a folder and from one that may not be read.
  package static func bytes(_ path: String, maxBytes: Int = maxBytes) throws(InputFileError) -> [UInt8] {
    let isStandardInput = path == standardInput
    let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw openingError(path, errno) }
    defer { if !isStandardInput { close(descriptor) } }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw folderError(path) }
    var bytes: [UInt8] = []
    if status.st_mode & S_IFMT == S_IFREG { bytes.reserveCapacity(min(Int(status.st_size), maxBytes)) }
    var portion = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &portion, portion.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw openingError(path, errno) }
      if count == 0 { return bytes }
      guard bytes.count + count <= maxBytes else {
        throw sizeError(path, maxBytes)
      }
      bytes += portion[..<count]
    }
  }

  /// All bytes of a file that this program keeps: a regular one. A pipe or a device in its place is refused at once,
  /// instead of being waited for or read without end.
  ///
  /// - Parameter maxBytes: what is longer is refused.
  /// - Throws: `InputFileError`.
  package static func regular(_ path: String, maxBytes: Int = maxBytes) throws(InputFileError) -> Data {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw openingError(path, errno) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw openingError(path, errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw folderError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw InputFileError(
        place: place(path), reason: "is a pipe or a device, not a file", suggestion: "move it away")
    }
    guard status.st_size <= maxBytes else { throw sizeError(path, maxBytes) }
    do { return try file.readToEnd() ?? Data() } catch { throw openingError(path, EIO) }
  }

  /// All of a file as text, without a byte order mark at its start.
  ///
  /// - Throws: `InputFileError`; for bytes that are not UTF-8 it names the first.
  package static func text(_ path: String, maxBytes: Int = maxBytes) throws(InputFileError) -> String {
    try text(try bytes(path, maxBytes: maxBytes), path)
  }

  /// The same for a file that this program keeps, see `regular`.
  package static func regularText(_ path: String, maxBytes: Int = maxBytes) throws(InputFileError) -> String {
    try text([UInt8](try regular(path, maxBytes: maxBytes)), path)
  }

  private static func text(_ bytes: [UInt8], _ path: String) throws(InputFileError) -> String {
    if let foreign = ForeignFormat(startingWith: bytes.prefix(ForeignFormat.neededBytes), named: path) {
      throw foreign.error(of: path)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      let bad = firstInvalidByte(in: bytes)
      throw InputFileError(
        place: place(path), reason: "is not UTF-8 text (byte \(bad))",
        suggestion: "convert it, for instance with: iconv -f latin1 -t utf-8")
    }
    return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
  }

  /// Why a path cannot be opened, from the system's error number.
  package static func openingError(_ path: String, _ code: Int32) -> InputFileError {
    if let reason = FilePath.brokenLink(path) {
      return InputFileError(place: place(path), reason: reason, suggestion: "remove the link, or correct it")
    }
    return switch code {
    case ENOENT, ENOTDIR:
      InputFileError(
        place: place(path), reason: "there is no such file",
        suggestion: nearby(path).map { "did you mean \($0)?" } ?? "check the path")
    case EISDIR: folderError(path)
    default:
      InputFileError(
        place: place(path), reason: "cannot be read (\(String(cString: strerror(code))))",
        suggestion: "check its permissions")
    }
  }

  /// Why a file is not read whole.
  package static func sizeError(_ path: String, _ maxBytes: Int) -> InputFileError {
    InputFileError(
      place: place(path), reason: "is larger than \(maxBytes >> 20) MiB, the maximum that is read at once",
      suggestion: "split it into smaller files")
  }

  private static func folderError(_ path: String) -> InputFileError {
    InputFileError(
      place: place(path), reason: "is a folder, not a file", suggestion: "name a file inside it")
  }

  /// The file next to a missing one whose name is nearest.
  private static func nearby(_ path: String) -> String? {
    let (folder, name) = (FilePath.folder(path), FilePath.name(path))
    let beside = try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
    return nearestName(to: name, among: beside ?? []).map { (folder as NSString).appendingPathComponent($0) }
  }

  private static func firstInvalidByte(in bytes: [UInt8]) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var place = 0
    while case .valid(let scalar) = parser.parseScalar(from: &rest) { place += scalar.count }
    return place
  }
}
