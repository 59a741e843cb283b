import Foundation
import Settings

/// BERT's `vocab.txt`: one token a line, its id is the number of the line.
enum WordPieceFiles {
  static func document(_ data: Data, _ configuration: TokenizerConfiguration) -> JSONValue {
    var lines = data.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
    if lines.last == "" { lines.removeLast() }
    // Of equal lines the last counts.
    var places: [[UInt8]: Int] = [:]
    for (index, line) in lines.enumerated() { places[Array(line.utf8)] = index }
    let vocabulary = lines.enumerated().filter { places[Array($0.element.utf8)] == $0.offset }
    func form(_ key: String, _ standard: String) -> String { configuration[key] ?? standard }
    let (cls, sep) = (form("cls_token", "[CLS]"), form("sep_token", "[SEP]"))
    let unknown = form("unk_token", "[UNK]")
    let named = [form("pad_token", "[PAD]"), unknown, cls, sep, form("mask_token", "[MASK]")]
      .filter { places[Array($0.utf8)] != nil }
    let lowers = configuration.flag("do_lower_case", default: true)
    return HubEntries.document(
      added: configuration.addedTokens(named),
      normalizer: HubEntries.part(
        "BertNormalizer",
        [
          ("clean_text", .flag(true)),
          ("handle_chinese_chars", .flag(configuration.flag("tokenize_chinese_chars", default: true))),
          ("strip_accents", configuration.optionalFlag("strip_accents").map { .flag($0) } ?? .null),
          ("lowercase", .flag(lowers)),
        ]),
      preTokenizer: HubEntries.part("BertPreTokenizer"),
      model: HubEntries.part(
        "WordPiece",
        [
          ("unk_token", .text(unknown)), ("continuing_subword_prefix", .text("##")),
          ("max_input_chars_per_word", .integer(100)),
          ("vocab", .object(vocabulary.map { ($0.element, .integer($0.offset)) })),
        ]),
      postProcessor: HubEntries.template(before: [cls], between: [sep], after: [sep], second: 1) {
        places[Array($0.utf8)] ?? 0
      }, decoder: HubEntries.part("WordPiece", [("prefix", .text("##")), ("cleanup", .flag(true))]))
  }
}

/// `vocab.json` and `merges.txt` of byte-level byte pair encoding.
enum BytePairFiles {
  private static let plain = ["gpt2", "", "gptneox", "codegen", "gptj", "gptneo", "opt"]
  private static let framed = ["roberta", "bart", "longformer", "led", "deberta"]
  private static let splitting = ["qwen2"]
  private static let qwen =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// - Throws: `SettingsError` for a class whose pipeline these files do not tell.
  static func document(
    _ vocabulary: JSONValue, _ merges: Data, _ configuration: TokenizerConfiguration, file: String
  ) throws -> JSONValue {
    let family = configuration.family
    guard (plain + framed + splitting).contains(family) else {
      throw SettingsError(
        title: file,
        problems: [
          Problem(
            path: "tokenizer_class", found: family,
            allowed: (plain.filter { !$0.isEmpty } + framed + splitting).joined(separator: ", "),
            reason: "has a pipeline that vocab.json and merges.txt do not tell: add its tokenizer.json")
        ])
    }
    func id(_ form: String) -> Int { vocabulary[form]?.integer ?? 0 }
    let addsSpace = configuration.flag("add_prefix_space", default: false)
    let lines = merges.split(separator: 0x0A).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
    let isSplitting = splitting.contains(family)
    var postProcessor = HubEntries.byteLevel(addsSpace: addsSpace, trims: false)
    if framed.contains(family) {
      func edge(_ form: String) -> JSONValue { .list([.text(form), .integer(id(form))]) }
      let cls = configuration["cls_token"] ?? configuration["bos_token"] ?? "<s>"
      let sep = configuration["sep_token"] ?? configuration["eos_token"] ?? "</s>"
      postProcessor = HubEntries.part(
        family == "deberta" ? "BertProcessing" : "RobertaProcessing",
        [("sep", edge(sep)), ("cls", edge(cls))]
          + (family == "deberta"
            ? [] : [("trim_offsets", .flag(true)), ("add_prefix_space", .flag(addsSpace))]))
    } else if configuration.flag("add_bos_token", default: family == "opt"),
      let start = configuration["bos_token"]
    {
      postProcessor = HubEntries.template(before: [start], between: [start], after: [], second: 1, id)
    }
    return HubEntries.document(
      added: configuration.addedTokens(configuration.special),
      normalizer: isSplitting ? HubEntries.part("NFC") : .null,
      preTokenizer: isSplitting
        ? HubEntries.sequence(
          "pretokenizers",
          [HubEntries.split(expression: qwen), HubEntries.byteLevel(addsSpace: false, splits: false)])
        : HubEntries.byteLevel(addsSpace: addsSpace),
      model: HubEntries.part(
        "BPE",
        [
          ("dropout", .null), ("unk_token", .null), ("continuing_subword_prefix", .null),
          ("end_of_word_suffix", .null), ("fuse_unk", .flag(false)), ("byte_fallback", .flag(false)),
          ("vocab", vocabulary),
          ("merges", .list(lines.filter { !$0.isEmpty && !$0.hasPrefix("#version") }.map { .text($0) })),
        ]), postProcessor: postProcessor, decoder: HubEntries.byteLevel(addsSpace: true))
  }
}
