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

  private let folder: URL

  /// How a folder's model makes one vector of a text.
  ///
  /// - Returns: nil where the folder has no `modules.json`.
  /// - Throws: `SettingsError` that names the file and the module or key that this program does not compute.
  static func read(_ folder: URL) throws -> EmbeddingRecord? {
    let modules = SentenceModules(folder: folder)
    return try modules.node(file).map(modules.record)
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
    if let length = config["max_seq_length"], length.value != .null {
      guard let tokens = length.integer, tokens > 0 else {
        throw fault(file, "max_seq_length", found: length, allowed: "a whole number or null", "is no length")
      }
      record.maxTokens = tokens
    }
    record.isLowercased = config["do_lower_case"]?.value == .flag(true)
  }

  private func poolings(_ path: String) throws -> [EmbeddingRecord.Pooling] {
    let file = path + "/config.json"
    guard let config = try node(file) else { throw fault(file, "", "is missing, and modules.json names it") }
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
    let names = config["pooling_mode"].map { $0.elements ?? [$0] }?.compactMap(\.text)
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
    guard let config = try node(file), let name = config["default_prompt_name"]?.text else { return }
    guard let prompt = config["prompts"]?[name]?.text else {
      throw fault(file, "default_prompt_name", found: Node(.text(name)), "is the name of no prompt")
    }
    record.prompt = prompt
  }

  private func node(_ name: String) throws -> Node? {
    let url = folder.appending(path: name)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    return try Node.read(url, readsNonFinite: true)
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
