import Foundation

/// The shared libraries of the running process, as the system's loader lists them.
enum LoadedLibraries {
  /// The core of Swift's runtime, which every dynamically linked program of Swift has.
  private static let core = "libswiftCore.so"

  /// The files of Swift's runtime that this process has loaded, in order of name. None where the runtime is linked
  /// statically.
  static func swiftRuntime() -> [URL] { runtime(among: all()) }

  /// What lies beside the runtime's core.
  static func runtime(among paths: [String]) -> [URL] {
    let files = paths.map { URL(fileURLWithPath: $0) }
    guard let folder = files.first(where: { $0.lastPathComponent == core })?.deletingLastPathComponent()
    else { return [] }
    return files.filter { $0.deletingLastPathComponent() == folder && $0.pathExtension == "so" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  /// The paths in `/proc/self/maps`, whose lines are: address, rights, offset, device, node and path. A handle reads on
  /// to the end where `String(contentsOfFile:)` stops after the first 4 KB of such a file.
  private static func all() -> [String] {
    let maps = (try? FileHandle(forReadingAtPath: "/proc/self/maps")?.readToEnd()) ?? Data()
    let paths = String(decoding: maps, as: UTF8.self).split(separator: "\n").compactMap { line in
      line.firstIndex(of: "/").map { String(line[$0...]) }
    }
    return Array(Set(paths))
  }
}
