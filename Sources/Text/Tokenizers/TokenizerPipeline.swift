/// A tokenizer made of parts: a normaliser changes the text, a pre-tokenizer cuts it into words, a model turns words
/// into tokens, a template puts special tokens around texts, a decoder puts tokens together again.
///
/// Special tokens may have any ids; those of the model take the others in order.
public struct TokenizerPipeline: Tokenizer {
  public let kind: String
  public let special: SpecialTokens
  public let vocabularySize: Int
  public let template: any Template
  /// What changes a text first; nil: nothing does.
  public let normaliser: (any Normaliser)?
  /// What cuts a text into words; nil: the model sees it whole.
  public let preTokenizer: (any PreTokenizer)?
  /// What turns words into tokens.
  public let model: any TokenModel
  /// What puts tokens together again.
  public let decoder: any TokenDecoder
  /// How the model's tokens become ids where the special tokens come first; where they do not, their own numbers.
  private let numbering: TokenNumbering
  /// Whether the special tokens come first.
  private let isPlain: Bool
  /// Words that are cut at a time.
  private static let wordsAtOnce = 256

  public var isLossless: Bool { normaliser == nil && spacing != .dropped && model.isLossless }
  private var spacing: WordSpacing { preTokenizer?.spacing ?? .kept }

  /// A tokenizer of parts.
  ///
  /// - Parameters:
  ///   - kind: the name in descriptors.
  ///   - special: the special tokens.
  ///   - normaliser: changes the text first; nil: nothing does.
  ///   - preTokenizer: cuts the text into words; nil: it is one word.
  ///   - model: turns a word into tokens.
  ///   - template: the special tokens around texts; nil: none.
  ///   - decoder: puts tokens together again; nil: they are joined.
  /// - Throws: `TextError` where a special token lies outside the vocabulary, or where there is none for what the model
  ///   does not know.
  public init(
    kind: String, special: SpecialTokens = .standard, normaliser: (any Normaliser)? = nil,
    preTokenizer: (any PreTokenizer)? = nil, model: any TokenModel, template: (any Template)? = nil,
    decoder: (any TokenDecoder)? = nil
  ) throws {
    let vocabularySize = special.tokens.count + model.count
    if let last = special.tokens.last, last.id >= vocabularySize {
      throw TextError(
        place: "tokenizer \(kind)",
        reason:
          "the special token \(last.text) has id \(last.id), and its \(vocabularySize) tokens have the ids "
          + "0 to \(vocabularySize - 1)", suggestion: "give it one of these")
    }
    if model.hasUnknowns { _ = try special.id(.unknown, for: "the token model \(model.type)") }
    self.init(
      checked: kind, special, normaliser, preTokenizer, model, template ?? PlainTemplate(),
      decoder ?? JoiningDecoder())
  }

  /// Bytes with the standard special tokens: the tokenizer that needs no training.
  public static let bytes = TokenizerPipeline(
    checked: "bytes", .standard, nil, nil, ByteModel(), PlainTemplate(), JoiningDecoder())

  private init(
    checked kind: String, _ special: SpecialTokens, _ normaliser: (any Normaliser)?,
    _ preTokenizer: (any PreTokenizer)?, _ model: any TokenModel, _ template: any Template,
    _ decoder: any TokenDecoder
  ) {
    self.kind = kind
    self.special = special
    self.normaliser = normaliser
    self.preTokenizer = preTokenizer
    self.model = model
    self.template = template
    self.decoder = decoder
    vocabularySize = special.tokens.count + model.count
    let unknown = special[.unknown] ?? 0
    isPlain = special.ordinaryID(0) == special.tokens.count
    numbering =
      isPlain
      ? TokenNumbering(first: special.ordinaryID(0), unknown: unknown) : TokenNumbering(first: 0, unknown: -1)
  }

  /// The same with a token that ends documents, which takes the first id that no special token has at the beginning: ids
  /// of text move by one. Unchanged where there is such a token.
  package func endingDocuments() throws -> TokenizerPipeline {
    guard special[.endOfDocument] == nil else { return self }
    return try TokenizerPipeline(
      kind: kind, special: special.adding(.endOfDocument, "[END]"), normaliser: normaliser,
      preTokenizer: preTokenizer, model: model, template: template, decoder: decoder)
  }

