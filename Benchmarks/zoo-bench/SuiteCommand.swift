import Foundation
import Training
import ZooCommand

extension Command {
  /// Everything, in turn with the peers, as a table, a JSON file and a page.
  static let suite = Command(
    name: "suite", summary: "measure all shapes, beside the machine's limits and PyTorch",
    options: [
      .value("only", .text, as: "text", help: "only shapes whose name contains this"),
      .value("rounds", .integer(1...100), default: "3", help: "times that everyone is measured, in turn"),
      .value("seconds", .number(0...1000), default: "6", help: "how long each measurement takes"),
      .value("threads", .integer(1...1024), default: "2", help: "threads"),
      .value("python", .text, as: "file", help: "a Python with PyTorch, to measure it in turn"),
      .value("out", .text, as: "folder", help: "where benchmarks.md and benchmarks.json are written"),
    ]
  ) { arguments in
    let console = arguments.console
    let chosen = StepCase.all.filter { $0.name.contains(arguments.option("only") ?? "") }
    guard !chosen.isEmpty else {
      throw UsageError("no shape's name contains that; there are \(StepCase.all.map(\.name).joined(separator: ", "))")
    }
    var results: [StepComparison] = []
    for shape in chosen {
      console.note("measuring \(shape.name)")
      results.append(
        try StepComparison.run(
          shape, threads: arguments.integer("threads") ?? 2, rounds: arguments.integer("rounds") ?? 3,
          seconds: arguments.number("seconds") ?? 6, python: arguments.option("python")))
      console.table(SuitePage.times(results.suffix(1)))
    }
    console.heading("Training step")
    console.table(SuitePage.times(results))
    console.heading("Memory")
    console.table(SuitePage.memory(results))
    guard let folder = arguments.option("out") else { return }
    let url = URL(fileURLWithPath: folder, isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try Console.jsonText(results).write(
      to: url.appending(path: "benchmarks.json"), atomically: true, encoding: .utf8)
    try SuitePage.markdown(results, command: CommandLine.arguments.dropFirst().joined(separator: " ")).write(
      to: url.appending(path: "benchmarks.md"), atomically: true, encoding: .utf8)
  }
}
