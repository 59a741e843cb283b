import Foundation
import Settings

/// A model file of SentencePiece.
///
/// - Source: Kudo and Richardson, "SentencePiece", 2018; `sentencepiece_model.proto`.
struct SentencePieceModel {
  /// What a piece is, with the numbers of the file.
  enum Kind: Int {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  private(set) var pieces: [(form: String, score: Float, kind: Kind)] = []
  private var isBytePairs = false
  private var hasFallback = false
  private var table: ArraySlice<UInt8> = []
  private var addsPrefix = true
  private var removesSpaces = true

  /// - Throws: `SettingsError` for a file that is damaged, or of a kind that is not known.
  init(_ data: Data, file: String) throws {
    func fault(_ reason: String) -> SettingsError {
      SettingsError(title: file, problems: [Problem(path: "", reason: reason)])
    }
    let damaged = fault("is no SentencePiece model, or a damaged one")
    guard let fields = ProtocolBuffer.fields([UInt8](data)[...]) else { throw damaged }
    for case (let number, .bytes(let bytes)) in fields where (1...3).contains(number) {
      guard let inner = ProtocolBuffer.fields(bytes) else { throw damaged }
      switch number {
      case 1:
        var piece = (form: "", score: Float(0), kind: Kind.normal)
        for field in inner {
          switch (field.number, field.value) {
          case (1, .bytes(let form)):
            guard let form = String(validating: form, as: UTF8.self) else { throw damaged }
            piece.form = form
          case (2, .number(let bits)): piece.score = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
          case (3, .number(let kind)):
            guard let known = Kind(rawValue: Int(truncatingIfNeeded: kind)) else { throw damaged }
            piece.kind = known
          default: break
          }
        }
        pieces.append(piece)
      case 2:
        for case (let number, .number(let value)) in inner {
          if number == 3 {
            guard value == 1 || value == 2 else {
              throw fault("is a model of words or characters; known are unigram and BPE")
            }
            isBytePairs = value == 2
          }
          if number == 35 { hasFallback = value != 0 }
          if number == 24, value != 0 {
            throw fault("puts spaces behind words, which this program does not know")
          }
        }
      default:
        for field in inner {
          switch (field.number, field.value) {
          case (2, .bytes(let bytes)): table = bytes
          case (3, .number(let value)): addsPrefix = value != 0
          case (4, .number(let value)): removesSpaces = value != 0
          case (5, .number(0)): throw fault("does not write spaces as ▁, which this program does not know")
          default: break
          }
        }
      }
    }
    guard !pieces.isEmpty else { throw damaged }
  }

  private static let startFamilies = [
    "llama", "codellama", "gemma", "gemma2", "gemma3", "mistral", "mixtral", "phi3",
  ]
  private static let endFamilies = ["t5", "mt5"]
  private static let framedFamilies = ["albert", "debertav2", "deberta", "bigbird", "fnet", "xlnet"]
  private static let plainFamilies = [""]

  /// The model as a `tokenizer.json`.
  ///
  /// - Throws: `SettingsError` for a family that puts other tokens around texts, or numbers pieces again.
  func document(_ configuration: TokenizerConfiguration, file: String) throws -> JSONValue {
    let families = Self.startFamilies + Self.endFamilies + Self.framedFamilies
    let family = configuration.family
    guard (families + Self.plainFamilies).contains(family), family != "xlnet" else {
      throw SettingsError(
        title: file,
        problems: [
          Problem(
            path: "tokenizer_class", found: family,
            allowed: families.filter { $0 != "xlnet" }.joined(separator: ", "),
            reason: "has a pipeline that a SentencePiece model does not tell: add its tokenizer.json")
        ])
    }
    var named = configuration.special
    // Tokens of the file that stand for no text, and those that its maker defined.
    for piece in pieces where piece.kind == .control || piece.kind == .unknown {
      if !named.contains(piece.form) { named.append(piece.form) }
    }
    var added = configuration.addedTokens(named).elements ?? []
    for piece in pieces
    where piece.kind == .userDefined && !added.contains(where: { $0["content"]?.text == piece.form }) {
      added.append(
        .object([
          ("id", .integer(0)), ("content", .text(piece.form)), ("single_word", .flag(false)),
          ("lstrip", .flag(false)), ("rstrip", .flag(false)), ("normalized", .flag(false)),
          ("special", .flag(false)),
        ]))
    }
    return HubEntries.document(
      added: .list(added), normalizer: normalizer(configuration),
      preTokenizer: isBytePairs ? .null : HubEntries.metaspace(addsPrefix ? "always" : "never"),
      model: isBytePairs ? bytePairs : unigram, postProcessor: frame(configuration), decoder: decoder)
  }

  private func id(_ form: String) -> Int {
    if let place = pieces.firstIndex(where: { $0.form.utf8.elementsEqual(form.utf8) }) { return place }
    return pieces.count
  }