  public func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
    var memory = WordMemory()
    return encode(bytes, parts: [0..<bytes.count], memory: &memory).ids
  }

  /// Like `encode` for each part by itself; `starts` says where the tokens of each begin.
  ///
  /// - Parameter memory: words that are known already; only ever used with this tokenizer, and while the
  ///   texts of earlier calls are there.
  func encode(
    _ text: UnsafeBufferPointer<UInt8>, parts: [Range<Int>], memory: inout WordMemory
  ) -> (ids: [Int32], starts: [Int]) {
    guard let normaliser else { return encodeNormalised(text, parts: parts, memory: &memory) }
    var (ids, starts) = ([Int32](), [Int]())
    for part in parts {
      starts.append(ids.count)
      // What is normalised is gone with the part, and so is what is known of its words.
      var memory = WordMemory()
      normaliser.normalised(UnsafeBufferPointer(rebasing: text[part])).withUnsafeBufferPointer {
        ids += encodeNormalised($0, parts: [0..<$0.count], memory: &memory).ids
      }
    }
    return (ids, starts)
  }

  private func encodeNormalised(
    _ text: UnsafeBufferPointer<UInt8>, parts: [Range<Int>], memory: inout WordMemory
  ) -> (ids: [Int32], starts: [Int]) {
    var starts: [Int] = []
    starts.reserveCapacity(parts.count)
    guard let preTokenizer else {
      var ids: [Int32] = []
      ids.reserveCapacity(text.count)
      for part in parts {
        starts.append(ids.count)
        model.spell(UnsafeBufferPointer(rebasing: text[part]), numbering, into: &ids)
      }
      finish(&ids, from: 0)
      return (ids, starts)
    }
    var output = TokenStage(expected: text.count / 4)
    let words = UnsafeMutableBufferPointer<Range<Int>>.allocate(capacity: Self.wordsAtOnce)
    words.initialize(repeating: 0..<0)
    defer { words.deallocate() }
    for part in parts {
      starts.append(output.count)
      var place = part.lowerBound
      while place < part.upperBound {
        let found = preTokenizer.cut(text, place..<part.upperBound, into: words)
        place = found.next
        for index in 0..<found.count {
          let number = memory.number(of: words[index], in: text) { word, tokens in
            let begin = tokens.count
            model.spell(word, numbering, into: &tokens)
            finish(&tokens, from: begin)
          }
          memory.withTokens(of: number) { output.append($0) }
        }
      }
    }
    return (output.finish(), starts)
  }

  /// Makes ids of the model's numbers, where special tokens are between them.
  private func finish(_ tokens: inout [Int32], from begin: Int) {
    guard !isPlain else { return }
    let unknown = special[.unknown] ?? 0
    for place in begin..<tokens.count {
      tokens[place] = tokens[place] < 0 ? unknown : special.ordinaryID(Int(tokens[place]))
    }
  }

  /// Where words carry the space before them, one before a mask is dropped, for the token that belongs there carries it.
  public func encodePrompt(_ text: String) -> [Int32] {
    let parts = PromptPart.parts(of: text, special)
    return parts.indices.flatMap { index -> [Int32] in
      switch parts[index] {
      case .special(let id): return [id]
      case .text(var bytes):
        if spacing == .carried, index + 1 < parts.count, case .special(let next) = parts[index + 1],
          next == special[.mask], bytes.last == UInt8(ascii: " ")
        {
          bytes.removeLast()
        }
        return bytes.withUnsafeBufferPointer { encode($0) }
      }
    }
  }

  /// Where words carry a space, one at the end of a prompt is the next word's; where white space is dropped, none there
  /// says anything.
  public func promptToContinue(_ prompt: String) -> String {
    let scalars = prompt.unicodeScalars
    switch spacing {
    case .kept: return prompt
    case .carried: return prompt.utf8.last == UInt8(ascii: " ") ? String(scalars.dropLast()) : prompt
    case .dropped:
      return scalars.lastIndex { !$0.properties.isWhitespace }.map { String(scalars[...$0]) } ?? ""
    }
  }

  public func decode(_ ids: [Int32]) -> String {
    let tokens = ids.map { id in
      let text = special.text(of: id)
      return DecodedToken(bytes: text.map { Array($0.utf8) } ?? bytes(of: id), isSpecial: text != nil)
    }
    return String(decoding: decoder.joined(tokens), as: UTF8.self)
  }

  public func bytes(of id: Int32) -> [UInt8] {
    precondition(id >= 0 && id < vocabularySize, "id \(id) outside the vocabulary")
    return special.ordinaryNumber(of: id).map { model.bytes(of: $0) } ?? []
  }

  public func label(of id: Int32) -> String {
    if let text = special.text(of: id) { return text }
    return special.ordinaryNumber(of: id).flatMap { model.label(of: $0) } ?? visibleForm(of: bytes(of: id))
  }
}
