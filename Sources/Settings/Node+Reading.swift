import Foundation

extension Node {
  /// Reads JSON5 text.
  ///
  /// - Parameters:
  ///   - text: JSON5 text.
  ///   - file: the name for places and errors.
  /// - Throws: `SettingsError` with every error of syntax, and every duplicate key.
  public static func parse(_ text: String, file: String) throws -> Node {
    try parse(text, file: file, readsNonFinite: false)
  }

  /// The same for a file that Python wrote: `NaN` and `Infinity` are numbers where `readsNonFinite` says so.
  package static func parse(_ text: String, file: String, readsNonFinite: Bool) throws -> Node {
    var reader = JSON5Reader(text, file: file, readsNonFinite: readsNonFinite)
    let node = reader.read()
    guard let node, reader.problems.isEmpty else {
      throw SettingsError(title: file, problems: reader.problems)
    }
    return node
  }

  /// The largest file of settings, in bytes.
  package static let maxFileBytes = 64 << 20

  /// Reads a JSON5 file, a pipe, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - name: how errors call the file; its path when nil.
  /// - Throws: `SettingsError` when it is missing, a folder, or cannot be read, is no UTF-8, or is no JSON5.
  public static func read(_ url: URL, as name: String? = nil) throws -> Node {
    try read(url, as: name, readsNonFinite: false)
  }

  /// Reads an object of a model's folder, which Python wrote: a regular file, in which `NaN` and `Infinity` are numbers.
  ///
  /// - Returns: nil where nothing of that name is there.
  /// - Throws: `SettingsError` for a link that leads nowhere, a pipe, and what is no JSON or no object.
  package static func readObject(inFolderOfModel url: URL) throws -> Node? {
    guard let node = try readPart(ofFolderOfModel: url) else { return nil }
    guard node.isObject else {
      throw SettingsError(
        title: url.path,
        problems: [
          Problem(
            path: "", found: node.json(), allowed: "an object", reason: "is no object of settings",
            place: node.place)
        ])
    }
    return node
  }

  /// The same for a file that may hold any JSON.
  package static func readPart(ofFolderOfModel url: URL) throws -> Node? {
    FilePath.isTaken(url.path) ? try readRequired(ofFolderOfModel: url) : nil
  }

  /// The same for a file that has to be there.
  package static func readRequired(ofFolderOfModel url: URL) throws -> Node {
    try parsing(url.path, readsNonFinite: true) { () throws(InputFileError) in
      try InputFile.regularText(url.path, maxBytes: maxFileBytes)
    }
  }

  /// The same for a file that Python wrote, see `parse`.
  package static func read(_ url: URL, as name: String? = nil, readsNonFinite: Bool) throws -> Node {
    try parsing(name ?? url.path, readsNonFinite: readsNonFinite) { () throws(InputFileError) in
      try InputFile.text(
        url.relativePath == InputFile.standardInput ? InputFile.standardInput : url.path,
        maxBytes: maxFileBytes)
    }
  }

  private static func parsing(
    _ name: String, readsNonFinite: Bool, _ read: () throws(InputFileError) -> String
  ) throws -> Node {
    let text: String
    do { text = try read() } catch {
      throw SettingsError(
        title: name, problems: [Problem(path: "", reason: "\(error.reason); \(error.suggestion)")])
    }
    return try parse(text, file: name, readsNonFinite: readsNonFinite)
  }
}
