import Foundation
import Settings
import Zoo

/// The suites that come with the zoo, one file each in the folder `suites`, and those of others by path.
public struct SuiteLibrary: Sendable {
  private static let suffix = ".json5"
  private let folder: URL

  /// The suites of a folder.
  public init(folder: URL) { self.folder = folder }

  /// The suites of the zoo.
  ///
  /// - Throws: `SettingsError` when the folder is not found.
  public static func standard() throws -> SuiteLibrary {
    SuiteLibrary(folder: try ZooHome.folder("suites"))
  }

  /// The names of the folder's suites.
  public var names: [String] { ZooHome.names(in: folder, suffix: Self.suffix) }

  /// The suite of that name, or of the file at that path.
  ///
  /// - Throws: `SettingsError` with every problem at once; with the nearest name when there is none.
  public func load(_ name: String) throws -> Suite {
    let inside = folder.appendingPathComponent(name + Self.suffix)
    if names.contains(name) {
      return try Suite(try Node.read(inside, as: "suites/" + name + Self.suffix), name: name)
    }
    let short = FilePath.name(name)
    guard short.hasSuffix(Self.suffix), FileManager.default.fileExists(atPath: name) else {
      throw SettingsError(
        title: name,
        problems: [
          Problem(
            path: "", found: "\"\(name)\"",
            allowed: names.joined(separator: ", ") + ", or a path to a \(Self.suffix) file",
            reason: "no such suite; a comparison needs two models or more, or a suite",
            nearest: nearestName(to: name, among: names))
        ])
    }
    return try Suite(
      try Node.read(URL(fileURLWithPath: name), as: name), name: String(short.dropLast(Self.suffix.count)))
  }
}
