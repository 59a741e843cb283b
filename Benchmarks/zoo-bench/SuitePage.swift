import CommandLineKit
import Foundation
import Training
import Transformer
import ZooCommand

/// What the suite shows of its results.
enum SuitePage {
  /// Times of a step, for everyone.
  static func times(_ results: some Sequence<StepComparison>) -> Table {
    var table = Table(
      [Table.Column("shape", .left)]
        + [
          "ours", "PyTorch", "torch.compile", "faster", "1 thread", "gain", "GFLOP/s", "peak", "of roofline",
          "data",
        ].map { Table.Column($0, .right) })
    for result in results {
      func milliseconds(_ subject: Subject) -> String {
        result.median(subject) { $0.step }.map { Format.fixed($0 * 1000, 1) + " ms" } ?? "—"
      }
      let executed = result.median(.zoo) { ($0.executedFlops ?? 0) / $0.step }
      table.add(
        result.shape.name, milliseconds(.zoo), milliseconds(.eager), milliseconds(.compiled),
        result.advantage.map { Format.fixed($0, 2) + " ×" } ?? "—", milliseconds(.oneThread),
        result.threadGain.map { Format.fixed($0, 2) + " ×" } ?? "—",
        executed.map { Format.fixed($0 * 1e-9, 0) } ?? "—",
        middle(result.limits.map(\.flops)).map { Format.fixed($0 * 1e-9, 0) } ?? "—",
        result.shareOfRoofline.map { Format.percent($0) } ?? "—",
        result.dataShare.map { Format.percent($0, 2) } ?? "—")
    }
    return table
  }

  /// Memory, for everyone: the total, and what goes beyond 16 bytes a parameter.
  static func memory(_ results: some Sequence<StepComparison>) -> Table {
    let subjects: [Subject] = [.zoo, .eager, .compiled]
    let titles = subjects.map(\.rawValue) + subjects.map { "extra, \($0.rawValue)" } + ["first step"]
    var table = Table([Table.Column("shape", .left)] + titles.map { Table.Column($0, .right) })
    func bytes(_ value: Double?) -> String { value.map { Format.bytes(Int($0)) } ?? "—" }
    for result in results {
      let totals = subjects.map { subject in bytes(result.median(subject) { Double($0.peakBytes) }) }
      let extras = subjects.map { bytes(result.extraBytes($0)) }
      let began = result.median(.zoo) { $0.firstStepBegan }
      table.add([result.shape.name] + totals + extras + [began.map { Format.fixed($0, 2) + " s" } ?? "—"])
    }
    return table
  }

  /// Each primitive of a shape against the larger of its products at their peak and its bytes at the
  /// memory's bandwidth.
  static func primitives(_ result: StepComparison) -> Table {
    var table = Table(
      [Table.Column("primitive", .left)]
        + ["of a step", "a step", "GFLOP/s", "GB/s", "of its roofline"].map { Table.Column($0, .right) })
    guard let measured = result.rounds[.zoo]?.last, let rows = measured.rows, let limits = result.limits.last
    else { return table }
    let total = rows.reduce(0) { $0 + $1.own }
    for row in rows where row.own > total / 500 && row.bytes > 0 {
      let least = max(Double(row.flops) / limits.flops, Double(row.bytes) / limits.bandwidth)
      table.add(
        row.name, Format.percent(row.own / total),
        Format.fixed(row.own / Double(measured.profiledSteps ?? 1) * 1000, 2) + " ms",
        row.flops > 0 ? Format.fixed(Double(row.flops) / row.own * 1e-9, 0) : "—",
        Format.fixed(Double(row.bytes) / row.own * 1e-9, 1), Format.percent(least / row.own))
    }
    return table
  }

  /// The page: a section for each thing that was measured.
  static func markdown(_ results: SuiteResults) -> String {
    let hasPeer = results.steps.contains { $0.rounds[.eager] != nil }
    var parts = [
      """
      # Benchmarks

      Written by `./bench\(hasPeer ? " --peer" : "")\(results.command)` on \(Machine.summary), \
      \(Date().formatted(.iso8601.year().month().day())), \(results.threads) threads. The programs run in \
      alternation, each in its own process, for \(results.rounds) rounds. Figures are medians over the rounds, and \
      ratios are medians of the ratios within a round.\(limits(results))
      """
    ]
    if !results.steps.isEmpty { parts += steps(results) }
    parts += results.sides.map { "## \($0.benchmark.title)\n\n" + markdown($0.table) }
    if let context = results.context {
      parts.append(
        """
        ## Long contexts

        `gpt-4x128` with rotary positions, one sequence per step. Attention never stores a time × time \
        matrix, so memory grows linearly with the context.

        ![Time and memory by context](long-contexts.svg)

        \(markdown(context.table))
        """)
    }
    if !results.steps.isEmpty {
      parts.append(
        """
        ## Primitives

        Compared with the larger of two limits: FLOPs at the peak of matrix products, and bytes of all operands at \
        the memory bandwidth. Operands that are still in the cache can exceed 100 %.
        """)
      parts += results.steps.map { "### \($0.shape.name)\n\n" + markdown(primitives($0)) }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// What the machine reached while steps were measured; nothing where none were.
  private static func limits(_ results: SuiteResults) -> String {
    let limits = results.steps.flatMap(\.limits)
    func range(_ values: [Double], _ digits: Int) -> String? {
      guard let least = values.min(), let most = values.max() else { return nil }
      return "\(Format.fixed(least * 1e-9, digits)) to \(Format.fixed(most * 1e-9, digits))"
    }
    guard let flops = range(limits.map(\.flops), 0), let bandwidth = range(limits.map(\.bandwidth), 1) else {
      return ""
    }
    return " Over all rounds the peak of matrix products was \(flops) GFLOP/s, and the memory bandwidth "
      + "\(bandwidth) GB/s."
  }

  /// The sections on training steps.
  private static func steps(_ results: SuiteResults) -> [String] {
    [
      """
      ## Training step

      Forward pass, backward pass, clipping and AdamW, in fp32 unless a shape says bf16, without dropout. In bf16, \
      PyTorch's forward pass runs under its autocast. *of roofline*: the minimum time (the executed FLOPs of matrix \
      products at their peak, plus 28 bytes per parameter for the optimiser at the memory bandwidth) divided by the \
      measured time. *faster*: than the faster of PyTorch and torch.compile. *data*: the fraction of a step that is \
      spent on preparing its batch. In all programs the head of an encoder runs on the predicted positions only. In \
      the zoo, the last block after its attention does, too, which takes fewer FLOPs for the same loss and gradients.
      """, markdown(times(results.steps)),
      """
      ## Memory

      Peak memory of the process. *extra*: without 16 bytes per parameter (weights, gradients, two moments), and for \
      PyTorch without the memory of its process after the import. *first step*: from the start of the process to \
      the beginning of its first step.\(results.launcherSeconds.map(launcher) ?? "")
      """, markdown(memory(results.steps)),
    ]
  }

  private static func launcher(_ seconds: Double) -> String {
    " The launcher `./zoo`, which first checks for missing packages and changed sources, "
      + "adds \(Format.fixed(seconds * 1000, 0)) ms."
  }

  private static func markdown(_ table: Table) -> String {
    let lines = [
      table.columns.map(\.title), table.columns.map { $0.alignment == .right ? "---:" : "---" },
    ]
    return (lines + table.rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
