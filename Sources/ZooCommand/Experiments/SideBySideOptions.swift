import CommandLineKit
import Comparison
import Experiments
import Tensors
import Training

/// The option by which arms are trained at once, and the rule where it is not given.
enum SideBySideOptions {
  static let width = Option.value(
    "side-by-side", .integer(1...1024), as: "runs",
    help:
      "number of runs to train at once; they divide the threads; default: with 8 threads or more, as many as "
      + "get two threads each and fit into memory, else 1", group: "Training")

  /// The fewest threads that are divided by themselves, and what each run then has at least.
  private static let (fewest, each) = (8, 2)

  /// How many runs train at once.
  ///
  /// - Throws: `UsageError` where seconds are a budget: a run beside others has fewer of the machine.
  static func width(
    _ arguments: ParsedArguments, _ plans: [ArmPlan], _ forecasts: [RunForecast], threads: Int
  ) throws -> Int {
    let asked = arguments.integer(width.name)
    try check(arguments, plans)
    return width(
      asked: asked, runs: plans.count, threads: threads, isTimed: plans.contains(where: isTimed),
      bytes: forecasts.map(\.residentBytes).max() ?? 0, memory: MachineMemory.here.bytes)
  }

  /// Refuses runs at once where seconds are a budget.
  ///
  /// - Throws: `UsageError`.
  static func check(_ arguments: ParsedArguments, _ plans: [ArmPlan]) throws {
    if arguments.integer(width.name) ?? 1 > 1, let plan = plans.first(where: isTimed) {
      throw UsageError(
        "--side-by-side: \(plan.name) has a budget of \(plan.recipe.budget), and a run that shares the machine takes fewer steps in "
          + "a minute; give a budget in another unit, or leave --side-by-side out")
    }
  }

  /// The rule.
  ///
  /// - Parameters:
  ///   - asked: what the command line says.
  ///   - isTimed: whether seconds are a budget.
  ///   - bytes: what one run needs.
  ///   - memory: what the machine has, of which a quarter is left alone.
  static func width(asked: Int?, runs: Int, threads: Int, isTimed: Bool, bytes: Int, memory: Int) -> Int {
    if let asked { return max(1, min(asked, runs, threads)) }
    guard threads >= fewest, !isTimed else { return 1 }
    return max(1, min(runs, threads / each, memory / 4 * 3 / max(1, bytes)))
  }

  /// A number of threads in words.
  static func threads(_ count: Int) -> String { Format.counted(count, "thread") }

  private static func isTimed(_ plan: ArmPlan) -> Bool {
    if case .minutes = plan.recipe.budget { true } else { false }
  }
}
