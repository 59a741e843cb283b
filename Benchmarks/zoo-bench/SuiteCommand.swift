import CommandLineKit
import Foundation
import Training
import ZooCommand

extension Command {
  /// Everything, in turn with the peers, as a table, a JSON file and a page.
  static let suite = Command(
    name: "suite", summary: "measure all shapes, beside the machine's limits and PyTorch",
    options: [
      .value("only", .text, as: "text", help: "only what has this in its name"),
      .value("rounds", .integer(1...100), default: "3", help: "times that everyone is measured, in turn"),
      .value("seconds", .number(0...1000), default: "6", help: "how long each measurement takes"),
      .value("threads", .integer(1...1024), default: "2", help: "threads"),
      .value("python", .text, as: "file", help: "a Python with PyTorch, to measure it in turn"),
      .value("text", .text, as: "file", help: "a text for tokenizers; default: the embedded corpus"),
      .value("out", .text, as: "folder", help: "where benchmarks.md and benchmarks.json are written"),
    ]
  ) { arguments in
    let console = arguments.console
    let (only, rounds) = (arguments.option("only") ?? "", arguments.integer("rounds") ?? 3)
    let (threads, python) = (arguments.integer("threads") ?? 2, arguments.option("python"))
    let shapes = StepCase.all.filter { $0.precision.isNative && (only.isEmpty || $0.name.contains(only)) }
    let sides = SideBenchmark.allCases.filter { only.isEmpty || $0.rawValue.contains(only) }
    let wantsContext = only.isEmpty || "context".contains(only)
    guard !shapes.isEmpty || !sides.isEmpty || wantsContext else {
      let names = StepCase.all.map(\.name) + SideBenchmark.allCases.map(\.rawValue) + ["context"]
      throw UsageError("nothing is called \"\(only)\"; there are \(names.joined(separator: ", "))")
    }
    let folder = arguments.option("out")
    // After every part, so that a suite that is stopped leaves what it has measured.
    func save(_ results: SuiteResults) throws { if let folder { try results.write(to: folder) } }
    let typed = ["only", "rounds", "seconds", "threads"].compactMap { name in
      arguments.isGiven(name) ? arguments.option(name).map { " --\(name) \($0)" } : nil
    }
    var results = SuiteResults(command: typed.joined(), threads: threads, rounds: rounds)
    if !shapes.isEmpty { results.launcherSeconds = try LauncherBenchmark.overhead() }
    for shape in shapes {
      console.note("measuring \(shape.name)")
      results.steps.append(
        try StepComparison.run(
          shape, threads: threads, rounds: rounds, seconds: arguments.number("seconds") ?? 6, python: python))
      console.table(SuitePage.times(results.steps.suffix(1)))
      try save(results)
    }
    for side in sides {
      console.note("measuring \(side.rawValue)")
      results.sides.append(
        try SideComparison.run(
          side, threads: threads, rounds: rounds, python: python, text: arguments.option("text")))
      console.table(results.sides[results.sides.count - 1].table)
      try save(results)
    }
    if wantsContext {
      console.note("measuring long contexts")
      results.context = try ChildProcess.measure(
        ChildProcess.ownProgram, ["context", "--threads", "\(threads)"], as: ContextBenchmark.self)
    }
    console.heading("Training step")
    console.table(SuitePage.times(results.steps))
    console.heading("Memory")
    console.table(SuitePage.memory(results.steps))
    if let context = results.context { console.table(context.table) }
    try save(results)
  }
}

/// Everything that a run of the suite measured.
struct SuiteResults: Codable {
  /// What was typed after `./bench`.
  let command: String
  let threads: Int
  let rounds: Int
  /// What `./zoo` adds to a start of the program.
  var launcherSeconds: Double?
  var steps: [StepComparison] = []
  var sides: [SideComparison] = []
  var context: ContextBenchmark?

  /// Writes the page, its plot and the figures.
  ///
  /// - Throws: when the folder cannot be written.
  func write(to folder: String) throws {
    let url = URL(fileURLWithPath: folder, isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    func write(_ text: String, _ name: String) throws {
      try text.write(to: url.appending(path: name), atomically: true, encoding: .utf8)
    }
    try write(try Console.jsonText(self), "benchmarks.json")
    try write(SuitePage.markdown(self), "benchmarks.md")
    if let context { try write(context.svg, "long-contexts.svg") }
  }
}
