import Foundation
import Settings
import Text

extension HubTokenizer {
  /// Reads the tokenizer of a model's folder: `tokenizer.json`, or else `vocab.txt` (BERT), `vocab.json` with
  /// `merges.txt` (GPT-2, RoBERTa, Qwen 2), or a SentencePiece model. `tokenizer_config.json` and
  /// `special_tokens_map.json` say which tokens have which role.
  ///
  /// - Throws: `SettingsError` that names the file and what is wrong with it, or the files that were looked for.
  public init(folder: URL) throws {
    let files = HubFolder(folder)
    let configuration = try TokenizerConfiguration(files)
    if let data = try files.data("tokenizer.json") {
      try self.init(json: data, file: files.path("tokenizer.json"), roles: configuration.roles)
      return
    }
    let (document, file) = try files.document(configuration)
    try self.init(json: Data(document.bytes()), file: file, roles: configuration.roles)
    // Where the configuration gives ids, they are those of the model's rows.
    for token in configuration.addedTokens where id(of: token.content) != token.id {
      throw SettingsError(
        title: files.path("tokenizer_config.json"),
        problems: [
          Problem(
            path: "added_tokens_decoder.\(token.id)", found: token.content,
            reason:
              "would have the id \(id(of: token.content).map(String.init) ?? "of no token") after \(file)")
        ])
    }
  }
}

/// The files of a folder that a tokenizer may be made of.
struct HubFolder {
  private let folder: URL
  /// The largest file that is read.
  private static let maxBytes = 256 << 20

  init(_ folder: URL) { self.folder = folder }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// A file's content; nil where there is no such file.
  func data(_ name: String) throws -> Data? {
    let path = path(name)
    guard FilePath.isTaken(path) else { return nil }
    do { return try InputFile.regular(path, maxBytes: Self.maxBytes) } catch {
      throw SettingsError(
        title: path, problems: [Problem(path: "", reason: "\(error.reason); \(error.suggestion)")])
    }
  }

  /// The object of a JSON file, as Python may have written it; nil where there is no such file.
  ///
  /// - Throws: `SettingsError` for what is no object, and for keys of other types.
  func json(_ name: String, types: [JSONType] = []) throws -> JSONValue? {
    guard let data = try data(name) else { return nil }
    let file = path(name)
    let value = try JSONReader.read(data, file: file, readsNonFinite: true)
    let problems = ProblemList(file: file)
    if value.members == nil { problems.add("", found: value, "is no object of settings") }
    for member in value.members ?? [] {
      for type in types where type.keys?.contains(member.key) ?? true && !type.accepts(member.value) {
        problems.add(member.key, found: member.value, "is not \(type.name)")
      }
    }
    try problems.check()
    return value
  }

  /// A `tokenizer.json` made of the other files, and the file that errors name.
  func document(_ configuration: TokenizerConfiguration) throws -> (document: JSONValue, file: String) {
    if let data = try data("vocab.txt") {
      return (WordPieceFiles.document(data, configuration), path("vocab.txt"))
    }
    if let vocabulary = try json("vocab.json"), let merges = try data("merges.txt") {
      return (
        try BytePairFiles.document(vocabulary, merges, configuration, file: path("vocab.json")),
        path("vocab.json")
      )
    }
    for name in ["spiece.model", "tokenizer.model", "spm.model"] {
      guard let data = try data(name) else { continue }
      let model = try SentencePieceModel(data, file: path(name))
      return (try model.document(configuration, file: path(name)), path(name))
    }
    throw SettingsError(
      title: folder.path,
      problems: [
        Problem(
          path: "",
          allowed: "tokenizer.json; vocab.txt; vocab.json with merges.txt; spiece.model or tokenizer.model",
          reason: "has no tokenizer")
      ])
  }
}
