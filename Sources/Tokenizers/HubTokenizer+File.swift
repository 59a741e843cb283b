import Foundation
import Settings
import Text

extension HubTokenizer: SavedTokenizer {
  /// `{"roles": {"start": "<s>", …}, "tokenizer": …}`
  public var savedContent: Data {
    let roles = SpecialRole.allCases.compactMap { role in
      special[role].flatMap { special.text(of: $0) }.map { (key: role.rawValue, value: JSONValue.text($0)) }
    }
    let start = #"{"roles":"#.utf8
    return Data(start) + Data(JSONValue.object(roles).bytes()) + Data(#","tokenizer":"#.utf8) + json
      + Data("}".utf8)
  }

  /// The tokenizer that was saved.
  ///
  /// - Throws: `SettingsError` that says what is damaged.
  init(savedContent: Data) throws {
    let file = "saved tokenizer"
    let document = try JSONReader.read(savedContent, file: file)
    guard let tokenizer = document["tokenizer"], let members = document["roles"]?.members else {
      throw SettingsError(title: file, problems: [Problem(path: "", reason: "has no tokenizer or no roles")])
    }
    var roles: [SpecialRole: String] = [:]
    for member in members {
      guard let role = SpecialRole(rawValue: member.key), let form = member.value.text else {
        throw SettingsError(
          title: file,
          problems: [
            Problem(
              path: "roles.\(member.key)",
              allowed: SpecialRole.allCases.map(\.rawValue).joined(separator: ", "),
              reason: "is a role that is not known")
          ])
      }
      roles[role] = form
    }
    try self.init(
      document: tokenizer, json: Data(tokenizer.bytes()), file: file, roles: roles, addsRoles: false)
  }
}

extension Registry {
  /// Registers the tokenizers of imported models: they are read from checkpoints, and not trained.
  ///
  /// - Throws: `SettingsError` when a name is taken.
  package mutating func addImportedTokenizers() throws {
    try add(
      HubTokenizer.kind, to: .savedTokenizer, summary: "a tokenizer.json of Hugging Face"
    ) { content in
      try HubTokenizer(savedContent: content)
    }
    try add(
      HubTokenizer.kind, to: .tokenizer, summary: "comes with an imported model; cannot be trained"
    ) { _, _ in
      throw TextError(
        place: "tokenizer \(HubTokenizer.kind)", reason: "comes with an imported model and cannot be trained",
        suggestion:
          "choose one of \(TokenizerTrainer.kinds.joined(separator: ", ")), or train from an imported model")
    }
  }
}