  private func frame(_ configuration: TokenizerConfiguration) -> JSONValue {
    let family = configuration.family
    let (start, end) = (configuration["bos_token"] ?? "<s>", configuration["eos_token"] ?? "</s>")
    if Self.endFamilies.contains(family) {
      return HubEntries.template(before: [], between: [end], after: [end], second: 0, id)
    }
    if Self.framedFamilies.contains(family) {
      let (cls, sep) = (configuration["cls_token"] ?? "[CLS]", configuration["sep_token"] ?? "[SEP]")
      return HubEntries.template(before: [cls], between: [sep], after: [sep], second: 1, id)
    }
    guard Self.startFamilies.contains(family) else { return .null }
    let before = configuration.flag("add_bos_token", default: true) ? [start] : []
    let after = configuration.flag("add_eos_token", default: false) ? [end] : []
    return before.isEmpty && after.isEmpty
      ? .null : HubEntries.template(before: before, between: after + before, after: after, second: 1, id)
  }

  private func normalizer(_ configuration: TokenizerConfiguration) -> JSONValue {
    var parts: [JSONValue] = []
    if configuration.family == "albert" {
      parts += [HubEntries.replace("``", "\""), HubEntries.replace("''", "\"")]
      if !configuration.flag("keep_accents", default: false) {
        parts += [HubEntries.part("NFKD"), HubEntries.part("StripAccents")]
      }
      if configuration.flag("do_lower_case", default: true) { parts.append(HubEntries.part("Lowercase")) }
    } else if configuration.flag("do_lower_case", default: false) {
      parts.append(HubEntries.part("Lowercase"))
    }
    if !table.isEmpty {
      parts.append(
        HubEntries.part("Precompiled", [("precompiled_charsmap", .text(Data(table).base64EncodedString()))]))
    }
    if removesSpaces, !isBytePairs || !table.isEmpty {
      // Only spaces: other white space is none to SentencePiece unless its table makes it one.
      parts += [
        HubEntries.replace(expression: #"\A +| +\z"#, ""), HubEntries.replace(expression: " {2,}", " "),
      ]
    }
    if isBytePairs {
      if addsPrefix { parts.append(HubEntries.part("Prepend", [("prepend", .text("▁"))])) }
      parts.append(HubEntries.replace(" ", "▁"))
    }
    return HubEntries.sequence("normalizers", parts)
  }

  private var decoder: JSONValue {
    guard isBytePairs else { return HubEntries.metaspace(addsPrefix ? "always" : "never") }
    let strip = HubEntries.part(
      "Strip", [("content", .text(" ")), ("start", .integer(1)), ("stop", .integer(0))])
    return HubEntries.sequence(
      "decoders",
      [HubEntries.replace("▁", " "), HubEntries.part("ByteFallback"), HubEntries.part("Fuse")]
        + (addsPrefix ? [strip] : []))
  }

  private var unigram: JSONValue {
    HubEntries.part(
      "Unigram",
      [
        ("unk_id", pieces.firstIndex { $0.kind == .unknown }.map { .integer($0) } ?? .null),
        ("vocab", .list(pieces.map { .list([.text($0.form), .number(Double($0.score))]) })),
        ("byte_fallback", .flag(hasFallback)),
      ])
  }

  /// Byte pairs: the file has scores of pieces, of which the merges follow. A pair is merged the earlier, the better the
  /// score of what it becomes.
  private var bytePairs: JSONValue {
    let table = PieceTable(pieces.map { Array($0.form.utf8) })
    var merges: [(left: String, right: String, score: Float, order: (Int, Int), lengths: (Int, Int))] = []
    for piece in pieces where piece.kind == .normal {
      let scalars = Array(piece.form.unicodeScalars)
      var found: [(left: String, right: String, score: Float, order: (Int, Int), lengths: (Int, Int))] = []
      for cut in scalars.indices.dropFirst() {
        let left = String(String.UnicodeScalarView(scalars[..<cut]))
        let right = String(String.UnicodeScalarView(scalars[cut...]))
        let (first, second) = (table.number(of: left.utf8), table.number(of: right.utf8))
        guard first >= 0, second >= 0 else { continue }
        found.append((left, right, piece.score, (Int(first), Int(second)), (cut, scalars.count - cut)))
      }
      merges += found.sorted { $0.order < $1.order }
    }
    let sorted = merges.enumerated().sorted { left, right in
      if left.element.score != right.element.score { return left.element.score > right.element.score }
      if left.element.lengths != right.element.lengths { return left.element.lengths > right.element.lengths }
      return left.offset < right.offset
    }
    return HubEntries.part(
      "BPE",
      [
        ("dropout", .null),
        ("unk_token", pieces.first { $0.kind == .unknown }.map { .text($0.form) } ?? .null),
        ("continuing_subword_prefix", .null), ("end_of_word_suffix", .null), ("fuse_unk", .flag(true)),
        ("byte_fallback", .flag(hasFallback)), ("vocab", HubEntries.vocabulary(pieces.map(\.form))),
        ("merges", .list(sorted.map { .list([.text($0.element.left), .text($0.element.right)]) })),
      ])
  }
}
