import CommandLineKit
import Foundation
import Tensors
import Training
import ZooCommand

/// What one process measured of a training step. A peer prints the same, as far as it can.
struct StepMeasurement: Codable {
  /// Seconds of a step, the median.
  var step: Double
  /// Seconds of its parts; the last one includes clipping.
  var forward: Double
  var backward: Double
  var optimiser: Double
  /// Trained values.
  var parameters: Int
  /// Predictions of a step.
  var predictions: Int
  /// The process's memory at its highest, and before there was a model.
  var peakBytes: Int
  var importBytes: Int
  /// Seconds from the process's start to its first step, begun and ended.
  var firstStepBegan: Double
  var firstStepEnded: Double
  /// Seconds that making a step's batch takes; only ours.
  var data: Double?
  /// FLOPs of matrix products in a step, as they were executed; only ours.
  var executedFlops: Double?
  /// Where a step's time goes, in seconds, FLOPs and bytes of all measured steps; only ours.
  var rows: [Profiler.Row]?
  var profiledSteps: Int?
}

extension StepMeasurement {
  /// Trains for about `seconds`, half of it to measure whole steps and half to measure parts.
  ///
  /// - Throws: what building and training throw.
  static func take(_ shape: StepCase, threads: Int, seconds: Double) throws -> StepMeasurement {
    let importBytes = ProcessMemory.peak ?? 0
    let context = try Context.cpu(threads: threads, seed: 1)
    let trainer = try shape.trainer(context)
    let began = sinceStart()
    let first = try trainer.step()
    let ended = sinceStart()
    _ = try trainer.step()
    let whole = try steps(of: trainer, for: seconds / 2).sorted { $0.seconds < $1.seconds }
    let profiler = Profiler(traceLimit: 0)
    context.profiler = profiler
    let parts = try steps(of: trainer, for: seconds / 2)
    context.profiler = nil
    let rows = profiler.table
    func part(_ name: String) -> Double {
      (rows.first { $0.name == name }?.total ?? 0) / Double(parts.count)
    }
    return StepMeasurement(
      step: whole[whole.count / 2].seconds, forward: part("forward"), backward: part("backward"),
      optimiser: part("optimiser"), parameters: trainer.model.parameters.count,
      predictions: trainer.state.supervisedTokens / trainer.state.step,
      peakBytes: ProcessMemory.peak ?? 0, importBytes: importBytes, firstStepBegan: began,
      firstStepEnded: ended, data: part("data"), executedFlops: Double(first.flops), rows: rows,
      profiledSteps: parts.count)
  }

  private static func steps(of trainer: Trainer, for seconds: Double) throws -> [StepReport] {
    var reports: [StepReport] = []
    while reports.count < 5 || reports.reduce(0, { $0 + $1.seconds }) < seconds {
      reports.append(try trainer.step())
    }
    return reports
  }

  /// Seconds since the system started this process.
  private static func sinceStart() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let uptime = try? String(contentsOfFile: "/proc/uptime", encoding: .utf8),
      // The second field is a name in brackets, which may hold spaces.
      let ticks = status.split(separator: ")").last?.split(separator: " ").dropFirst(19).first,
      let started = Double(ticks), let now = uptime.split(separator: " ").first.flatMap({ Double($0) })
    else { return .nan }
    return now - started / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}

extension Command {
  /// One shape in this process, as one line of JSON.
  static let step = Command(
    name: "step", summary: "measure the training step of one shape",
    positionals: [Positional("shape", .text, .required, help: "a shape of the suite, such as gpt-6x384")],
    options: [
      .value("threads", .integer(1...1024), default: "2", help: "threads"),
      .value("seconds", .number(0...1000), default: "6", help: "how long"),
    ]
  ) { arguments in
    try arguments.console.json(
      try StepMeasurement.take(
        try StepCase.named(arguments.positional("shape") ?? ""), threads: arguments.integer("threads") ?? 2,
        seconds: arguments.number("seconds") ?? 6))
  }
}
