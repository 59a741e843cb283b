import Checkpoints
import Foundation
import Settings
import Text
import Tokenizers
import Training
import Wording
import Zoo

extension HubExport {
  /// Writes a folder that `transformers` opens: the model, its tokenizer, and a card with what is known of it. A sentence
  /// encoder, imported as one, also has the files that sentence-transformers opens it with.
  ///
  /// - Parameters:
  ///   - folder: a folder that does not exist or is empty.
  ///   - record: the record of the model's training; nil where there is none.
  /// - Returns: the names of the files.
  /// - Throws: `HubError` for a folder that is not empty and a tokenizer that `tokenizer.json` cannot express;
  ///   `CheckpointError`. What was made is removed then.
  @discardableResult
  public func write(to folder: URL, record: RunRecord? = nil) throws -> [String] {
    try write(to: folder, record: record) {}
  }

  /// The same with a call before each tensor that may end the work by an error.
  package func write(
    to folder: URL, record: RunRecord?, check: @escaping () throws -> Void
  ) throws -> [String] {
    let tokenizer = try hubTokenizer()
    if let reason = ParentFolders.obstacle(to: folder.path) {
      throw HubError(folder.path, reason, "name another folder")
    }
    let made = try ParentFolders(of: folder.path)
    let isNew: Bool
    do { isNew = try Self.make(folder) } catch {
      made.remove()
      throw error
    }
    var files = [(path: "tokenizer_config.json", content: tokenizerConfiguration(tokenizer))]
    if output == .nextToken { files.append((TokenIds.file, generationConfiguration(tokenizer))) }
    if let embedding { files += SentenceModules.files(embedding, width: width) }
    var written: [String] = []
    var folders: [URL] = []
    func write(_ path: String, _ data: Data) throws {
      let url = folder.appending(path: path)
      if path.contains("/") {
        folders.append(url.deletingLastPathComponent())
        _ = try Self.make(url.deletingLastPathComponent())
      }
      written.append(path)
      try AtomicFile.write(to: url) { try $0.write(data) }
    }
    do {
      written += [HubConfiguration.name, HubWeights.single]
      try writeModel(to: folder, special: specialTokens(tokenizer), check: check)
      try write("tokenizer.json", tokenizer.json)
      for (path, content) in files { try write(path, Data((content.json() + "\n").utf8)) }
      try write("README.md", Data(card(record).utf8))
    } catch {
      for path in written { unlink(folder.appending(path: path).path) }
      for folder in folders { rmdir(folder.path) }
      if isNew { rmdir(folder.path) }
      made.remove()
      throw error
    }
    return written
  }

