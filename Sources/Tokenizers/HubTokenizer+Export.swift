import Foundation
import Text

extension HubTokenizer {
  /// A tokenizer that was trained here, as a `tokenizer.json` with the same ids for every text that is UTF-8.
  ///
  /// - Parameters:
  ///   - pipeline: the tokenizer.
  ///   - startsWithToken: whether its model was trained with a start token before the text.
  /// - Throws: `TextError` that names the part which `tokenizer.json` cannot express.
  public init(_ pipeline: TokenizerPipeline, startsWithToken: Bool) throws {
    let document = try ExportedTokenizer(pipeline).document(startsWithToken: startsWithToken)
    let roles = pipeline.special.roles.compactMapValues { pipeline.special.text(of: $0) }
    let json = Data(document.bytes())
    try self.init(
      document: try JSONReader.read(json, file: "tokenizer.json"), json: json, file: "tokenizer.json",
      roles: roles,
      addsRoles: false)
  }
}

/// A pipeline of this program in the terms of `tokenizer.json`.
struct ExportedTokenizer {
  private let pipeline: TokenizerPipeline

  init(_ pipeline: TokenizerPipeline) { self.pipeline = pipeline }

  private func fault(_ part: String) -> TextError {
    TextError(
      place: "tokenizer \(pipeline.kind)", reason: "has \(part), which tokenizer.json cannot express",
      suggestion:
        "export a model with one of the tokenizers \(TokenizerTrainer.kinds.joined(separator: ", "))")
  }

  private func check(_ preTokenizer: String?, _ decoder: String) throws {
    if let normaliser = pipeline.normaliser { throw fault("the normaliser \(normaliser.type)") }
    guard pipeline.preTokenizer?.type == preTokenizer else {
      throw fault(pipeline.preTokenizer.map { "the pre-tokenizer \($0.type)" } ?? "no pre-tokenizer")
    }
    guard pipeline.decoder.type == decoder else { throw fault("the decoder \(pipeline.decoder.type)") }
  }

  func document(startsWithToken: Bool) throws -> JSONValue {
    let added = pipeline.special.tokens.map { token in
      JSONValue.object([
        ("id", .integer(Int(token.id))), ("content", .text(token.text)), ("single_word", .flag(false)),
        ("lstrip", .flag(false)), ("rstrip", .flag(false)), ("normalized", .flag(false)),
        ("special", .flag(true)),
      ])
    }
    let (preTokenizer, model, decoder) = try parts()
    return HubEntries.document(
      added: .list(added), preTokenizer: preTokenizer, model: model,
      postProcessor: frame(startsWithToken: startsWithToken), decoder: decoder)
  }

  private func parts() throws -> (preTokenizer: JSONValue, model: JSONValue, decoder: JSONValue) {
    let bytes = HubEntries.byteLevel(addsSpace: false, splits: false)
    switch pipeline.model {
    case is ByteModel:
      try check(nil, "joined")
      return (bytes, try bytePairs([]), bytes)
    case let model as BytePairModel:
      try check("spaced-words", "joined")
      let words = HubEntries.split(expression: Self.spacedWords)
      return (HubEntries.sequence("pretokenizers", [bytes, words]), try bytePairs(model.merges), bytes)
    case is CharacterModel:
      try check(nil, "joined")
      let model = HubEntries.part(
        "BPE",
        Self.pairSettings + [
          ("unk_token", .text(try unknown())), ("vocab", try vocabulary { $0 }), ("merges", .list([])),
        ])
      return (.null, model, HubEntries.part("Fuse"))
    case is WordPieceModel:
      try check("separate-words", "spaced")
      let model = HubEntries.part(
        "WordPiece",
        [
          ("unk_token", .text(try unknown())), ("continuing_subword_prefix", .text("##")),
          ("max_input_chars_per_word", .integer(100)),
          ("vocab", try vocabulary { $0.first == 0x20 ? Array($0.dropFirst()) : Array("##".utf8) + $0 }),
        ])
      let words = HubEntries.sequence(
        "pretokenizers",
        [HubEntries.part("WhitespaceSplit"), HubEntries.split(expression: Self.separateWords)])
      let decoder = HubEntries.part("WordPiece", [("prefix", .text("##")), ("cleanup", .flag(false))])
      return (words, model, decoder)
    case let model: throw fault("the token model \(model.type)")
    }
  }

