import Foundation

extension Node {
  /// Reads JSON5 text.
  ///
  /// - Parameter file: the name for places and errors.
  /// - Throws: `SettingsError` with every error of syntax, and every key that stands twice.
  public static func parse(_ text: String, file: String) throws -> Node {
    var reader = JSON5Reader(text, file: file)
    let node = reader.read()
    guard let node, reader.problems.isEmpty else {
      throw SettingsError(title: file, problems: reader.problems)
    }
    return node
  }

  /// Reads a JSON5 file.
  ///
  /// - Parameter name: how errors call the file; its path when nil.
  /// - Throws: `SettingsError` when it cannot be read, is no UTF-8, or is no JSON5.
  public static func read(_ url: URL, as name: String? = nil) throws -> Node {
    let name = name ?? url.path
    func refuse(_ reason: String) -> SettingsError {
      SettingsError(title: name, problems: [Problem(path: "", reason: reason)])
    }
    guard let data = try? Data(contentsOf: url) else { throw refuse("the file cannot be read") }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw refuse("the file is no UTF-8 text")
    }
    return try parse(text, file: name)
  }
}
