import CommandLineKit
import Foundation
import Inference
import Installed
import Settings
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo
import ZooCommand

/// What is measured beside the training step. Each prints figures by name; a peer prints the same names.
enum SideBenchmark: String, CaseIterable, Codable {
  case generation
  case transformers
  case inference
  case checkpoint
  case tokenizer
  case pipelines
  case functions

  /// What a table says above its figures.
  var title: String {
    switch self {
    case .generation: "Greedy generation: `gpt-8x512`, vocabulary 8,192, prompt of 32, 200 new tokens"
    case .transformers: "The same generation, compared with Hugging Face `generate`"
    case .inference: "Encoder inference: `bert-8x512`, 256 texts of 8 to 128 tokens"
    case .checkpoint: "Checkpoint: `gpt2` with both moments"
    case .tokenizer: "Byte-level BPE, vocabulary 8,192, one thread"
    case .pipelines: "Tokenizers of `tokenizer.json`, one thread, compared with the package `tokenizers`"
    case .functions: "Functions of 32,768 numbers in a core's cache, one thread"
    }
  }

  /// Measures in this process.
  ///
  /// - Parameters:
  ///   - folder: a folder for files, the same for everyone in a round.
  ///   - text: a text for tokenizers; nil takes the embedded corpus.
  /// - Throws: what is measured throws.
  func measure(threads: Int, in folder: URL, text: String?) throws -> [String: Double] {
    switch self {
    case .generation, .transformers: try Self.generation(threads: threads)
    case .inference: try Self.inference(threads: threads)
    case .checkpoint: try Self.checkpoint(threads: threads, in: folder)
    case .tokenizer: try Self.tokenizer(in: folder, text: text)
    case .pipelines: try PipelineBenchmark.measure(in: folder)
    case .functions: FunctionBenchmark.measure()
    }
  }

  private static func generation(threads: Int) throws -> [String: Double] {
    let registry = try Registry.standard()
    let descriptor = try registry.descriptor(
      preset: "gpt-8x512", sets: ["tokenizer=bytes", "vocabulary=8192"], from: try Presets.standard())
    let context = try Context.cpu(threads: threads, seed: 1)
    let model = LoadedModel(
      descriptor, try registry.build(descriptor, in: context, trains: false),
      tokenizer: TokenizerPipeline.bytes,
      context: context, kind: .decoder, startsWithToken: false)
    var options = GenerationOptions()
    options.tokens = 200
    options.temperature = 0
    let prompt = String(repeating: "the box ", count: 4)
    var figures: [String: Double] = [:]
    for batch in [1, 8] {
      let prompts = [String](repeating: prompt, count: batch)
      _ = try model.generate(prompts: Array(prompts.prefix(1)), options: GenerationOptions())
      let seconds = try seconds { _ = try model.generate(prompts: prompts, options: options) }
      figures["tokens/s, batch \(batch)"] = Double(batch * options.tokens) / seconds
    }
    return figures
  }

  private static func inference(threads: Int) throws -> [String: Double] {
    let registry = try Registry.standard()
    let descriptor = try registry.descriptor(
      preset: "bert-8x512", sets: ["tokenizer=bytes", "vocabulary=8192"], from: try Presets.standard())
    let context = try Context.cpu(threads: threads, seed: 1)
    let model = LoadedModel(
      descriptor, try registry.build(descriptor, in: context, trains: false),
      tokenizer: TokenizerPipeline.bytes,
      context: context, kind: .encoder, startsWithToken: false)
    // Sixteen lengths, as texts have them; the peer has the same.
    let texts = (0..<256).map { String(repeating: "a", count: 8 + $0 * 7 % 16 * 8) }
    _ = try model.embed(Array(texts.prefix(16)))
    let seconds = try seconds { _ = try model.embed(texts) }
    return ["tokens/s": Double(texts.reduce(0) { $0 + $1.utf8.count }) / seconds]
  }