  private func unknown() throws -> String {
    guard let text = pipeline.special[.unknown].flatMap({ pipeline.special.text(of: $0) }) else {
      throw fault("no token for unknown text")
    }
    return text
  }

  /// The written forms of all ids, made of the bytes of ordinary tokens.
  private func vocabulary(_ form: ([UInt8]) -> [UInt8]) throws -> JSONValue {
    var seen: Set<[UInt8]> = []
    return .object(
      try (0..<Int32(pipeline.vocabularySize)).map { id in
        let text =
          pipeline.special.text(of: id)
          ?? String(decoding: form(pipeline.bytes(of: id)), as: UTF8.self)
        guard seen.insert(Array(text.utf8)).inserted else {
          throw fault("two tokens that are written \"\(text)\"")
        }
        return (text, .integer(Int(id)))
      })
  }

  private static let pairSettings: [(key: String, value: JSONValue)] = [
    ("dropout", .null), ("continuing_subword_prefix", .null), ("end_of_word_suffix", .null),
    ("fuse_unk", .flag(false)), ("byte_fallback", .flag(false)),
  ]

  private func bytePairs(_ merges: [BytePairModel.Merge]) throws -> JSONValue {
    func written(_ number: Int32) -> JSONValue {
      .text(String(decoding: ByteCharacters.written(pipeline.model.bytes(of: Int(number))), as: UTF8.self))
    }
    return HubEntries.part(
      "BPE",
      Self.pairSettings + [
        ("unk_token", .null), ("vocab", try vocabulary { ByteCharacters.written($0) }),
        ("merges", .list(merges.map { .list([written($0.left), written($0.right)]) })),
      ])
  }

  private func frame(startsWithToken: Bool) -> JSONValue {
    let special = pipeline.special
    let frame = pipeline.template.frame(startsWithToken: startsWithToken)
    func forms(_ roles: [SpecialRole]) -> [String] {
      roles.compactMap { special[$0].flatMap { special.text(of: $0) } }
    }
    if frame.before.isEmpty, frame.between.isEmpty, frame.after.isEmpty { return .null }
    return HubEntries.template(
      before: forms(frame.before), between: forms(frame.between), after: forms(frame.after), second: 1
    ) { form in special.tokens.first { $0.text == form }.map { Int($0.id) } ?? 0 }
  }

  /// The rule of `SpacedWords` on the characters that stand for bytes, so that its words of at most 64 bytes can be
  /// counted. Classes are of bytes: letters with all from 128 on, digits, white space, the rest; a word is not cut before
  /// a byte that continues a character.
  static let spacedWords: String = {
    func set(_ bytes: [UInt8], not: Bool = false) -> String {
      let inside = bytes.map { #"\x{"# + String(ByteCharacters.scalars[Int($0)], radix: 16) + "}" }.joined()
      return "[\(not ? "^" : "")\(inside)]"
    }
    let digits = Array(UInt8(48)...57)
    let spaces = Array(UInt8(9)...13) + [32]
    let letters = Array(UInt8(65)...90) + Array(97...122) + Array(128...255)
    let others = (UInt8(0)...127).filter {
      !digits.contains($0) && !spaces.contains($0) && !letters.contains($0)
    }
    let continuing = set(Array(128...191))
    func words(_ bytes: [UInt8]) -> String {
      let end = bytes.contains(128) ? "(?!\(continuing))" : ""
      return "\(set([32]))\(set(bytes)){1,63}\(end)|\(set(bytes)){1,64}\(end)"
    }
    return [letters, digits, others].map(words).joined(separator: "|")
      + "|\(set(spaces)){1,63}(?=\(set([32]))\(set(spaces, not: true)))|\(set(spaces)){1,64}"
  }()

  /// What stands alone to `SeparateWords`, once words are cut at white space.
  static let separateWords =
    #"[\x{0}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{60}\x{7B}-\x{7F}\x{2000}-\x{206F}\x{3000}-\x{303F}\x{3400}-\x{4DBF}"#
    + #"\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{FF00}-\x{FF65}\x{20000}-\x{3FFFF}]"#
}
