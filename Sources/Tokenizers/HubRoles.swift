import Settings
import Text

/// The roles of a tokenizer's special tokens, and its template.
struct HubRoles {
  private let roles: [SpecialRole: Int32]
  private let tokens: [Int32: String]
  let template: any Template

  /// The names that tokens with a role usually have, where nothing else says which it is.
  private static let usualNames: [SpecialRole: [String]] = [
    .padding: ["[PAD]", "<pad>", "<|pad|>", "<|padding|>", "<PAD>"],
    .start: ["[CLS]", "<s>", "<bos>", "<|begin_of_text|>", "<|startoftext|>", "<cls>"],
    .separator: ["[SEP]", "<sep>"],
    .mask: ["[MASK]", "<mask>"],
    .endOfDocument: [
      "</s>", "<eos>", "<|end_of_text|>", "<|endoftext|>", "<｜end▁of▁sentence｜>", "<|im_end|>", "[EOS]",
    ],
  ]

  /// - Parameters:
  ///   - stated: written forms by role, which come first.
  ///   - added: the added tokens, of which special ones stand for no text.
  ///   - model: the model.
  ///   - frames: what is put around texts.
  ///   - padding: the written form of the token that padding is made of.
  ///   - addsRoles: whether roles that are not stated may follow from all this.
  init(
    stated: [SpecialRole: String], added: [AddedToken], model: any ModelPart,
    frames: (single: [FramePiece], pair: [FramePiece])?, padding: String?,
    addsRoles: Bool
  ) {
    func id(of form: String) -> Int32? {
      added.first { $0.content.utf8.elementsEqual(form.utf8) }?.id ?? model.vocabulary.id(of: form.utf8)
    }
    func form(of id: Int32) -> String? {
      added.first { $0.id == id }?.content
        ?? model.vocabulary.form(of: id).map { String(decoding: $0, as: UTF8.self) }
    }
    var (roles, tokens) = ([SpecialRole: Int32](), [Int32: String]())
    for token in added where token.isSpecial { tokens[token.id] = token.content }
    for (role, form) in stated { roles[role] = id(of: form) }
    let (before, between, after) = Self.frame(frames)
    if addsRoles {
      if roles[.start] == nil { roles[.start] = before.first }
      if let padding, roles[.padding] == nil { roles[.padding] = id(of: padding) }
    }
    if let unknown = model.unknownToken {
      roles[.unknown] = model.vocabulary.id(of: unknown)
    } else if let unknown = roles[.unknown], unknown == roles[.endOfDocument] || unknown == roles[.start] {
      // A model that knows every byte has none; its file names the end of documents instead.
      roles[.unknown] = nil
    }
    for (role, names) in Self.usualNames where addsRoles && roles[role] == nil {
      roles[role] =
        names.lazy.compactMap { name in added.first { $0.isSpecial && $0.content == name }?.id }.first
    }
    for end in (between + after) where addsRoles && !roles.values.contains(end) {
      let free: [SpecialRole] = [.separator, .endOfDocument]
      if let role = free.first(where: { roles[$0] == nil }) { roles[role] = end }
    }
    for id in roles.values { tokens[id] = form(of: id) ?? "" }
    self.tokens = tokens
    self.roles = roles
    let known = roles
    func named(_ ids: [Int32], _ order: [SpecialRole]) -> [SpecialRole] {
      ids.compactMap { id in order.first { known[$0] == id } }
    }
    let ends: [SpecialRole] = [.separator, .endOfDocument, .start, .mask, .padding, .unknown]
    template = HubTemplate(
      parts: TemplateFrame(
        before: named(before, [.start, .separator, .endOfDocument, .mask, .padding, .unknown]),
        between: named(between, ends), after: named(after, ends)))
  }

  /// The tokens before a text, between two, and after the last.
  private static func frame(
    _ frames: (single: [FramePiece], pair: [FramePiece])?
  ) -> (before: [Int32], between: [Int32], after: [Int32]) {
    guard let frames else { return ([], [], []) }
    func groups(_ pieces: [FramePiece]) -> [[Int32]] {
      var groups: [[Int32]] = [[]]
      for piece in pieces {
        switch piece {
        case .text: groups.append([])
        case .tokens(let ids, _): groups[groups.count - 1] += ids
        }
      }
      return groups
    }
    let (single, pair) = (groups(frames.single), groups(frames.pair))
    return (single[0], pair.count > 2 ? pair[1] : [], single.count > 1 ? single[1] : [])
  }

  /// Checks that what is put around texts are tokens.
  static func expectTokens(
    _ frames: (single: [FramePiece], pair: [FramePiece]), _ added: [AddedToken], _ model: any ModelPart,
    _ problems: ProblemList
  ) {
    var unknown: Set<Int32> = []
    for case .tokens(let ids, _) in frames.single + frames.pair {
      unknown.formUnion(
        ids.filter { id in
          model.vocabulary.form(of: id) == nil && !added.contains { $0.id == id }
        })
    }
    for id in unknown.sorted() {
      problems.add(
        "post_processor", found: .integer(Int(id)),
        "puts an id around texts that no token has; correct it there (of a TemplateProcessing: in special_tokens)"
      )
    }
  }

  func special() throws -> SpecialTokens {
    try SpecialTokens(tokens.map { SpecialToken($0.key, $0.value) }, roles: roles)
  }
}

/// The template of a file in terms of roles.
struct HubTemplate: Template {
  let parts: TemplateFrame
  var type: String { HubTokenizer.kind }

  func frame(startsWithToken: Bool) -> TemplateFrame { parts }
}