  private static func checkpoint(threads: Int, in folder: URL) throws -> [String: Double] {
    let shape = try StepCase.named("gpt2 64×4")
    let trainer = try shape.trainer(try Context.cpu(threads: threads, seed: 1))
    let report = try trainer.step()
    _ = try trainer.step()
    let plain = try trainer.step().seconds
    let url = folder.appending(path: "zoo.safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    let before = ProcessMemory.resident ?? 0
    let save = try seconds { try trainer.save(to: url) }
    let extra = (ProcessMemory.resident ?? 0) - before
    let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
    let began = try seconds { try trainer.beginSave(to: url) }
    let beside = try trainer.step().seconds
    try trainer.finishSave()
    let load = try seconds { try ModelFile.open(url, registry: .standard()).verify() }
    return [
      "save, GB/s": Double(size) / save * 1e-9, "begin to save, ms": began * 1000,
      "step beside a save, of a step alone": beside / min(plain, report.seconds),
      "load from the disk and read all, GB/s": Double(size) / load * 1e-9,
      "extra memory, MB": Double(extra) * 1e-6,
    ]
  }

  private static func tokenizer(in folder: URL, text path: String?) throws -> [String: Double] {
    let source = try path.map { try TextSource.files([$0]) } ?? GeneratedCorpus.make().source
    return try source.withTrain { text in
      var trained: (any Tokenizer)?
      let train = try seconds {
        trained = try TokenizerTrainer.make(kind: "byte-bpe", vocabulary: 8192, from: text)
      }
      guard let tokenizer = trained else { return [:] }
      // The peer encodes the same text with the same merges.
      try Data(text).write(to: folder.appending(path: "text.txt"))
      let ranks = tokenizer.vocabulary.ordinaryRanges().joined().map {
        Data(tokenizer.bytes(of: Int32($0))).base64EncodedString()
      }
      try Console.jsonText(ranks).write(
        to: folder.appending(path: "ranks.json"), atomically: true, encoding: .utf8)
      let encode = (0..<5).map { _ in seconds { _ = tokenizer.encode(text) } }.min() ?? .infinity
      return [
        "train, MB/s": Double(text.count) / train * 1e-6, "encode, MB/s": Double(text.count) / encode * 1e-6,
      ]
    }
  }
}

/// A side benchmark, measured for everyone in turn.
struct SideComparison: Codable {
  /// What is measured.
  let benchmark: SideBenchmark
  /// The figures of every round, by subject.
  private(set) var rounds: [Subject: [[String: Double]]] = [:]

  /// Runs `rounds` rounds; in each, everyone is measured once.
  ///
  /// - Throws: `ChildFailure`.
  static func run(_ benchmark: SideBenchmark, threads: Int, rounds: Int, python: String?, text: String?)
    throws
    -> SideComparison
  {
    var comparison = SideComparison(benchmark: benchmark)
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-bench-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    if let python, benchmark == .pipelines {
      _ = try ChildProcess.measure(
        python, [ChildProcess.peer("side.py"), "prepare_pipelines", "1", folder.path], as: [String].self)
    }
    for _ in 0..<rounds {
      let arguments =
        ["side", benchmark.rawValue, "--threads", "\(threads)", "--folder", folder.path]
        + (text.map { ["--text", $0] } ?? [])
      comparison.rounds[.zoo, default: []].append(
        try ChildProcess.measure(ChildProcess.ownProgram, arguments, as: [String: Double].self))
      guard let python else { continue }
      comparison.rounds[.eager, default: []].append(
        try ChildProcess.measure(
          python, [ChildProcess.peer("side.py"), benchmark.rawValue, "\(threads)", folder.path],
          as: [String: Double].self))
    }
    return comparison
  }

  /// The medians, side by side.
  var table: Table {
    let names = Set(rounds.values.flatMap { $0.flatMap(\.keys) }).sorted()
    var table = Table([
      Table.Column("", .left), Table.Column("ours", .right), Table.Column("Python peer", .right),
      Table.Column("ratio", .right),
    ])
    for name in names {
      func values(_ subject: Subject) -> [Double] { (rounds[subject] ?? []).compactMap { $0[name] } }
      let (ours, theirs) = (values(.zoo), values(.eager))
      func text(_ value: Double?) -> String { value.map { Format.fixed($0, $0 < 10 ? 2 : 0) } ?? "—" }
      table.add(
        name, text(middle(ours)), text(middle(theirs)), text(middle(zip(ours, theirs).map { $0 / $1 })))
    }
    return table
  }
}

extension Command {
  /// One side benchmark in this process, as one line of JSON.
  static let side = Command(
    name: "side", summary: "measure generation, checkpoints or tokenizers",
    positionals: [
      Positional("benchmark", .choice(SideBenchmark.allCases.map(\.rawValue)), .required, help: "which")
    ],
    options: [
      .value("threads", .integer(1...1024), default: "2", help: "threads"),
      .value("folder", .text, as: "folder", default: NSTemporaryDirectory(), help: "where files are written"),
      .value("text", .text, as: "file", help: "a text for tokenizers"),
    ]
  ) { arguments in
    guard let benchmark = SideBenchmark(rawValue: arguments.positional("benchmark") ?? "") else { return }
    try arguments.console.json(
      try benchmark.measure(
        threads: arguments.integer("threads") ?? 2,
        in: URL(fileURLWithPath: arguments.option("folder") ?? "", isDirectory: true),
        text: arguments.option("text")))
  }
}
