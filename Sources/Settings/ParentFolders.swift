import Foundation

/// The folders around one that a command makes: those that are missing are made, and go again when the command fails.
package struct ParentFolders: Sendable, Equatable {
  /// What was made, outermost first.
  private var made: [String] = []

  /// Nothing was made.
  package init() {}

  /// Makes the folders around a path that are missing; of these, none is left where one cannot be made.
  ///
  /// - Throws: `POSIXError`.
  package init(of path: String) throws {
    var missing: [String] = []
    var parent = URL(fileURLWithPath: path).deletingLastPathComponent()
    var status = stat()
    while stat(parent.path, &status) != 0, parent.path != "/" {
      missing.append(parent.path)
      parent = parent.deletingLastPathComponent()
    }
    for folder in missing.reversed() {
      if mkdir(folder, 0o777) == 0 {
        made.append(folder)
      } else if errno != EEXIST {
        let code = errno
        remove()
        throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
      }
    }
  }

  /// Removes what was made, as far as nothing is in it.
  package func remove() { for folder in made.reversed() { rmdir(folder) } }

  /// Why no folder can be made at a path, whatever of the folders around it is missing; nil where one can.
  package static func obstacle(to path: String) -> String? {
    var url = URL(fileURLWithPath: path, isDirectory: true)
    var isFolder: ObjCBool = false
    // The nearest existing folder is the one that matters.
    while !FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), url.path != "/" {
      if let reason = FilePath.brokenLink(url.path) { return "\(url.shownPath) \(reason)" }
      url = url.deletingLastPathComponent()
    }
    guard isFolder.boolValue else { return "\(url.shownPath) is a file, not a folder" }
    guard access(url.path, W_OK | X_OK) == 0 else {
      return "\(url.shownPath) cannot be written to (\(String(cString: strerror(errno))))"
    }
    return nil
  }
}
