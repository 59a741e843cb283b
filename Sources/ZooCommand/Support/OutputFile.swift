import Foundation
import Training

/// A file that a command writes its result to: made or replaced as a whole, and never anything but a regular file.
enum OutputFile {
  /// Refuses a place that cannot be written to, before any work is done.
  ///
  /// - Throws: `TrainerError` that names the place.
  static func check(_ path: String, option: String) throws {
    var status = stat()
    let folder = (path as NSString).deletingLastPathComponent
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw refusal(
        path, isFolder ? "is a folder" : "is no regular file, which alone is replaced", option: option)
    }
    if access(folder.isEmpty ? "." : folder, W_OK) != 0 {
      throw refusal(path, "cannot be written (\(String(cString: strerror(errno))))", option: option)
    }
  }

  /// Writes a file.
  ///
  /// - Throws: `TrainerError` that names the place.
  static func write(_ data: Data, to path: String, option: String) throws {
    try check(path, option: option)
    do { try data.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw refusal(path, "cannot be written (\(error.localizedDescription))", option: option)
    }
  }

  /// Makes a folder, those above it included.
  ///
  /// - Throws: `TrainerError` that names the place.
  static func makeFolder(_ path: String, option: String) throws {
    let url = URL(fileURLWithPath: path, isDirectory: true)
    do { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) } catch {
      throw refusal(path, "the folder cannot be made (\(error.localizedDescription))", option: option)
    }
  }

  private static func refusal(_ path: String, _ reason: String, option: String) -> TrainerError {
    TrainerError(place: path, reason: reason, mend: "name another place with --\(option)")
  }
}
