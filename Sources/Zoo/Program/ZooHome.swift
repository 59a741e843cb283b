import Foundation
import Settings
import Wording

/// The folders that come with the program: models, suites.
package enum ZooHome {
  /// `share/zoo` next to the folder of an installed program; nil where the program was not installed.
  package static let installed: URL? = {
    let program = URL(fileURLWithPath: ProgramBuild.path).resolvingSymlinksInPath()
    let share = program.deletingLastPathComponent().deletingLastPathComponent().appending(path: "share/zoo")
    return isFolder(share) ? share : nil
  }()

  /// A folder of the zoo: below `ZOO_HOME` when that is set, as by the launcher; else where the program was installed;
  /// else next to the sources, else in the current folder.
  ///
  /// - Throws: `SettingsError` when there is no such folder.
  package static func folder(
    _ name: String, environment: [String: String] = ProcessInfo.processInfo.environment,
    source: String = #filePath
  ) throws -> URL {
    let package = (0..<4).reduce(URL(fileURLWithPath: source)) { url, _ in url.deletingLastPathComponent() }
    let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
    let homes =
      environment["ZOO_HOME"].map { [URL(fileURLWithPath: $0)] }
      ?? installed.map { [$0] } ?? [package, current]
    let folders = homes.map { $0.appendingPathComponent(name) }
    if let found = folders.first(where: isFolder) { return found }
    throw SettingsError(
      title: name,
      problems: [
        Problem(
          path: "", found: "none of \(folders.map(\.shownPath).joined(separator: ", "))",
          reason: "no folder of \(name): set ZOO_HOME to the folder of the zoo")
      ])
  }

  /// The names of the files of a folder that end in `suffix`, without it and in order; none where there is no
  /// such folder.
  package static func names(in folder: URL, suffix: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }
      .map { String($0.dropLast(suffix.count)) }.inNaturalOrder
  }

  /// The names of the folders in a folder.
  package static func folders(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { !$0.hasPrefix(".") && isFolder(folder.appendingPathComponent($0)) }.inNaturalOrder
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
