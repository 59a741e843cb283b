import CommandLineKit
import Foundation
import HuggingFace
import Tokenizers
import Training
import Wording
import Zoo

extension Command {
  /// `zoo import`: a model that was trained elsewhere, as a run of ours.
  static let importModel = Command(
    name: "import", summary: "import a model in Hugging Face's layout as a run",
    discussion: """
      The folder holds config.json, model.safetensors (or its shards) and the tokenizer's files, as transformers saves \
      them or the hub's cache keeps them. The run has one checkpoint, of step 0, which every command reads. What the \
      configuration says and this program does not compute is an error, and so is a tensor that nothing explains. Pickled \
      weights (pytorch_model.bin) are refused.
      """,
    examples: [
      Example("zoo import bert-base-uncased", "runs/bert-base-uncased-1, for fill, embed, score, compare, …"),
      Example("zoo import ~/models/gpt2 --out runs/gpt2", "a run of this name"),
    ],
    positionals: [Positional("folder", .text, .required, help: "the folder of the model")],
    options: [
      .value("out", .text, as: "run", help: "folder of the run; by default a new one below runs"),
      .flag("json", help: "print JSON for a script"),
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let path = arguments.positional("folder") ?? ""
    guard !path.isEmpty else {
      throw UsageError("import: the path of the folder is empty; name the folder of a model")
    }
    let url = URL(fileURLWithPath: path, isDirectory: true)
    if let out = arguments.option("out") { try RunFolder.check(out) }
    var faults = HubFaults()
    let read = faults.attempt { try HubImport(folder: url, registry: workplace.registry) }
    // A folder without a configuration is no model's, and its tokenizer is not asked for.
    let isModel = FileManager.default.fileExists(atPath: url.appending(path: HubFaults.configuration).path)
    let its = read != nil || isModel ? faults.attempt { try HubTokenizer(folder: url) } : nil
    try faults.check()
    guard let model = read, let tokenizer = its else {
      preconditionFailure("a step that failed has an error")
    }
    try model.expect(tokenizer)
    let (run, lock) = try RunFolder.create(
      at: arguments.option("out"), name: model.descriptor.name, below: workplace.runs)
    defer { withExtendedLifetime(lock) {} }
    let line = PhaseLine(console)
    do {
      line.begin("converting \(Format.counted(model.parameters, "parameter"))")
      try WholeOrNothing.run { try model.write(to: run, tokenizer: tokenizer, check: $0) }
      line.end()
    } catch {
      line.end()
      run.removeUnused()
      throw error
    }
    let summary = ImportSummary(model, tokenizer, run)
    if arguments.flag("json") { return try console.json(summary) }
    console.table(summary.table)
    console.line("\nimported as \(ShellCommand.quoted(run.url.shownPath))")
  }
}

/// What was recognised in a folder.
private struct ImportSummary: Encodable {
  let run: String
  let family: String
  let className: String
  let predicts: String
  let layers: Int
  let width: Int
  let heads: Int
  let parameters: Int
  let types: [String]
  let tokenizer: String
  let tokens: Int
  let embedding: EmbeddingRecord?
  let notes: [ImportNote]

  init(_ model: HubImport, _ tokenizer: HubTokenizer, _ folder: RunFolder) {
    run = folder.url.shownPath
    (family, className, predicts) = (model.family, model.className, model.output.rawValue)
    let sizes = model.sizes
    (layers, width, heads) = (sizes.layers, sizes.width, sizes.heads)
    (parameters, types) = (model.parameters, model.types)
    (self.tokenizer, tokens) = (tokenizer.modelType, tokenizer.tokenCount)
    embedding = model.embedding
    notes = model.notes
  }

  var table: Table {
    var table = Table([Table.Column("part"), Table.Column("recognised")])
    table.add(["model", "\(family) (\(className)), predicts \(predicts)"])
    table.add([
      "size",
      "\(Format.counted(layers, "layer")), width \(Format.count(width)), \(Format.counted(heads, "head")), "
        + "\(Format.counted(parameters, "parameter")), stored as \(types.joined(separator: ", "))",
    ])
    table.add(["tokenizer", "\(tokenizer), \(Format.counted(tokens, "token"))"])
    if let embedding { table.add(["embedding", embedding.words]) }
    for note in notes { table.add([note.subject, note.text]) }
    return table
  }
}

extension EmbeddingRecord {
  /// What `embed` does, in words.
  fileprivate var words: String {
    let names: [Pooling: String] = [
      .first: "vector of the first token", .max: "maximum over tokens", .mean: "mean over tokens",
      .meanSquareRoot: "sum over tokens by the root of their number",
      .weightedMean: "mean over tokens weighted by their place", .last: "vector of the last token",
    ]
    return
      (poolings.compactMap { names[$0] } + (isNormalised ? ["normalised"] : [])
      + (maxTokens.map { ["at most \(Format.counted($0, "token"))"] } ?? [])
      + (isLowercased ? ["small letters"] : [])
      + (prompt.isEmpty ? [] : ["prompt \(prompt.debugDescription)"]))
      .joined(separator: ", ")
  }
}
