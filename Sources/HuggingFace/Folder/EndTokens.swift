import Foundation
import Settings

/// The tokens that end a text which is being generated, as a folder names them.
enum EndTokens {
  static let file = "generation_config.json"
  private static let key = "eos_token_id"

  /// The tokens that `generation_config.json` names under `eos_token_id`, a number or a list of them; those of
  /// `config.json` where it names none.
  ///
  /// - Parameters:
  ///   - folder: the folder of the model.
  ///   - config: its configuration.
  /// - Returns: nil where neither file names one.
  /// - Throws: `SettingsError` for a file that is not JSON, and a value that is no id and no list of ids.
  static func read(_ folder: URL, _ config: HubConfiguration) throws -> [Int32]? {
    let url = folder.appending(path: file)
    if FileManager.default.fileExists(atPath: url.path) {
      if let found = try ids(in: try Node.read(url, readsNonFinite: true), file: url.path) { return found }
    }
    return try ids(in: config.node, file: config.file)
  }

  private static func ids(in node: Node, file: String) throws -> [Int32]? {
    guard let value = node[key], value.value != .null else { return nil }
    let ids = (value.elements ?? [value]).map { $0.integer.flatMap { Int32(exactly: $0) } }
    guard ids.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else {
      throw SettingsError(
        title: file,
        problems: [
          Problem(
            path: key, found: value.json(), allowed: "the id of a token, a list of ids, or null",
            reason: "is not an id", place: value.place)
        ])
    }
    return ids.compactMap { $0 }
  }
}
