import Settings
import Text

/// What `tokenizer_config.json`, `special_tokens_map.json` and `config.json` say about a tokenizer.
struct TokenizerConfiguration {
  /// Written forms by their keys, such as `pad_token`.
  private let names: [String: String]
  /// Added tokens with the ids that they must have, by rising id.
  let addedTokens: [AddedToken]
  /// Special tokens without ids: those of `additional_special_tokens`.
  let otherSpecials: [String]
  private let values: JSONValue
  /// The family of the class, in small letters: `bert`, `llama`.
  let family: String

  private static let keys = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]

  init(_ files: HubFolder) throws {
    let main = try files.json("tokenizer_config.json", types: JSONType.configuration(tokens: Self.keys))
    let map = try files.json("special_tokens_map.json", types: JSONType.map(tokens: Self.keys))
    values = main ?? .object([])
    var names: [String: String] = [:]
    for source in [map, main] {
      for key in Self.keys {
        if let form = source?[key]?.text ?? source?[key]?["content"]?.text { names[key] = form }
      }
    }
    self.names = names
    var added: [AddedToken] = []
    for member in values["added_tokens_decoder"]?.members ?? [] {
      guard let id = Int32(member.key), let content = member.value["content"]?.text else { continue }
      added.append(
        AddedToken(
          id: id, content: content, singleWord: member.value["single_word"]?.flag ?? false,
          stripsLeft: member.value["lstrip"]?.flag ?? false,
          stripsRight: member.value["rstrip"]?.flag ?? false,
          isNormalised: member.value["normalized"]?.flag ?? false,
          isSpecial: member.value["special"]?.flag ?? false))
    }
    for member in try files.json("added_tokens.json", types: [.ids])?.members ?? []
    where !added.contains(where: { $0.content == member.key }) {
      guard let id = member.value.integer.flatMap({ Int32(exactly: $0) }) else { continue }
      added.append(
        AddedToken(
          id: id, content: member.key, isNormalised: false, isSpecial: names.values.contains(member.key)))
    }
    addedTokens = added.sorted { $0.id < $1.id }
    let others =
      values["additional_special_tokens"]?.elements ?? map?["additional_special_tokens"]?.elements ?? []
    otherSpecials = others.compactMap { $0.text ?? $0["content"]?.text }
    let named = values["tokenizer_class"]?.text ?? ""
    let stem = named.hasSuffix("Fast") ? String(named.dropLast(4)) : named
    let model = try files.json("config.json")?["model_type"]?.text ?? ""
    let known = stem.hasSuffix("Tokenizer") && stem != "PreTrainedTokenizer" && stem != "Tokenizer"
    family = (known ? String(stem.dropLast(9)) : model).lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// The written form under a key such as `pad_token`.
  subscript(key: String) -> String? { names[key] }

  func flag(_ key: String, default standard: Bool) -> Bool { values[key]?.flag ?? standard }

  /// Whether a key is true or false; nil where it is null or not there.
  func optionalFlag(_ key: String) -> Bool? { values[key]?.flag }

  /// Written forms by role.
  var roles: [SpecialRole: String] {
    var roles: [SpecialRole: String] = [:]
    roles[.padding] = names["pad_token"]
    roles[.unknown] = names["unk_token"]
    roles[.start] = names["cls_token"] ?? names["bos_token"]
    roles[.separator] = names["sep_token"]
    roles[.endOfDocument] = names["eos_token"]
    roles[.mask] = names["mask_token"]
    return roles
  }

  /// The entry `added_tokens`: the configuration's, and the special ones that it only names.
  ///
  /// - Parameter names: written forms that are special by their keys, such as `[CLS]`.
  func addedTokens(_ named: [String]) -> JSONValue {
    var tokens = addedTokens
    for form in named + otherSpecials
    where !tokens.contains(where: { $0.content.utf8.elementsEqual(form.utf8) }) {
      // A mask takes the space before it, as it does in RoBERTa and ALBERT.
      tokens.append(
        AddedToken(
          id: 0, content: form, stripsLeft: form == names["mask_token"] && family != "bert",
          isNormalised: false,
          isSpecial: true))
    }
    return .list(
      tokens.map { token in
        .object([
          ("id", .integer(Int(token.id))), ("content", .text(token.content)),
          ("single_word", .flag(token.singleWord)), ("lstrip", .flag(token.stripsLeft)),
          ("rstrip", .flag(token.stripsRight)), ("normalized", .flag(token.isNormalised)),
          ("special", .flag(token.isSpecial)),
        ])
      })
  }

  /// The written forms that have a key, without repetition.
  var special: [String] {
    var forms: [String] = []
    for key in Self.keys {
      if let form = names[key], !forms.contains(form) { forms.append(form) }
    }
    return forms
  }
}
