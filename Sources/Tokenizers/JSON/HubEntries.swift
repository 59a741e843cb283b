/// Entries of a `tokenizer.json` that is made of other files.
enum HubEntries {
  static func document(
    added: JSONValue, normalizer: JSONValue = .null, preTokenizer: JSONValue = .null, model: JSONValue,
    postProcessor: JSONValue = .null, decoder: JSONValue = .null
  ) -> JSONValue {
    .object([
      ("version", .text("1.0")), ("truncation", .null), ("padding", .null), ("added_tokens", added),
      ("normalizer", normalizer), ("pre_tokenizer", preTokenizer), ("post_processor", postProcessor),
      ("decoder", decoder), ("model", model),
    ])
  }

  static func part(_ type: String, _ members: [(key: String, value: JSONValue)] = []) -> JSONValue {
    .object([("type", .text(type))] + members)
  }

  static func sequence(_ key: String, _ parts: [JSONValue]) -> JSONValue {
    parts.isEmpty ? .null : parts.count == 1 ? parts[0] : part("Sequence", [(key, .list(parts))])
  }

  static func replace(_ text: String, _ content: String) -> JSONValue {
    part("Replace", [("pattern", .object([("String", .text(text))])), ("content", .text(content))])
  }

  static func replace(expression: String, _ content: String) -> JSONValue {
    part("Replace", [("pattern", .object([("Regex", .text(expression))])), ("content", .text(content))])
  }

  static func split(expression: String) -> JSONValue {
    part(
      "Split",
      [
        ("pattern", .object([("Regex", .text(expression))])), ("behavior", .text("Isolated")),
        ("invert", .flag(false)),
      ])
  }

  static func metaspace(_ scheme: String, splits: Bool = true) -> JSONValue {
    part(
      "Metaspace",
      [("replacement", .text("▁")), ("prepend_scheme", .text(scheme)), ("split", .flag(splits))])
  }

  static func byteLevel(addsSpace: Bool, trims: Bool = true, splits: Bool = true) -> JSONValue {
    part(
      "ByteLevel",
      [("add_prefix_space", .flag(addsSpace)), ("trim_offsets", .flag(trims)), ("use_regex", .flag(splits))])
  }

  /// Tokens around texts.
  ///
  /// - Parameters:
  ///   - before: before the first text.
  ///   - between: between two.
  ///   - after: behind each last one.
  ///   - second: the segment of a second text.
  ///   - id: the id of a written form.
  static func template(
    before: [String], between: [String], after: [String], second: Int, _ id: (String) -> Int
  ) -> JSONValue {
    func token(_ form: String, _ segment: Int) -> JSONValue {
      .object([("SpecialToken", .object([("id", .text(form)), ("type_id", .integer(segment))]))])
    }
    func text(_ name: String, _ segment: Int) -> JSONValue {
      .object([("Sequence", .object([("id", .text(name)), ("type_id", .integer(segment))]))])
    }
    let first = before.map { token($0, 0) } + [text("A", 0)]
    var known: [String] = []
    for form in before + between + after where !known.contains(form) { known.append(form) }
    return part(
      "TemplateProcessing",
      [
        ("single", .list(first + after.map { token($0, 0) })),
        (
          "pair",
          .list(first + between.map { token($0, 0) } + [text("B", second)] + after.map { token($0, second) })
        ),
        (
          "special_tokens",
          .object(
            known.map { form in
              (
                form,
                .object([
                  ("id", .text(form)), ("ids", .list([.integer(id(form))])), ("tokens", .list([.text(form)])),
                ])
              )
            })
        ),
      ])
  }

  /// The vocabulary entry of written forms with ids.
  static func vocabulary(_ forms: [String]) -> JSONValue {
    .object(forms.enumerated().map { ($0.element, .integer($0.offset)) })
  }
}
