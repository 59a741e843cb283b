import Foundation
import Settings

/// A `config.json` as it was read.
public struct HubConfiguration: Sendable {
  /// The tree.
  let node: Node
  /// The file, for errors.
  let file: String

  /// Reads the configuration of a folder.
  ///
  /// - Throws: `SettingsError` where there is none, or it is not JSON.
  init(folder: URL) throws {
    let url = folder.appending(path: Self.name)
    try self.init(try Node.readRequired(ofFolderOfModel: url), file: url.path)
  }

  /// A configuration that was read already.
  ///
  /// - Throws: `SettingsError` where it is no object, or names no family.
  init(_ node: Node, file: String) throws {
    guard node.isObject else {
      throw SettingsError(
        title: file, problems: [Problem(path: "", reason: "is not an object of settings", place: node.place)])
    }
    (self.node, self.file) = (node, file)
  }

  static let name = "config.json"

  /// The family, such as `bert`; nil where the file names none.
  var modelType: String? { node["model_type"]?.text }

  /// The classes that the model was saved from, such as `BertForMaskedLM`.
  var classes: [String] { node["architectures"]?.elements?.compactMap(\.text) ?? [] }

  /// The value of a key, or what its absence means; nil where it has to be there and is not.
  subscript(rule: ConfigurationRule) -> (key: String, value: Node)? {
    for key in [rule.key] + rule.aliases {
      if let value = node[key] { return (key, value) }
    }
    return rule.absent.map { (rule.key, $0) }
  }
}
