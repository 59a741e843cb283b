import Settings

extension TokenizerPipeline {
  /// The names of the parts, those that there are.
  var partNames: [String?] {
    [normaliser?.type, preTokenizer?.type, model.type, template.type, decoder.type]
  }

  /// What a file keeps, in version 2 of the layout.
  var content: Node {
    func text(_ text: String) -> Node { Node(.text(text)) }
    func part(_ name: String, _ part: (any TokenizerPart)?) -> [Node.Member] {
      part.map { [Node.Member(name, Node(.object([Node.Member("type", text($0.type))] + $0.content)))] } ?? []
    }
    let tokens = special.tokens.map { token -> Node in
      let roles = SpecialRole.allCases.filter { special[$0] == token.id }.map { text($0.rawValue) }
      return Node(
        .object([
          Node.Member("id", Node(.integer(Int(token.id)))), Node.Member("text", text(token.text)),
          Node.Member("roles", Node(.list(roles))),
        ]))
    }
    return Node(
      .object(
        [
          Node.Member("format", text(TokenizerFile.format)),
          Node.Member("version", Node(.integer(TokenizerFile.pipelineVersion))),
          Node.Member("kind", text(kind)),
          Node.Member("special", Node(.list(tokens))),
        ] + part("normaliser", normaliser) + part("preTokenizer", preTokenizer) + part("model", model)
          + part("template", template) + part("decoder", decoder)))
  }

  /// The tokenizer of a file.
  ///
  /// - Throws: `TextError` that says what is damaged or not known.
  init(_ content: Node, of registry: Registry) throws {
    func part<Part>(_ name: String, _ family: Family<TokenizerPartMaker<Part>>) throws -> Part? {
      guard let found = content[name] else { return nil }
      guard let type = found["type"]?.text else { throw TokenizerFile.damaged("its \(name) has no type") }
      let known = registry.names(of: family)
      guard known.contains(type) else { throw TokenizerFile.missing(family.name, type, known) }
      return try registry.member(type, of: family)(found)
    }
    guard let kind = content["kind"]?.text else { throw TokenizerFile.damaged("has no kind") }
    guard let model = try part("model", .tokenModel) else { throw TokenizerFile.damaged("has no model") }
    try self.init(
      kind: kind, special: try SpecialTokens(content["special"]),
      normaliser: try part("normaliser", .normaliser),
      preTokenizer: try part("preTokenizer", .preTokenizer), model: model,
      template: try part("template", .template), decoder: try part("decoder", .decoder))
  }
}

extension SpecialTokens {
  /// The special tokens of a file.
  ///
  /// - Throws: `TextError` that says what is damaged.
  fileprivate init(_ content: Node?) throws {
    guard let elements = content?.elements else {
      throw TokenizerFile.damaged("has no list of special tokens")
    }
    var roles: [SpecialRole: Int32] = [:]
    let tokens = try elements.map { element -> SpecialToken in
      guard let id = element["id"]?.integer.flatMap(Int32.init(exactly:)), let text = element["text"]?.text
      else {
        throw TokenizerFile.damaged("a special token has no id or no text")
      }
      for role in element["roles"]?.elements ?? [] {
        guard let known = role.text.flatMap(SpecialRole.init) else {
          throw TokenizerFile.unknown(
            "role \"\(role.text ?? "")\" of a special token", SpecialRole.allCases.map(\.rawValue))
        }
        guard roles.updateValue(id, forKey: known) == nil else {
          throw TokenizerFile.damaged("two special tokens have the role \(known.rawValue)")
        }
      }
      return SpecialToken(id, text)
    }
    try self.init(tokens, roles: roles)
  }
}
