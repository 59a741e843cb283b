import Foundation
import TestSupport
import Testing

/// A fine-tuned model that was exported with its head is opened by transformers, which labels texts alike.
@Suite("Interop: exported heads", .enabled(if: PythonScript.isAvailable("ZOO_INTEROP_PYTHON")))
struct HeadExportInteropTests {
  /// A preset with settings, and the head that its class has.
  private struct Model {
    let name: String
    let words: [String]
    let head: String
    let pooling: String
    var data = "texts"
    /// A case of hub_models.py that is imported instead of training a preset.
    var imported: String? = nil
  }

  private static let models = [
    Model(name: "BertForSequenceClassification", words: ["bert-4x128"], head: "tanh", pooling: "start"),
    Model(
      name: "BertForSequenceClassification pooler", words: ["bert-4x128", "--set", "pooler=true"],
      head: "linear", pooling: "pooler", data: "pairs"),
    Model(
      name: "BertForTokenClassification", words: ["bert-4x128"], head: "linear", pooling: "first",
      data: "words"),
    Model(
      name: "ModernBertForSequenceClassification", words: ["tiny/modernbert"], head: "gelu-norm",
      pooling: "start"),
    Model(
      name: "ModernBertForTokenClassification", words: ["tiny/modernbert"], head: "gelu-norm",
      pooling: "last", data: "words"),
    Model(
      name: "DebertaV2ForSequenceClassification",
      words: ["tiny/deberta", "--set", "embedding.segments=true"], head: "gelu", pooling: "start",
      data: "pairs"),
    Model(
      name: "ElectraForSequenceClassification",
      words: [
        "tiny/discriminator", "--set", "recipe.objective=replaced-tokens", "--set", "embedding.segments=true",
      ], head: "gelu", pooling: "start"),
    Model(
      name: "RobertaForSequenceClassification", words: [], head: "tanh", pooling: "start",
      imported: "roberta"),
    Model(
      name: "RobertaForTokenClassification", words: [], head: "linear", pooling: "last", data: "words",
      imported: "roberta"),
    Model(name: "GPT2ForSequenceClassification", words: ["gpt-4x128"], head: "no-bias", pooling: "last"),
    Model(
      name: "GPT2ForTokenClassification", words: ["gpt-4x128"], head: "linear", pooling: "last",
      data: "words"),
    Model(
      name: "LlamaForSequenceClassification", words: ["gpt", "--set", "block.feedForward=swiglu"],
      head: "no-bias", pooling: "last"),
    Model(
      name: "LlamaForTokenClassification", words: ["gpt", "--set", "block.feedForward=swiglu"],
      head: "linear", pooling: "first", data: "words"),
    Model(
      name: "GPTNeoXForSequenceClassification", words: ["gpt", "--set", "block.norm=layer"],
      head: "no-bias", pooling: "last"),
    Model(
      name: "AlbertForSequenceClassification",
      words: ["bert-4x128", "--set", "sharedLayers=true", "--set", "embedding.tokenWidth=32"], head: "tanh",
      pooling: "start", data: "pairs"),
    Model(
      name: "DistilBertForSequenceClassification",
      words: ["bert-4x128", "--set", "embedding.segments=false"],
      head: "relu", pooling: "start"),
    Model(
      name: "DistilBertForTokenClassification", words: ["bert-4x128", "--set", "embedding.segments=false"],
      head: "linear", pooling: "first", data: "words"),
    Model(
      name: "EuroBertForSequenceClassification", words: ["tiny/modernbert"] + euro, head: "gelu",
      pooling: "start"),
    Model(
      name: "EuroBertForTokenClassification", words: ["tiny/modernbert"] + euro, head: "linear",
      pooling: "last", data: "words"),
    Model(
      name: "NomicBertForSequenceClassification", words: ["bert-4x128"] + nomic, head: "tanh",
      pooling: "start"
    ),
    Model(
      name: "ModernBertDecoderForSequenceClassification",
      words: ["tiny/modernbert", "--set", "architecture=gpt"], head: "gelu-norm", pooling: "last"),
    Model(
      name: "OpenAIGPTForSequenceClassification", words: ["gpt-4x128", "--set", "block.placement=post"],
      head: "no-bias", pooling: "last"),
    Model(
      name: "Gemma2ForSequenceClassification",
      words: [
        "tiny/gemma", "--set", "position.localBase=null", "--set", "block.attention.queryKeyNorm=false",
      ], head: "no-bias", pooling: "last"),
    Model(
      name: "Gemma3TextForSequenceClassification",
      words: ["tiny/gemma", "--set", "block.attention.cap=null", "--set", "block.norm.epsilon=1e-06"],
      head: "no-bias", pooling: "last"),
    Model(
      name: "Olmo2ForSequenceClassification",
      words: ["tiny/olmo", "--set", "block.attention.queryKeyNormEpsilon=1e-05"], head: "no-bias",
      pooling: "last"),
    Model(
      name: "BloomForSequenceClassification",
      words: [
        "gpt-4x128", "--set", "position=alibi", "--set", "embedding.norm=true", "--set",
        "block.placement=pre",
      ], head: "no-bias", pooling: "last"),
    Model(
      name: "SmolLM3ForTokenClassification",
      words: ["gpt", "--set", "block.feedForward=swiglu", "--set", "position.skipEvery=2"], head: "linear",
      pooling: "last", data: "words"),
  ]
  private static let euro = [
    "position.localBase=null", "block.attention.window=null", "block.attention.globalEvery=null",
    "block.placement.firstNorm=true", "embedding.norm=false", "block.norm=rms", "block.feedForward=swiglu",
    "block.feedForward.bias=false", "head=lm",
  ].flatMap { ["--set", $0] }
  private static let nomic = [
    "position=rotary", "block.attention.bias=false", "block.feedForward=swiglu",
    "block.feedForward.bias=false", "head.activation=silu",
  ].flatMap { ["--set", $0] }

