import Foundation
import Settings
import Text

/// A tokenizer of Hugging Face's `tokenizer.json`: it gives the ids that the `tokenizers` package gives.
///
/// It holds added tokens, which are found in a text first; a normaliser; pre-tokenizers that cut the text into words; a
/// model that spells words as tokens; a post-processor that puts tokens around texts; and a decoder. Padding of the file is
/// kept as it is and not applied, and so is truncation where it is not asked for.
///
/// `encode` of the protocol `Tokenizer` takes the written form of a special token as text like any other; the methods
/// of this type that are named after `HubEncoding`, and `encodePrompt`, find special tokens as the `tokenizers` package
/// does.
public struct HubTokenizer: Tokenizer {
  /// The kind in descriptors: it comes with an imported model.
  public static let kind = "imported"

  public var kind: String { Self.kind }
  public let vocabularySize: Int
  public let special: SpecialTokens
  public let template: any Template
  public let isLossless: Bool
  /// What its normaliser writes for a space, such as `▁`, where nothing else of a text is lost: a text that holds it
  /// gets a space in its place. Nil where more is lost, and where nothing is.
  package let spaceMark: String?
  /// The file, as JSON that the `tokenizers` package opens.
  public let json: Data

  /// How its file says that long texts are cut, for `encode` with a truncation; nothing else applies it.
  public let truncation: HubTruncation?

  let addedTokens: [AddedToken]
  let finder: AddedTokenFinder
  let normalisedFinder: AddedTokenFinder
  let normaliser: (any NormaliserPart)?
  let preTokenizers: [any PreTokenizerPart]
  let model: any ModelPart
  let postProcessors: [any PostProcessorPart]
  let decoders: [any DecoderPart]?
  /// Added tokens by id: their written form, for those of the normalised text their normalised form.
  let addedForms: [Int32: (form: [UInt8], isSpecial: Bool)]
  /// The bytes that each id stands for.
  let contents: TokenContents
  /// What becomes of the white space between words.
  let spacing: WordSpacing
  /// Whether a pre-tokenizer asks where in the original text a word begins.
  let needsSpans: Bool
  let caches = WordCaches<Int32>()
  /// The tokens of words with their places, for encodings with offsets.
  let alignedCaches = WordCaches<SpelledToken>()

  /// Reads a `tokenizer.json`.
  ///
  /// - Parameters:
  ///   - json: the file.
  ///   - file: how errors call it.
  ///   - roles: the written forms of tokens with roles, as `tokenizer_config.json` names them; roles that are missing are
  ///     taken from the file where it says them, and from the usual names of tokens.
  /// - Throws: `SettingsError` with all problems of the file: parts and keys that are not known, and wrong values.
  public init(json: Data, file: String, roles: [SpecialRole: String] = [:]) throws {
    try self.init(
      document: try JSONReader.read(json, file: file), json: json, file: file, roles: roles, addsRoles: true)
  }

  /// - Parameter addsRoles: whether roles that are not stated may follow from the file.
  init(
    document: JSONValue, json: Data, file: String, roles: [SpecialRole: String], addsRoles: Bool
  ) throws {
    let problems = ProblemList(file: file)
    let reading = HubDocument(document, problems)
    try problems.check()
    guard var model = reading.model else {
      throw SettingsError(title: file, problems: [Problem(path: "model", reason: "is missing")])
    }
    var preTokenizers = reading.preTokenizers
    var readsBytes = false
    // A last step that writes bytes as characters, and a model that reads characters, cancel out.
    if let bpe = model as? BPE, var last = preTokenizers.last as? ByteLevel, let bytes = bpe.readingBytes() {
      last.writesCharacters = false
      preTokenizers[preTokenizers.count - 1] = last
      model = bytes
      readsBytes = true
    }
    let added = try AddedVocabulary(reading.addedTokens, model, reading.normaliser, file: file)
    addedTokens = added.tokens
    finder = added.finder
    normalisedFinder = added.normalisedFinder
    addedForms = added.forms
    truncation = reading.truncation
    normaliser = reading.normaliser
    self.preTokenizers = preTokenizers
    self.model = model
    postProcessors = reading.postProcessors
    decoders = reading.decoders
    vocabularySize = max(model.vocabulary.size, added.tokens.map { Int($0.id) + 1 }.max() ?? 0)
    self.json = json
    contents = TokenContents(decoders: reading.decoders)
    needsSpans = preTokenizers.dropFirst().contains { ($0 as? Metaspace)?.prepending == .first }
    let frames = reading.postProcessors.compactMap(\.frames).last
    if let frames {
      HubRoles.expectTokens(frames, added.tokens, model, problems)
      try problems.check()
    }
    let assigned = HubRoles(
      stated: roles, added: added.tokens, model: model, frames: frames, padding: reading.paddingToken,
      addsRoles: addsRoles)
    special = try assigned.special()
    template = assigned.template
    spacing = Self.spacing(preTokenizers, reading.normaliser)
    let keepsParts =
      preTokenizers.allSatisfy { Self.keepsAll($0) && ($0 as? ByteLevel)?.addsSpace != true }
      && !added.tokens.contains { !$0.isSpecial && ($0.stripsLeft || $0.stripsRight) }
    let knowsAllBytes = Self.knowsAllBytes(model, preTokenizers, readsBytes: readsBytes)
    isLossless = knowsAllBytes && keepsParts && reading.normaliser == nil
    let spellsAll = knowsAllBytes || (model as? BPE)?.fallsBackToBytes == true
    spaceMark = spellsAll && keepsParts ? reading.normaliser.flatMap(Self.spaceMark) : nil
  }

