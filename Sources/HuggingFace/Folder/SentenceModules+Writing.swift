import Settings
import Zoo

extension SentenceModules {
  /// The files that say how a model makes one vector of a text, as sentence-transformers writes them.
  ///
  /// - Parameters:
  ///   - record: how it does.
  ///   - width: of its hidden states.
  /// - Returns: the path of each file in the model's folder, with what it holds.
  static func files(_ record: EmbeddingRecord, width: Int) -> [(path: String, content: Node)] {
    let kinds = ["Transformer", "Pooling"] + (record.isNormalised ? ["Normalize"] : [])
    let modules = kinds.enumerated().map { index, kind in
      Node.object([
        "idx": Node(.integer(index)), "name": Node(.text("\(index)")),
        "path": Node(.text(index == 0 ? "" : "\(index)_\(kind)")),
        "type": Node(.text("sentence_transformers.models.\(kind)")),
      ])
    }
    let transformer = Node.object([
      // Without a length sentence-transformers reads as many tokens as the model, and so does this program.
      "max_seq_length": Node(record.maxTokens.map { .integer($0) } ?? .null),
      "do_lower_case": Node(.flag(record.isLowercased)),
    ])
    var pooling = Node.object(["word_embedding_dimension": Node(.integer(width))])
    for mode in modes { pooling[mode.key] = Node(.flag(record.poolings.contains(mode.pooling))) }
    var files: [(path: String, content: Node)] = [
      (file, Node(.list(modules))), (transformerFile, transformer), ("1_Pooling/config.json", pooling),
    ]
    if !record.prompt.isEmpty {
      let name = "text"
      let prompts = Node.object([name: Node(.text(record.prompt))])
      files.append(
        (promptFile, Node.object(["prompts": prompts, "default_prompt_name": Node(.text(name))])))
    }
    return files
  }
}
