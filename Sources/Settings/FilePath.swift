/// The parts of a path as it was written.
///
/// `NSString.lastPathComponent` and `deletingLastPathComponent` end the process for a path of one character (Foundation
/// of Swift 6.3 on Linux), so that nothing here uses them.
package enum FilePath {
  /// What follows the last separator, separators at the end left out: `c` of `a/b/c/`, all of `c`.
  package static func name(_ path: String) -> String { String(parts(path).name) }

  /// What stands before the name, without a separator at its end: `a/b` of `a/b/c`, nothing of `c`, `/` of `/c`.
  package static func folder(_ path: String) -> String { String(parts(path).folder) }

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
