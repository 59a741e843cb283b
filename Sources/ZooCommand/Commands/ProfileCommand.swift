import CommandLineKit
import Comparison
import Foundation
import Settings
import Tensors
import Training
import Zoo

extension Command {
  /// `zoo profile`: where time and memory go.
  static let profile = Command(
    name: "profile", summary: "train a few steps and show the time and memory of each operation",
    examples: [
      Example("zoo profile gpt-6x384", "a table of operations"),
      Example(
        "zoo profile bert --profile-steps 20 --trace trace.json",
        "also write a trace for chrome://tracing or Perfetto"),
    ],
    positionals: [Positional("model", .text, .required, help: "a preset or a descriptor file")],
    options: RecipeOptions.all + [
      RecipeOptions.set, RecipeOptions.threads,
      .value(
        "profile-steps", .integer(1...1000), default: "10",
        help: "number of measured steps, after two warm-up steps"),
      .value(
        "trace", .text, as: "file",
        help: "output file of the Chrome trace; default: a new file in the temporary folder"),
      OutputFile.force,
      .flag("json", help: "print JSON for a script"),
    ], conflicts: [RecipeOptions.budgets]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let name = FolderName.component(of: arguments.positional("model") ?? "")
    let path =
      arguments.option("trace") ?? NSTemporaryDirectory() + "zoo-\(name)-trace-\(UUID().uuidString).json"
    let trace = try OutputFile(path, .trace, option: "trace", isForced: arguments.flag("force"))
    let (open, recipe) = try SettingsError.both {
      try workplace.descriptor(arguments.positional("model") ?? "", arguments)
    } _: {
      try RecipeOptions.recipe(arguments, workplace.registry, defaults: ["evaluationWindows=8"])
    }
    try MemoryFit.check(open, recipe, name: open.name, workplace)
    let data = try TrainingData(
      try TrainingData.source(for: recipe, workplace.registry, input: .live), settings: open.tokenizer,
      registry: workplace.registry)
    let descriptor = try workplace.registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize)
    let context = try workplace.context(seed: recipe.seed)
    let peak = try GemmPeak.measure(context, recipe.precision)
    let trainer = try Trainer(
      descriptor, recipe, data, registry: workplace.registry, context: context, totalSteps: Int.max)
    for _ in 0..<2 { _ = try trainer.step() }
    let profiler = Profiler()
    context.profiler = profiler
    var steps: [StepReport] = []
    for _ in 0..<(arguments.integer("profile-steps") ?? 10) { steps.append(try trainer.step()) }
    context.profiler = nil
    let summary = ProfileSummary(profiler, steps, trainer, peak: peak)
    if arguments.flag("json") {
      try arguments.console.json(summary)
    } else {
      summary.show(on: arguments.console)
    }
    try trace.write(try profiler.chromeTrace())
    arguments.console.note("trace: \(path)")
  }
}

/// What `zoo profile` found.
private struct ProfileSummary: Encodable {
  let rows: [Profiler.Row]
  let stepSeconds: Double
  let tokensPerSecond: Double
  let flopsPerSecond: Double
  let gemmPeak: Double
  let peakBytes: Int
  let bytesByKind: [String: Int]
  let residentPeak: Int?

  init(_ profiler: Profiler, _ steps: [StepReport], _ trainer: Trainer, peak: Double) {
    rows = profiler.table
    let seconds = steps.reduce(0) { $0 + $1.seconds }
    stepSeconds = seconds / Double(steps.count)
    tokensPerSecond = Double(trainer.tokensPerStep * steps.count) / seconds
    flopsPerSecond = Double(steps.reduce(0) { $0 + $1.flops }) / seconds
    gemmPeak = peak
    let arena = trainer.context.device.arena
    peakBytes = arena.peak
    bytesByKind = Dictionary(
      uniqueKeysWithValues: MemoryKind.allCases.map { ($0.name, arena.kindsAtPeak[$0.rawValue]) })
    residentPeak = ProcessMemory.peak
  }

  func show(on console: Console) {
    let total = rows.reduce(0) { $0 + $1.own }
    var table = Table(
      [Table.Column("primitive")]
        + ["self %", "self", "total", "average", "calls", "GFLOP/s", "GB/s", "of a step"].map {
          Table.Column($0, .right)
        })
    func rate(_ amount: Double, _ row: Profiler.Row) -> String {
      amount > 0 && row.own > 0 ? Format.fixed(amount / row.own * 1e-9, 1) : ""
    }
    for row in rows {
      table.add(
        row.name, Format.fixed(row.own / total * 100, 1), milliseconds(row.own), milliseconds(row.total),
        milliseconds(row.total / Double(row.calls)), Format.count(row.calls), rate(Double(row.flops), row),
        rate(Double(row.bytes), row), Format.percent(row.total / total))
    }
    console.table(table)
    console.line()
    console.line(
      "step \(milliseconds(stepSeconds)), \(Format.rate(tokensPerSecond, "tokens")), "
        + "\(Format.flopRate(flopsPerSecond)) = \(PeakShare(flopsPerSecond, of: gemmPeak).words)")
    let kinds = MemoryKind.allCases.map { "\($0.name) \(Format.bytes(bytesByKind[$0.name] ?? 0))" }
    console.line("memory: pool's peak \(Format.bytes(peakBytes)) (\(kinds.joined(separator: ", ")))")
    if let residentPeak { console.line("the whole process: \(Format.bytes(residentPeak))") }
  }

  private func milliseconds(_ seconds: Double) -> String { Format.fixed(seconds * 1000, 2) + " ms" }
}
