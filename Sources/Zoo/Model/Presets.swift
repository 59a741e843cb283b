import Foundation
import Settings

/// A descriptor file in the models folder.
public struct Preset: Sendable {
  /// The name on the command line, such as `gpt-4x128`.
  public let name: String
  /// One line for `list`.
  public let summary: String
  /// Where it is.
  public let url: URL
}

/// The presets: the folder `models`, with one file per preset.
///
/// A file without a `summary` is no preset but a base that presets extend.
public struct Presets: Sendable {
  private static let suffix = ".json5"
  /// The folder that holds the files.
  public let folder: URL

  /// The presets of a folder.
  public init(folder: URL) { self.folder = folder }

  /// The presets of the zoo: below `ZOO_HOME` when the launcher has set it, else next to the sources, else
  /// in the current folder.
  ///
  /// - Throws: `SettingsError` when there is no such folder.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Presets {
    Presets(folder: try ZooHome.folder("models", environment: environment))
  }

  /// The folders of presets inside, such as `tiny`.
  public var subfolders: [String] { ZooHome.folders(in: folder) }

  /// The presets of the folder, or of a folder inside, by name.
  ///
  /// - Parameter subfolder: one of `subfolders`; its presets are called `tiny/gpt`.
  /// - Throws: `SettingsError` for a file that cannot be read.
  public func list(under subfolder: String? = nil) throws -> [Preset] {
    let place = subfolder.map { folder.appendingPathComponent($0) } ?? folder
    return try ZooHome.names(in: place, suffix: Self.suffix).compactMap { file in
      let name = (subfolder.map { $0 + "/" } ?? "") + file
      let url = place.appendingPathComponent(file + Self.suffix)
      guard let summary = try Node.read(url, as: shown(name))["summary"]?.text else { return nil }
      return Preset(name: name, summary: summary, url: url)
    }
  }

  private func shown(_ name: String) -> String { "models/" + name + Self.suffix }

  /// The tree of a preset, or of a file outside the folder when `name` is a path to one, with all that it
  /// extends.
  ///
  /// - Returns: the model's name, which is the file's without folder and ending, and the tree.
  /// - Throws: `SettingsError` with every error of syntax, the nearest name when there is no such preset,
  ///   and cycles of `extends`.
  public func load(_ name: String) throws -> (name: String, node: Node) {
    let (url, shown) = try locate(name, from: nil)
    var urls = [shown: url]
    let node = try Extension.resolve(try Node.read(url, as: shown), name: name) { base, place in
      let (url, shown) = try locate(base, from: place.map { ($0, urls[$0.file]) })
      urls[shown] = url
      return try Node.read(url, as: shown)
    }
    let short = name.split(separator: "/").last.map(String.init) ?? name
    return (short.hasSuffix(Self.suffix) ? String(short.dropLast(Self.suffix.count)) : short, node)
  }

  /// The file of a name, and how errors call it.
  private func locate(
    _ name: String, from extending: (place: SourcePlace, url: URL?)?
  ) throws -> (url: URL, shown: String) {
    let inside = folder.appendingPathComponent(name + Self.suffix)
    if FileManager.default.fileExists(atPath: inside.path) { return (inside, shown(name)) }
    if name.hasSuffix(Self.suffix) {
      let outside =
        extending?.url.map { URL(fileURLWithPath: name, relativeTo: $0.deletingLastPathComponent()) }
        ?? URL(fileURLWithPath: name)
      if FileManager.default.fileExists(atPath: outside.path) { return (outside, name) }
    }
    let known = try list().map(\.name)
    let nested = try subfolders.flatMap { try list(under: $0).map(\.name) }
    throw SettingsError(
      title: name,
      problems: [
        Problem(
          path: extending == nil ? "" : "extends", found: "\"\(FilePath.shown(name))\"",
          allowed: known.joined(separator: ", ") + ", or a path to a \(Self.suffix) file",
          reason: "no such model", nearest: nearestName(to: name, among: known + nested),
          place: extending?.place)
      ])
  }
}

extension Registry {
  /// Reads, completes and checks a preset, or a descriptor file given by its path.
  ///
  /// - Parameters:
  ///   - name: the name of a preset, or a path.
  ///   - sets: edits `path=value`.
  ///   - presets: the presets to look in.
  /// - Throws: `SettingsError` with every problem at once.
  public func descriptor(preset name: String, sets: [String] = [], from presets: Presets) throws
    -> ModelDescriptor
  {
    let (short, node) = try presets.load(name)
    return try resolve(node, name: short, sets: sets)
  }
}