  /// What is labelled, by the name of its file: the column names, the labelled rows, and texts to label in parts.
  private static let files: [String: (head: String, rows: [String], texts: [[String]])] = [
    "texts": (
      "text\tlabel", (0..<60).map { "the dog\($0) runs\t\(["yes", "no", "maybe"][$0 % 3])" },
      [["the dog runs"], ["a cat of 12 words"], ["x"]]
    ),
    "pairs": (
      "first\tsecond\tlabel", (0..<60).map { "dog \($0)\ta text\t\(["yes", "no", "maybe"][$0 % 3])" },
      [["the dog runs", "a cat"], ["x", "the dogs of a house"]]
    ),
    "words": (
      "words\ttags", (0..<60).map { "the dog\($0) runs\tD N V" }, [["the", "dog7", "runs"], ["xylophones"]]
    ),
  ]

  private struct Labelled: Decodable {
    let labels: [String]
    let logits: [Float]
  }

  private struct Item: Decodable {
    struct Part: Decodable { let probabilities: [String: Double] }
    let parts: [Part]
  }

  /// Logits without what they have in common, which changes no probability.
  private static func centred(_ rows: [[Double]]) -> [Double] {
    rows.flatMap { row in row.map { $0 - row.reduce(0, +) / Double(row.count) } }
  }

  @Test func exportedHeadsGiveTheSameLabels() throws {
    try withTemporaryFolder { folder in
      for (name, file) in Self.files {
        let lines = ([file.head] + file.rows).joined(separator: "\n") + "\n"
        try Data(lines.utf8).write(to: folder.appendingPathComponent(name + ".tsv"))
        let separator = name == "pairs" ? "\t" : " "
        let texts = file.texts.map { $0.joined(separator: separator) + "\n" }.joined()
        try Data(texts.utf8).write(to: folder.appendingPathComponent(name + ".txt"))
      }
      func zoo(_ words: [String]) throws -> String {
        let outcome = try ZooProcess.run(words, in: folder)
        #expect(outcome.status == 0, "\(words): \(outcome.errors)")
        return outcome.output
      }
      var ours: [String: [Item]] = [:]
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("hub"), withIntermediateDirectories: false)
      let script = try PythonScript("hub_models.py", variable: "ZOO_INTEROP_PYTHON")
      let size = ["--steps", "2", "--batch", "2", "--set", "layers=2", "--set", "context=48"]
      // Imported models get the tokenizer of a run, whose padding token has another id than theirs.
      _ = try zoo(["train", "bert-4x128", "--set", "tokenizer=bytes"] + size + ["--out", "bytes"])
      _ = try zoo(["export", "bytes", "tokenizer"])
      let cases = Set(Self.models.compactMap(\.imported))
      for name in cases {
        _ = try script(
          "make", folder.appendingPathComponent("cases").path, name, "--small", as: [String: String].self)
        for file in ["tokenizer.json", "tokenizer_config.json"] {
          try FileManager.default.copyItem(
            at: folder.appendingPathComponent("tokenizer/\(file)"),
            to: folder.appendingPathComponent("cases/\(name)/\(file)"))
        }
      }
      for model in Self.models {
        let file = try #require(Self.files[model.data])
        let name = model.name
        _ = try zoo(
          (model.imported.map { ["import", "cases/\($0)"] } ?? ["train"] + model.words + size)
            + ["--out", name])
        _ = try zoo([
          "finetune", name, "--data", model.data + ".tsv", "--epochs", "2", "--learning-rate", "1e-2",
          "--head",
          model.head, "--pooling", model.pooling, "--save", name + " labels",
        ])
        let said = try zoo(["export", name + " labels", "hub/" + name])
        #expect(said.contains("exported as \(name.split(separator: " ")[0]):"), "\(said)")
        let json = try zoo(["classify", name + " labels", "--lines", model.data + ".txt", "--json"])
        ours[name] = try JSONDecoder().decode([Item].self, from: Data(json.utf8))
        let inputs: [String: Any] = ["texts": file.texts, "token": model.pooling]
        try JSONSerialization.data(withJSONObject: inputs).write(
          to: folder.appendingPathComponent("hub/\(name)/texts.json"))
      }
      let theirs = try script(
        "label", folder.appendingPathComponent("hub").path, as: [String: Labelled].self)
      #expect(theirs.count == Self.models.count)
      for (name, items) in ours {
        let there = try #require(theirs[name], "\(name)")
        let count = there.labels.count
        let rows = stride(from: 0, to: there.logits.count, by: count).map { start in
          there.logits[start..<start + count].map(Double.init)
        }
        let expected = Self.centred(rows)
        let found = Self.centred(
          items.flatMap(\.parts).map { part in there.labels.map { log(part.probabilities[$0] ?? 0) } })
        try #require(found.count == expected.count, "\(name)")
        let size = rows.joined().map(abs).max() ?? 0
        let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 1
        #expect(worst <= 1e-4 * size, "\(name): \(worst) of \(size)")
        // Labels that are all alike would hide another head, and texts that are another trunk.
        #expect((expected.map(abs).max() ?? 0) > 1e-2, "\(name)")
        let other = zip(expected, expected.dropFirst(count)).map { abs($0 - $1) }.max() ?? 0
        #expect(other > 1e-3 * size, "\(name): \(other) of \(size) between texts")
      }
    }
  }
}
