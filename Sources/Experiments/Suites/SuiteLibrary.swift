import Foundation
import Inference
import Settings
import Zoo

/// The suites that come with the zoo, one file each in the folder `suites`, and those of others by path.
public struct SuiteLibrary: Sendable {
  private static let suffix = ".json5"
  private let folder: URL
  private let evaluations: [ComponentDeclaration]

  /// The suites of a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder of the suites.
  ///   - evaluations: the registered ones, which suites may name.
  public init(folder: URL, evaluations: [ComponentDeclaration] = []) {
    self.folder = folder
    self.evaluations = evaluations
  }

  /// The suites of the zoo.
  ///
  /// - Parameter registry: holds the evaluations that suites may name.
  /// - Throws: `SettingsError` when the folder is not found.
  public static func standard(_ registry: Registry) throws -> SuiteLibrary {
    SuiteLibrary(
      folder: try ZooHome.folder("suites"),
      evaluations: registry.catalog.declarations(family: Family.evaluation.name))
  }

  /// The names of the folder's suites.
  public var names: [String] { ZooHome.names(in: folder, suffix: Self.suffix) }

  /// The suite of that name, or of the file at that path.
  ///
  /// - Throws: `SettingsError` with every problem at once; with the nearest name when there is none.
  public func load(_ name: String) throws -> Suite {
    let inside = folder.appendingPathComponent(name + Self.suffix)
    if names.contains(name) {
      return try Suite(
        try Node.read(inside, as: "suites/" + name + Self.suffix), name: name, evaluations: evaluations)
    }
    let short = FilePath.name(name)
    guard short.hasSuffix(Self.suffix), FileManager.default.fileExists(atPath: name) else {
      throw SettingsError(
        title: name,
        problems: [
          Problem(
            path: "", found: "\"\(name)\"",
            allowed: names.joined(separator: ", ") + ", or a path to a \(Self.suffix) file",
            reason: "no such suite; a comparison needs at least two models, or a suite",
            nearest: nearestName(to: name, among: names))
        ])
    }
    return try Suite(
      try Node.read(URL(fileURLWithPath: name), as: name), name: String(short.dropLast(Self.suffix.count)),
      evaluations: evaluations)
  }
}