  /// Whether every text has tokens: the model spells bytes, and knows all of them.
  private static func knowsAllBytes(
    _ model: any ModelPart, _ preTokenizers: [any PreTokenizerPart], readsBytes: Bool
  ) -> Bool {
    guard let bpe = model as? BPE else { return false }
    if readsBytes { return bpe.knowsAllBytes }
    // The characters that stand for bytes may be cut further before they are spelled.
    return preTokenizers.contains { $0 is ByteLevel } && bpe.readingBytes()?.knowsAllBytes == true
  }

  /// Whether a part keeps the white space between words.
  private static func keepsAll(_ part: any PreTokenizerPart) -> Bool {
    switch part {
    case let part as ScalarSplit: part.behaviour != .removed
    case let part as Split: part.behaviour != .removed
    default: !(part is BertPreTokenizer || part is WordRuns)
    }
  }

  private static func spacing(
    _ preTokenizers: [any PreTokenizerPart], _ normaliser: (any NormaliserPart)?
  ) -> WordSpacing {
    if preTokenizers.contains(where: { $0 is ByteLevel || $0 is Metaspace }) { return .carried }
    if preTokenizers.contains(where: { !keepsAll($0) }) {
      return .dropped
    }
    let parts = (normaliser as? NormaliserSequence)?.parts ?? normaliser.map { [$0] } ?? []
    let replaces = parts.contains { part in
      if case .text(let text)? = (part as? Replace)?.pattern { text == [0x20] } else { false }
    }
    return replaces ? .carried : .kept
  }

  /// The id of a written form; nil where it is no token.
  public func id(of token: String) -> Int32? {
    addedTokens.first { $0.content.utf8.elementsEqual(token.utf8) }?.id ?? model.vocabulary.id(of: token.utf8)
  }

  /// The written form of an id, as the file has it; nil for an id that has no token.
  public func token(of id: Int32) -> String? {
    form(of: id).map { String(decoding: $0, as: UTF8.self) }
  }

  func form(of id: Int32) -> [UInt8]? {
    addedForms[id]?.form ?? model.vocabulary.form(of: id).map { Array($0) }
  }

  /// How many ids have a token.
  public var tokenCount: Int {
    model.vocabulary.count + addedTokens.count { model.vocabulary.form(of: $0.id) == nil }
  }

  public func bytes(of id: Int32) -> [UInt8] {
    precondition(id >= 0 && id < vocabularySize, "id \(id) outside the vocabulary")
    if special.contains(id) { return [] }
    guard let form = form(of: id) else { return [] }
    return addedForms[id] != nil ? form : contents.bytes(of: form)
  }

  public func label(of id: Int32) -> String {
    if let text = special.text(of: id) { return text }
    // Pieces of words that lost their spaces are shown as they are written: `the`, `##s`.
    if spacing == .dropped, let piece = token(of: id) { return piece }
    return visibleForm(of: bytes(of: id))
  }

  public func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int32] {
    ids(of: bytes, findsSpecialTokens: false)
  }

  public func encodePrompt(_ text: String) -> [Int32] {
    var text = text
    return text.withUTF8 { ids(of: $0, findsSpecialTokens: true) }
  }

  public func promptToContinue(_ prompt: String) -> String {
    let scalars = prompt.unicodeScalars
    switch spacing {
    case .kept: return prompt
    case .carried: return scalars.last == " " ? String(scalars.dropLast()) : prompt
    case .dropped:
      return scalars.lastIndex { !isWhiteSpace($0.value) }.map { String(scalars[...$0]) } ?? ""
    }
  }

  public func decode(_ ids: [Int32]) -> String { decode(ids, skippingSpecialTokens: false) }

  /// The text of tokens.
  ///
  /// - Parameters:
  ///   - ids: the tokens; ids that have none count for nothing.
  ///   - skippingSpecialTokens: whether special tokens are left out.
  public func decode(_ ids: [Int32], skippingSpecialTokens: Bool) -> String {
    let tokens = ids.compactMap { id -> [UInt8]? in
      if skippingSpecialTokens, addedForms[id]?.isSpecial == true { return nil }
      return form(of: id)
    }
    guard let decoders else {
      return String(decoding: Array(tokens.joined(separator: [0x20])), as: UTF8.self)
    }
    let texts = decoders.reduce(tokens) { $1.decode($0) }
    return String(decoding: Array(texts.joined()), as: UTF8.self)
  }
}
