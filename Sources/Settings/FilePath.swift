import Foundation
import Wording

/// The parts of a path as it was written, and how a path is shown.
///
/// `NSString.lastPathComponent` and `deletingLastPathComponent` end the process for a path of one character (Foundation
/// of Swift 6.3 on Linux), so that nothing here uses them.
package enum FilePath {
  /// What follows the last separator, separators at the end left out: `c` of `a/b/c/`, all of `c`.
  package static func name(_ path: String) -> String { String(parts(path).name) }

  /// What is before the name, without a separator at its end: `a/b` of `a/b/c`, nothing of `c`, `/` of `/c`.
  package static func folder(_ path: String) -> String { String(parts(path).folder) }

  /// A path as it is shown and typed: relative to the current folder where it is below that, else as it is.
  package static func shown(_ path: String) -> String {
    let current = FileManager.default.currentDirectoryPath
    guard path.hasPrefix(current), current != "/" else { return path }
    let rest = path.dropFirst(current.count)
    guard let separator = rest.first else { return "." }
    guard separator == "/" else { return path }
    let inside = rest.drop { $0 == "/" }
    return inside.isEmpty ? "." : String(inside)
  }

  /// Whether something of that name is there, be it a link that leads nowhere.
  package static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Why a path leads nowhere although something of its name is there: it is a link to what does not exist, or to itself.
  /// Nil for every other path.
  package static func brokenLink(_ path: String) -> String? {
    // A separator at the end would ask for what the link leads to.
    let whole = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    var status = stat()
    guard lstat(whole, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, stat(whole, &status) != 0 else {
      return nil
    }
    return errno == ELOOP ? "is a link that leads to itself" : "is a link whose target does not exist"
  }

  /// A path as one word of a shell's command that no program takes for an option.
  package static func argument(_ path: String) -> String {
    ShellCommand.quoted(path.hasPrefix("-") ? "./" + path : path)
  }

  private static func parts(_ path: String) -> (
    folder: Substring.UnicodeScalarView, name: Substring.UnicodeScalarView
  ) {
    func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
      guard let end = text.lastIndex(where: { $0 != "/" }) else { return text.prefix(1) }
      return text[...end]
    }
    let whole = trimmed(path[...].unicodeScalars)
    guard let separator = whole.lastIndex(of: "/"), whole.count > 1 else { return (whole.prefix(0), whole) }
    return (trimmed(whole[...separator]), whole[whole.index(after: separator)...])
  }
}

extension URL {
  /// The path as it is shown and typed, ``FilePath/shown(_:)``.
  package var shownPath: String { FilePath.shown(relativePath) }
}
