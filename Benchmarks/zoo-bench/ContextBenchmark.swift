import CommandLineKit
import Foundation
import Tensors
import Training
import ZooCommand

/// Time and memory of a training step against the length of the context, at one sequence a step.
struct ContextBenchmark: Codable {
  /// One context under one attention.
  struct Point: Codable {
    let attention: String
    let context: Int
    let microsecondsPerToken: Double
    let activationBytesPerToken: Double
  }

  /// What attention sees, and the edits that make it so.
  private static let kinds: [(name: String, sets: [String])] = [
    ("full", []), ("window of 256", ["block.attention.window=256"]),
  ]
  private static let contexts = [256, 512, 1024, 2048, 4096, 8192]

  private(set) var points: [Point] = []

  /// Measures all of them.
  ///
  /// - Throws: what training throws.
  static func run(threads: Int, seconds: Double) throws -> ContextBenchmark {
    var result = ContextBenchmark()
    for kind in kinds {
      for context in contexts {
        let shape = StepCase(
          "gpt-4x128", context: context, batch: 1, sets: ["position=rotary"] + kind.sets)
        let trainer = try shape.trainer(try Context.cpu(threads: threads, seed: 1))
        _ = try trainer.step()
        trainer.context.device.arena.resetPeaks()
        var times: [Double] = []
        while times.count < 3 || times.reduce(0, +) < seconds { times.append(try trainer.step().seconds) }
        let bytes = trainer.context.device.arena.kindsAtPeak[MemoryKind.activations.rawValue]
        result.points.append(
          Point(
            attention: kind.name, context: context,
            microsecondsPerToken: (middle(times) ?? .nan) / Double(context) * 1e6,
            activationBytesPerToken: Double(bytes) / Double(context)))
      }
    }
    return result
  }

  /// A row a context.
  var table: Table {
    let names = Self.kinds.map(\.name)
    var table = Table(
      [Table.Column("context", .right)] + names.map { Table.Column("\($0), µs a token", .right) }
        + names.map { Table.Column("\($0), KiB of activations a token", .right) })
    for context in Set(points.map(\.context)).sorted() {
      let row = names.compactMap { name in points.first { $0.attention == name && $0.context == context } }
      table.add(
        ["\(context)"] + row.map { Format.fixed($0.microsecondsPerToken, 1) }
          + row.map { Format.fixed($0.activationBytesPerToken / 1024, 1) })
    }
    return table
  }

  /// Both figures against the context, on axes that count doublings of the context.
  var svg: String {
    let panels = [
      panel("microseconds a token", x: 60, \.microsecondsPerToken),
      panel("KiB of activations a token", x: 440) { $0.activationBytesPerToken / 1024 },
    ]
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 300" font-family="sans-serif" font-size="12">
      <rect width="780" height="300" fill="white"/>
      \(panels.joined(separator: "\n"))
      </svg>

      """
  }

  private func panel(_ title: String, x left: Double, _ value: (Point) -> Double) -> String {
    let (width, top, bottom) = (300.0, 40.0, 250.0)
    let highest = points.map(value).max() ?? 1
    let contexts = Set(points.map(\.context)).sorted()
    func x(_ context: Int) -> Double {
      left + width * Double(contexts.firstIndex(of: context) ?? 0) / Double(max(1, contexts.count - 1))
    }
    func y(_ number: Double) -> Double { bottom - (bottom - top) * number / highest }
    func text(
      _ x: Double, _ y: Double, _ content: String, _ anchor: String = "middle", _ fill: String = "#444"
    ) -> String {
      "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\" fill=\"\(fill)\">\(content)</text>"
    }
    var parts = [text(left + width / 2, 22, title)]
    for share in [0, 0.5, 1] {
      parts.append(
        "<line x1=\"\(left)\" x2=\"\(left + width)\" y1=\"\(y(share * highest))\" y2=\"\(y(share * highest))\" stroke=\"#ddd\"/>"
      )
      parts.append(text(left - 6, y(share * highest) + 4, Format.fixed(share * highest, 0), "end"))
    }
    parts += contexts.map { text(x($0), bottom + 18, "\($0)") }
    for (index, kind) in Self.kinds.enumerated() {
      let colour = ["#b5542b", "#2b6cb5"][index]
      let line = points.filter { $0.attention == kind.name }
      let path = line.map { "\(Format.fixed(x($0.context), 1)),\(Format.fixed(y(value($0)), 1))" }
      parts.append(
        "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\"\(path.joined(separator: " "))\"/>"
      )
      parts.append(text(left + 8 + 90 * Double(index), bottom + 38, kind.name, "start", colour))
    }
    return parts.joined(separator: "\n")
  }
}

extension Command {
  /// Long contexts, as one line of JSON.
  static let context = Command(
    name: "context", summary: "measure time and memory against the length of the context",
    options: [
      .value("threads", .integer(1...1024), default: "2", help: "threads"),
      .value("seconds", .number(0...1000), default: "1", help: "how long each context takes, at least"),
    ]
  ) { arguments in
    try arguments.console.json(
      try ContextBenchmark.run(
        threads: arguments.integer("threads") ?? 2, seconds: arguments.number("seconds") ?? 1))
  }
}
