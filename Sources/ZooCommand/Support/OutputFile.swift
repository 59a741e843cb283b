import Checkpoints
import CommandLineKit
import Foundation
import Settings
import Training
import Zoo

/// A file that a command writes when its work is done. The place is tried before the work begins, and what this program
/// did not write is only replaced with `--force`.
///
/// A link stands for the file that it leads to; a device or a pipe, such as `/dev/stdout`, is written into and never
/// replaced.
struct OutputFile {
  /// What a file of this kind begins with: so this program knows its own.
  enum Kind: String {
    case page = "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'/>"
    case heads = "model,step,layer,head,role,"
    case headMatches = "encoder,encoder_layer,encoder_head,"
    case probes = "model,side,task,layer,"
    case grid = "model,start,learning_rate,"
    case predictions = "text,place,content,label"
    case pairs = "{\"UID\":"
    case scores = "{\"alternatives\":"
    case surprisals = "sentence\tnumber\tword\tsurprisal\ttokens\n"
    case trace = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":"
    case json = "{\n"
    case svg = "<?xml version='1.0' encoding='UTF-8'?>\n<svg "
    case pdf = "%PDF"
    case png = "\u{89}PNG"
    case safetensors = "{\"__metadata__\":{\"crc32"

    /// Bytes before that: the length of the header.
    fileprivate var offset: Int { self == .safetensors ? 8 : 0 }

    fileprivate var start: [UInt8] {
      self == .png ? [0x89, 0x50, 0x4E, 0x47] : Array(rawValue.utf8)
    }
  }

  /// Where it is written, links followed.
  let url: URL
  private let shown: String
  private let option: String
  private let isStream: Bool

  /// `--force`, for every command that has outputs.
  static let force = Option.flag("force", help: "replace files that this program did not write")

  /// Checks a path without touching what is there.
  ///
  /// - Parameters:
  ///   - option: the option that names it, without dashes.
  ///   - isForced: whether any regular file may be replaced.
  /// - Throws: `TrainerError` that says what is in the way.
  init(_ path: String, _ kind: Kind, option: String, isForced: Bool) throws {
    let suggestion = "choose another path with --\(option)"
    func refuse(_ reason: String, _ suggestion: String) -> TrainerError {
      TrainerError(place: path, reason: reason, suggestion: suggestion)
    }
    func code() -> String { String(cString: strerror(errno)) }
    (shown, self.option) = (path, option)
    guard !path.isEmpty else {
      throw TrainerError(place: "--\(option)", reason: "the path is empty", suggestion: "name a file")
    }
    if let reason = FilePath.brokenLink(path) { throw refuse(reason, suggestion) }
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else {
        throw refuse("cannot be written (\(code()))", suggestion)
      }
      let url = URL(fileURLWithPath: path)
      let parent = url.deletingLastPathComponent()
      guard access(parent.path, W_OK | X_OK) == 0 else {
        throw refuse(
          errno == ENOENT
            ? "the folder \(parent.shownPath) does not exist" : "cannot be written (\(code()))",
          errno == ENOENT ? "create it first: mkdir -p \(parent.shownPath), or \(suggestion)" : suggestion)
      }
      (self.url, isStream) = (url, false)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw refuse("a folder has this name", suggestion)
    case S_IFREG: (url, isStream) = (URL(fileURLWithPath: path).resolvingSymlinksInPath(), false)
    default: (url, isStream) = (URL(fileURLWithPath: path), true)
    }
    guard access(url.path, W_OK) == 0,
      isStream || access(url.deletingLastPathComponent().path, W_OK | X_OK) == 0
    else { throw refuse("cannot be written (\(code()))", suggestion) }
    guard isStream || isForced || status.st_size == 0 || Self.begins(url, kind) else {
      throw refuse(
        "a file exists there that this command did not write", "add --force to replace it, or \(suggestion)")
    }
  }

  private static func begins(_ url: URL, _ kind: Kind) -> Bool {
    guard let file = try? FileHandle(forReadingFrom: url) else { return false }
    let start = try? file.read(upToCount: kind.offset + kind.start.count)
    return start.map { $0.dropFirst(kind.offset).elementsEqual(kind.start) } ?? false
  }

  /// Writes the file: whole or not at all, where it is one.
  ///
  /// - Throws: `TrainerError` that names it.
  func write(_ data: Data) throws {
    do {
      guard isStream else { return try AtomicFile.write(to: url) { try $0.write(data) } }
      try FileHandle(forWritingTo: url).write(contentsOf: data)
    } catch {
      throw TrainerError(
        place: shown, reason: "cannot be written (\(error))",
        suggestion: "choose another path with --\(option)")
    }
  }

  /// Tries the place of a folder, which is only made when something is written.
  ///
  /// - Throws: `TrainerError` that says what is in the way.
  static func checkFolder(_ path: String, option: String) throws {
    guard let reason = ParentFolders.obstacle(to: path) else { return }
    throw TrainerError(place: path, reason: reason, suggestion: "name another folder with --\(option)")
  }

  /// Checked files in a folder, which need not exist yet.
  ///
  /// - Throws: `TrainerError` that says what is in the way.
  static func files(_ files: [(name: String, kind: Kind)], in path: String, option: String, isForced: Bool)
    throws
    -> [OutputFile]
  {
    try checkFolder(path, option: option)
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try files.map {
      try OutputFile(
        (path as NSString).appendingPathComponent($0.name), $0.kind, option: option, isForced: isForced)
    }
  }

  /// Makes a folder that was tried before.
  ///
  /// - Throws: `TrainerError` that names it.
  static func makeFolder(_ path: String, option: String) throws -> URL {
    let folder = URL(fileURLWithPath: path, isDirectory: true)
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw TrainerError(
        place: path, reason: "the folder cannot be created (\(error.localizedDescription))",
        suggestion: "name another one with --\(option)")
    }
    return folder
  }
}
