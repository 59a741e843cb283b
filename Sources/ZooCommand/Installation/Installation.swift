import Checkpoints
import CommandLineKit
import Foundation
import Zoo

/// The program below a prefix, with all that it needs besides the system's libraries. It may be moved as a whole.
///
/// | folder | holds |
/// |---|---|
/// | `bin` | the program, byte for byte: plugins that were built for it load |
/// | `lib/zoo` | Swift's runtime, which the program seeks there first (`$ORIGIN/../lib/zoo`) |
/// | `share/zoo` | presets, suites and recipes |
/// | `share/bash-completion/completions`, `share/zsh/site-functions`, `share/fish/vendor_completions.d` | completions |
struct Installation {
  /// The folder.
  let prefix: URL

  /// The folders that come with the zoo.
  static let resources = ["models", "suites", "recipes"]

  /// An installation that is not written yet.
  init(prefix path: String) { prefix = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL }

  /// The program's file.
  var program: URL { prefix.appending(path: "bin/zoo") }

  /// Where a shell seeks its completions below a prefix.
  func completion(for shell: Shell) -> URL {
    let path =
      switch shell {
      case .bash: "share/bash-completion/completions/zoo"
      case .zsh: "share/zsh/site-functions/_zoo"
      case .fish: "share/fish/vendor_completions.d/zoo.fish"
      }
    return prefix.appending(path: path)
  }

  /// Writes everything, file by file. Files of the same name are replaced, each at once; others stay.
  ///
  /// - Throws: `InstallError`; what was written before stays, and the program is written last.
  func write(completing described: Program) throws {
    let libraries = LoadedLibraries.swiftRuntime()
    let own = URL(fileURLWithPath: ProgramBuild.path)
    guard libraries.isEmpty || Self.seeksItsRuntime(own) else {
      throw InstallError(
        place: own.path, reason: "the program does not seek Swift's runtime in \(Self.runtimePath)",
        suggestion: "link it with the flags -Xlinker -rpath=\(Self.runtimePath), as Package.swift links zoo")
    }
    for library in libraries {
      try copy(library, to: prefix.appending(path: "lib/zoo/\(library.lastPathComponent)"))
    }
    for name in Self.resources {
      let folder: URL
      do { folder = try ZooHome.folder(name) } catch {
        throw InstallError(
          place: name, reason: "the folder is not next to the program",
          suggestion: "start the program by its launcher ./zoo")
      }
      try copyTree(folder, to: prefix.appending(path: "share/zoo/\(name)"))
    }
    for shell in Shell.allCases {
      try write(Data(described.completion(for: shell).utf8), to: completion(for: shell))
    }
    try copy(URL(fileURLWithPath: ProgramBuild.path), to: program)
    do {
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    } catch { throw refusal(program, "cannot be made executable", error) }
  }

  /// Where the loader is told to seek the runtime, beside the program's own folder. Put together here, so that the
  /// program's file holds it only where the linker has written it.
  private static var runtimePath: String { ["$ORIGIN", "..", "lib", "zoo"].joined(separator: "/") }

  /// Whether a program was linked to seek its runtime where it is installed. A program of one's own may not be.
  static func seeksItsRuntime(_ program: URL) -> Bool {
    guard let data = try? Data(contentsOf: program, options: .alwaysMapped) else { return false }
    return data.range(of: Data(runtimePath.utf8)) != nil
  }

  private func copyTree(_ folder: URL, to place: URL) throws {
    let names: [String]
    do { names = try FileManager.default.subpathsOfDirectory(atPath: folder.path) } catch {
      throw refusal(folder, "cannot be read", error)
    }
    for name in names.sorted() where name.hasSuffix(".json5") {
      try copy(folder.appending(path: name), to: place.appending(path: name))
    }
  }

  private func copy(_ file: URL, to place: URL) throws {
    let data: Data
    do { data = try Data(contentsOf: file, options: .alwaysMapped) } catch {
      throw refusal(file, "cannot be read", error)
    }
    try write(data, to: place)
  }

  private func write(_ data: Data, to place: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try AtomicFile.write(to: place) { try $0.write(data) }
    } catch { throw refusal(place, "cannot be written", error) }
  }

  private func refusal(_ place: URL, _ reason: String, _ error: any Error) -> InstallError {
    InstallError(
      place: place.path, reason: "\(reason) (\(message(of: error)))",
      suggestion: "name a folder that can be written, such as \(NSHomeDirectory())/.local")
  }
}