  /// Makes a folder; false where an empty one was there.
  private static func make(_ folder: URL) throws -> Bool {
    if mkdir(folder.path, 0o777) == 0 { return true }
    guard errno == EEXIST else {
      throw HubError(
        folder.path, "the folder cannot be made: \(String(cString: strerror(errno)))",
        "name a folder below one that can be written to")
    }
    if let reason = FilePath.brokenLink(folder.path) {
      throw HubError(folder.path, reason, "remove the link, or name a new folder")
    }
    AtomicFile.removeLeftovers(in: folder.path)
    guard let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path), found.isEmpty else {
      throw HubError(folder.path, "it is not an empty folder", "name a new one")
    }
    return false
  }

  /// The ids of special tokens as configurations name them.
  private func specialTokens(_ tokenizer: any Tokenizer) -> [(key: String, token: String, id: Int32)] {
    let keys: [(SpecialRole, [String])] = [
      (.start, isDecoder ? ["bos_token"] : ["cls_token"]),
      (.separator, ["sep_token"]), (.padding, ["pad_token"]), (.unknown, ["unk_token"]),
      (.mask, ["mask_token"]), (.endOfDocument, ["eos_token"]),
    ]
    return keys.flatMap { role, keys in
      keys.compactMap { key in
        guard let id = tokenizer.special[role], let text = tokenizer.special.text(of: id) else { return nil }
        return (key, text, id)
      }
    }
  }

  private func tokenizerConfiguration(_ tokenizer: any Tokenizer) -> Node {
    var node = Node.object([
      "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": Node(.integer(context)),
      "clean_up_tokenization_spaces": false,
    ])
    for token in specialTokens(tokenizer) { node[token.key] = Node(.text(token.token)) }
    // Without this transformers does not tell the model which of two texts a token is of.
    if let segments = configuration["type_vocab_size"]?.integer, segments > 1 {
      node["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    }
    return node
  }

  private func generationConfiguration(_ tokenizer: any Tokenizer) -> Node {
    var node = Node.object([:])
    for token in specialTokens(tokenizer) where ["bos_token", "eos_token", "pad_token"].contains(token.key) {
      node[token.key + "_id"] = Node(.integer(Int(token.id)))
    }
    if let ends = checkpoint.record.imported?.endTokens, !ends.isEmpty {
      let ids = ends.map { Node(.integer(Int($0))) }
      node["eos_token_id"] = ids.count == 1 ? ids[0] : Node(.list(ids))
    }
    return node
  }

  /// The model's tokenizer as `tokenizer.json`.
  private func hubTokenizer() throws -> HubTokenizer {
    if let own = checkpoint.tokenizer as? HubTokenizer { return own }
    guard let pipeline = checkpoint.tokenizer as? TokenizerPipeline else {
      throw HubError(
        checkpoint.url.path, "the tokenizer \(checkpoint.tokenizer.kind) cannot be written as tokenizer.json",
        "use a tokenizer that is a pipeline of parts")
    }
    return try HubTokenizer(pipeline, startsWithToken: checkpoint.record.startsWithToken)
  }

  /// How the model makes one vector of a text, where it was imported as a sentence encoder.
  private var embedding: EmbeddingRecord? {
    classifier == nil ? checkpoint.record.imported?.embedding : nil
  }

  /// How Python opens the folder.
  private var opening: [String] {
    guard embedding == nil else {
      return [
        "from sentence_transformers import SentenceTransformer", "",
        "model = SentenceTransformer(\"PATH\")  # the path of this folder",
      ]
    }
    return [
      "from transformers import AutoTokenizer, \(automaticClass)", "",
      "path = \"PATH\"  # of this folder",
      "tokenizer = AutoTokenizer.from_pretrained(path)",
      "model = \(automaticClass).from_pretrained(path)",
    ]
  }

  /// What is known of a classification head.
  private static func facts(of classifier: ClassifierRecord) -> [(name: String, value: String)] {
    let reading =
      switch classifier.form {
      case .classification: "a text"
      case .pairs: "two texts, which the tokenizer is given as a pair"
      case .tagging: "each word, by the logits of the \(classifier.point.pooling.rawValue) of its tokens"
      }
    return [
      ("labels", "\(classifier.labels.joined(separator: ", ")), of \(reading)"),
      ("task", "\(classifier.task), accuracy \(Format.fixed(classifier.testAccuracy, 4)) on the test texts"),
    ]
  }

  /// What is known of the model.
  private func card(_ record: RunRecord?) -> String {
    let library = embedding == nil ? "transformers" : "sentence-transformers"
    var lines = [
      "---", "library_name: \(library)", "---", "", "# \(record?.name ?? checkpoint.record.name)", "",
      "\(family) (`\(className)`), written by Transformer Zoo. No licence is stated: choose one.", "",
      "## How to open it", "", "```python",
    ]
    lines += opening + ["```", "", "## What is known", ""]
    func fact(_ name: String, _ value: String) { lines.append("- \(name): \(value)") }
    if let imported = checkpoint.record.imported {
      fact(
        "origin", "imported from `\(imported.folder)` (\(imported.className)); its training is not known here"
      )
    }
    if let start = checkpoint.record.startedFrom, !checkpoint.record.recordsTraining {
      let head = classifier == nil ? "; the classification head is not in this folder" : ""
      fact("fine-tuned", "from \(start.model), step \(start.step)" + head)
    }
    if let classifier { for (name, value) in Self.facts(of: classifier) { fact(name, value) } }
    if let record {
      fact("training text", "\(TextSource.shownName(record.data)), SHA-256 \(record.dataFingerprint)")
      fact("objective", record.objective)
      fact("steps", "\(checkpoint.record.step) of \(record.totalSteps), seed \(record.seed)")
      fact("parameters", Format.count(record.parameters))
      if let evaluation = record.evaluation {
        let bits = evaluation.bitsPerByte.map { ", \(Format.fixed($0, 4)) bits per byte" } ?? ""
        fact(
          "held-out loss at step \(evaluation.step)",
          "\(Format.fixed(evaluation.loss, 4)) \(record.unit)\(bits)")
      }
    }
    lines += ["", "## Descriptor", "", "```json", checkpoint.record.descriptor, "```"]
    if let recipe = record?.recipe ?? (checkpoint.record.recordsTraining ? checkpoint.record.recipe : nil) {
      lines += ["", "## Recipe", "", "```json", recipe, "```"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
