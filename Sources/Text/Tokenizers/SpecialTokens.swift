/// The role of a special token. Code that needs one looks up the role, never an id.
public enum SpecialRole: String, CaseIterable, Codable, Sendable {
  /// Fills a sequence that is shorter than the others of its batch; no position sees it.
  case padding
  /// Stands for text that the tokenizer has no token for.
  case unknown
  /// Stands before the first token of a text.
  case start
  /// Stands between two parts of a text.
  case separator
  /// Hides a token that a model has to predict.
  case mask
  /// Ends a document: what follows is another one.
  case endOfDocument
}

/// A token that stands for no text.
public struct SpecialToken: Sendable, Equatable {
  /// Its id.
  public let id: Int32
  /// Its written form in prompts and pictures, such as `[MASK]`.
  public let text: String

  /// A token with its written form.
  public init(_ id: Int32, _ text: String) {
    self.id = id
    self.text = text
  }
}

/// The special tokens of one tokenizer: ids anywhere in its vocabulary, written forms, and the roles that they have.
///
/// One token may have several roles, as GPT-2's `<|endoftext|>` does, and a token may have none.
public struct SpecialTokens: Sendable, Equatable {
  /// All of them, by rising id.
  public let tokens: [SpecialToken]
  /// The id of each role that the tokenizer has a token for.
  public let roles: [SpecialRole: Int32]
  /// As many ids from 0 on are special.
  private let leading: Int32

  /// Tokens with their roles.
  ///
  /// - Throws: `TextError` for a negative id, an id or a written form that is there twice, an empty written form, and a
  ///   role of an id that is none of the tokens.
  public init(_ tokens: [SpecialToken], roles: [SpecialRole: Int32]) throws {
    func fault(_ reason: String, _ suggestion: String) -> TextError {
      TextError(place: "special tokens", reason: reason, suggestion: suggestion)
    }
    self.tokens = tokens.sorted { $0.id < $1.id }
    self.roles = roles
    for (token, next) in zip(self.tokens, self.tokens.dropFirst()) where token.id == next.id {
      throw fault(
        "id \(token.id) is \"\(token.text)\" and \"\(next.text)\"", "give each token a different id")
    }
    for token in self.tokens where token.id < 0 || token.text.isEmpty {
      throw fault(
        "\"\(token.text)\" with id \(token.id) is not a token", "give it a text and an id of 0 or more")
    }
    guard Set(tokens.map(\.text)).count == tokens.count else {
      throw fault("two tokens have the same text", "give each token a different text")
    }
    for (role, id) in roles where !tokens.contains(where: { $0.id == id }) {
      throw fault(
        "the role \(role.rawValue) has id \(id), which is not a special token", "give it one of their ids")
    }
    leading = Int32(self.tokens.enumerated().prefix { $0.offset == Int($0.element.id) }.count)
  }

  /// Tokens of this program's own tokenizers, which take the first ids: what a tokenizer's file means that names none.
  public static let standard = SpecialTokens(
    leading: [
      (.padding, "[PAD]"), (.unknown, "[UNK]"), (.start, "[START]"), (.separator, "[SEP]"), (.mask, "[MASK]"),
    ])

  /// One token a role, with the first ids in this order.
  private init(leading tokens: [(role: SpecialRole, text: String)]) {
    self.tokens = tokens.enumerated().map { SpecialToken(Int32($0.offset), $0.element.text) }
    roles = Dictionary(uniqueKeysWithValues: zip(tokens.map(\.role), self.tokens.map(\.id)))
    leading = Int32(tokens.count)
  }

  /// The same with one more token, with the first id behind those at the beginning; later special tokens move by one.
  ///
  /// - Throws: `TextError` where a token has the text.
  func adding(_ role: SpecialRole, _ text: String) throws -> SpecialTokens {
    func moved(_ id: Int32) -> Int32 { id < leading ? id : id + 1 }
    var roles = roles.mapValues(moved)
    roles[role] = leading
    return try SpecialTokens(
      tokens.map { SpecialToken(moved($0.id), $0.text) } + [SpecialToken(leading, text)], roles: roles)
  }

  /// The id of a role; nil where the tokenizer has no such token.
  public subscript(role: SpecialRole) -> Int32? { roles[role] }

  /// The id of a required role.
  ///
  /// - Parameters:
  ///   - role: the role.
  ///   - user: what needs it, such as `"objective masked-lm"`.
  /// - Throws: `TextError` that names the role and what needs it.
  public func id(_ role: SpecialRole, for user: String) throws -> Int32 {
    if let id = roles[role] { return id }
    let others = tokens.isEmpty ? "none" : tokens.map(\.text).joined(separator: ", ")
    throw TextError(
      place: "tokenizer",
      reason: "has no token with the role \(role.rawValue), which \(user) needs "
        + "(its special tokens: \(others))",
      suggestion: "use a tokenizer that has one, such as byte-bpe, or something other than \(user)")
  }

  /// Whether an id belongs to a special token.
  public func contains(_ id: Int32) -> Bool {
    if id < leading { return id >= 0 }
    return place(of: id) != nil
  }

  /// The place of a token in `tokens`. Imported tokenizers have thousands.
  private func place(of id: Int32) -> Int? {
    var (low, high) = (0, tokens.count)
    while low < high {
      let middle = (low + high) / 2
      if tokens[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < tokens.count && tokens[low].id == id ? low : nil
  }

  /// The written form of a special token; nil for an ordinary id.
  public func text(of id: Int32) -> String? {
    place(of: id).map { tokens[$0].text }
  }

  /// The id of the ordinary token with this number: ordinary tokens take the ids that the special ones leave.
  package func ordinaryID(_ number: Int) -> Int32 {
    var id = Int32(number) + leading
    for token in tokens[Int(leading)...] where token.id <= id { id += 1 }
    return id
  }

  /// The number of an ordinary token among the ordinary ones; nil for a special one.
  package func ordinaryNumber(of id: Int32) -> Int? {
    contains(id) ? nil : Int(id) - tokens.count { $0.id < id }
  }
}

/// The ids of a tokenizer: their number, and the special ones.
public struct Vocabulary: Sendable, Equatable {
  /// The number of ids, special ones included.
  public let size: Int
  /// The special ones.
  public let special: SpecialTokens

  /// A vocabulary of `size` ids.
  public init(size: Int, special: SpecialTokens = .standard) {
    self.size = size
    self.special = special
  }

  /// The ids that stand for text, as ranges between the special ones, by rising id.
  ///
  /// - Parameters:
  ///   - end: ids from there on are left out; nil: none is.
  ///   - other: the id of a special token that is taken like an ordinary one; nil: none is.
  public func ordinaryRanges(below end: Int? = nil, and other: Int32? = nil) -> [Range<Int>] {
    ordinaryRanges(below: end, and: other.map { [$0] } ?? [])
  }

  /// The same with several special tokens that are taken like ordinary ones.
  public func ordinaryRanges(below end: Int? = nil, and others: [Int32]) -> [Range<Int>] {
    let end = min(end ?? size, size)
    var ranges: [Range<Int>] = []
    var start = 0
    for token in special.tokens where token.id < end && !others.contains(token.id) {
      if start < token.id { ranges.append(start..<Int(token.id)) }
      start = Int(token.id) + 1
    }
    if start < end { ranges.append(start..<end) }
    return ranges
  }

  /// How many ids stand for text.
  public var ordinaryCount: Int { ordinaryRanges().reduce(0) { $0 + $1.count } }
}
