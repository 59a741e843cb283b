import Foundation

/// The memory that this process holds, as the system counts it.
package enum ProcessMemory {
  /// Bytes in memory now; nil where the system does not say.
  package static var resident: Int? { value(of: "VmRSS") }

  /// The most bytes that were ever in memory at once; nil where the system does not say.
  package static var peak: Int? { value(of: "VmHWM") }

  private static func value(of key: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    return value(of: key, in: status)
  }

  /// The value of a line such as `VmRSS:     1234 kB`, in bytes.
  static func value(of key: String, in status: String) -> Int? {
    for line in status.split(separator: "\n") where line.hasPrefix(key + ":") {
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
  }
}
