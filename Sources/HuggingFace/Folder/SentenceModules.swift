import Foundation
import Settings
import Zoo

/// What sentence-transformers writes beside a model: which modules make one vector of a text.
///
/// - Source: Reimers and Gurevych, "Sentence-BERT", 2019; the files of sentence-transformers.
struct SentenceModules {
  static let file = "modules.json"
  static let transformerFile = "sentence_bert_config.json"
  static let promptFile = "config_sentence_transformers.json"
  /// The keys of the pooling configuration, in the order in which vectors of several stand.
  static let modes: [(key: String, name: String, pooling: EmbeddingRecord.Pooling)] = [
    ("pooling_mode_cls_token", "cls", .first), ("pooling_mode_max_tokens", "max", .max),
    ("pooling_mode_mean_tokens", "mean", .mean),
    ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", .meanSquareRoot),
    ("pooling_mode_weightedmean_tokens", "weightedmean", .weightedMean),
    ("pooling_mode_lasttoken", "lasttoken", .last),
  ]

  /// Keys of the first module's file that change nothing in what it computes: how the model is found and loaded.
  private static let unread: Set = [
    "model_args", "config_args", "tokenizer_args", "model_kwargs", "config_kwargs", "processor_kwargs",
    "tokenizer_name_or_path", "transformer_task", "modality_config", "module_output_name", "unpad_inputs",
    "backend",
  ]

  private let folder: URL

  /// How a folder's model makes one vector of a text.
  ///
  /// - Returns: nil where the folder has no `modules.json`.
  /// - Throws: `SettingsError` that names the file and the module or key that this program does not compute.
  static func read(_ folder: URL) throws -> EmbeddingRecord? {
    let modules = SentenceModules(folder: folder)
    guard let node = try Node.readPart(ofFolderOfModel: folder.appending(path: file)) else { return nil }
    return try modules.record(node)
  }

  private func record(_ modules: Node) throws -> EmbeddingRecord {
    var record = EmbeddingRecord(poolings: [])
    for (index, module) in (modules.elements ?? []).enumerated() {
      let type = module["type"]?.text ?? ""
      let path = module["path"]?.text ?? ""
      switch type.split(separator: ".").last.map(String.init) ?? "" {
      case "Transformer" where index == 0 && path.isEmpty: try readTransformer(&record)
      case "Pooling" where index == 1: record.poolings = try poolings(path)
      case "Normalize" where index > 1: record.isNormalised = true
      default:
        throw fault(
          Self.file, "\(index).type", found: module["type"],
          allowed: "Transformer, Pooling, Normalize, in this order",
          "this program does not compute it; without modules.json the model itself is imported")
      }
    }
    guard !record.poolings.isEmpty else {
      throw fault(Self.file, "", allowed: "a list of modules with a Pooling", "names no pooling")
    }
    try readPrompt(&record)
    return record
  }

  private func readTransformer(_ record: inout EmbeddingRecord) throws {
    let file = Self.transformerFile
    guard let config = try node(file) else { return }
    try expect(
      ["max_seq_length": .integer(1...ValueType.largest).orNull, "do_lower_case": .flag.orNull], of: config,
      file)
    let known: Set = ["max_seq_length", "do_lower_case"]
    if let other = config.members.first(where: { !known.contains($0.key) && !Self.unread.contains($0.key) }) {
      throw fault(
        file, other.key, found: other.value, allowed: known.sorted().joined(separator: ", "),
        "this program does not know what it changes")
    }
    record.maxTokens = config["max_seq_length"]?.integer
    record.isLowercased = config["do_lower_case"]?.value == .flag(true)
  }

  private func poolings(_ path: String) throws -> [EmbeddingRecord.Pooling] {
    let file = path + "/config.json"
    guard let config = try node(file) else { throw fault(file, "", "is missing, and modules.json names it") }
    let words = ValueType(name: "a mode or a list of modes") { node in
      (node.elements ?? [node]).allSatisfy { $0.text != nil }
    }
    try expect(["pooling_mode": words.orNull, "include_prompt": .flag], of: config, file)
    try expect(["word_embedding_dimension": .integer(1...ValueType.largest).orNull], of: config, file)
    let flags = config.members.filter { $0.key.hasPrefix("pooling_mode_") }
    let wrong = flags.compactMap { ValueType.flag.problem($0.key, $0.value) }
    if !wrong.isEmpty { throw SettingsError(title: folder.appending(path: file).path, problems: wrong) }
    for member in config.members
    where member.key.hasPrefix("pooling_mode") && member.value.value == .flag(true) {
      guard Self.modes.contains(where: { $0.key == member.key }) else {
        throw fault(
          file, member.key, found: member.value, allowed: Self.modes.map(\.key).joined(separator: ", "),
          "this program does not compute it")
      }
    }
    if config["include_prompt"]?.value == .flag(false) {
      throw fault(
        file, "include_prompt", found: config["include_prompt"], allowed: "true",
        "this program does not compute it")
    }
    let names = config["pooling_mode"].flatMap { $0 == Node(.null) ? nil : $0 }.map { $0.elements ?? [$0] }?
      .compactMap(\.text)
    if let name = names?.first(where: { name in !Self.modes.contains { $0.name == name } }) {
      throw fault(
        file, "pooling_mode", found: Node(.text(name)),
        allowed: Self.modes.map(\.name).joined(separator: ", "),
        "this program does not compute it")
    }
    return Self.modes.filter { mode in
      names?.contains(mode.name) ?? (config[mode.key]?.value == .flag(true))
    }.map(\.pooling)
  }

  /// The prompt that sentence-transformers puts before every text unless it is told otherwise.
  private func readPrompt(_ record: inout EmbeddingRecord) throws {
    let file = Self.promptFile
    guard let config = try node(file) else { return }
    try expect(["default_prompt_name": .text.orNull, "prompts": .object.orNull], of: config, file)
    guard let name = config["default_prompt_name"]?.text else { return }
    guard let prompt = config["prompts"]?[name]?.text else {
      throw fault(file, "default_prompt_name", found: Node(.text(name)), "is the name of no prompt")
    }
    record.prompt = prompt
  }

  private func node(_ name: String) throws -> Node? {
    let url = folder.appending(path: name)
    return try Node.readObject(inFolderOfModel: url)
  }

  /// Checks the types of a file's keys.
  private func expect(_ types: KeyValuePairs<String, ValueType>, of config: Node, _ file: String) throws {
    let problems = types.compactMap { key, type in config[key].flatMap { type.problem(key, $0) } }
    if problems.isEmpty { return }
    throw SettingsError(title: folder.appending(path: file).path, problems: problems)
  }

  private func fault(
    _ file: String, _ path: String, found: Node? = nil, allowed: String? = nil, _ reason: String
  ) -> SettingsError {
    SettingsError(
      title: folder.appending(path: file).path,
      problems: [
        Problem(path: path, found: found?.json(), allowed: allowed, reason: reason, place: found?.place)
      ])
  }
}
