/// What the values of some keys of a tokenizer's file have to be; `null` says the same as absence.
struct JSONType: Sendable {
  /// The keys; nil: all of the file.
  let keys: Set<String>?
  /// What errors call it.
  let name: String
  let accepts: @Sendable (JSONValue) -> Bool

  /// Ids of tokens.
  static let ids = Self(keys: nil, name: "the id of a token, 0 or more") { value in
    value.integer.map { Int32(exactly: $0) ?? -1 >= 0 } ?? false
  }

  /// The types of `tokenizer_config.json`.
  ///
  /// - Parameter tokens: the keys of written forms.
  static func configuration(tokens: [String]) -> [Self] {
    let flags: Set = [
      "do_lower_case", "tokenize_chinese_chars", "strip_accents", "add_prefix_space", "add_bos_token",
      "add_eos_token", "keep_accents",
    ]
    return map(tokens: tokens) + [
      Self(keys: flags, name: "true, false or null") { $0.isNull || $0.flag != nil },
      Self(keys: ["tokenizer_class"], name: "a text or null") { $0.isNull || $0.text != nil },
      Self(keys: ["added_tokens_decoder"], name: "an object of tokens by their ids") { value in
        value.isNull || value.members?.allSatisfy { Int32($0.key) ?? -1 >= 0 && isToken($0.value) } ?? false
      },
    ]
  }

  /// The types of `special_tokens_map.json`.
  ///
  /// - Parameter tokens: the keys of written forms.
  static func map(tokens: [String]) -> [Self] {
    [
      Self(keys: Set(tokens), name: "the text of a token, an object with its content, or null") { value in
        value.isNull || isForm(value)
      },
      Self(keys: ["additional_special_tokens"], name: "a list of tokens, or null") { value in
        value.isNull || value.elements?.allSatisfy(isForm) ?? false
      },
    ]
  }

  private static func isForm(_ value: JSONValue) -> Bool { value.text != nil || isToken(value) }

  /// Whether a value is a token with its content and its flags.
  private static func isToken(_ value: JSONValue) -> Bool {
    let flags = ["single_word", "lstrip", "rstrip", "normalized", "special"]
    return value["content"]?.text != nil
      && flags.allSatisfy { key in value[key].map { $0.isNull || $0.flag != nil } ?? true }
  }
}
