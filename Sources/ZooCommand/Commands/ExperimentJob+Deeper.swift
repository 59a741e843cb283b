import CommandLineKit
import Comparison
import SyntheticCorpus
import Text

/// The evaluations that a comparison makes when it is asked to.
extension ExperimentJob {
  private static let probes = Option.flag(
    "probes", help: "also show what linear probes read off the models' vectors, layer by layer")
  private static let fineTune = Option.value(
    "fine-tune", .choice(GrammarTask.allCases.map(\.rawValue)), as: "task",
    help: "also fine-tune the trained models on a task, as zoo finetune does", repeatable: true)

  static let deeper = [probes, fineTune]

  /// What of these was typed, each as it would be typed alone.
  static func deeperOptions(_ arguments: ParsedArguments) -> [String] {
    (arguments.flag(probes.name) ? ["--\(probes.name)"] : [])
      + arguments.options(fineTune.name).map { "--\(fineTune.name) \($0)" }
  }

  /// A design with what `--probes` and `--fine-tune` add to it.
  ///
  /// Both need a text whose grammar is known: an option that asks for them on another is refused, a suite that
  /// is run on another goes without.
  ///
  /// - Throws: `UsageError`.
  static func deepened(_ design: Design, _ plans: [ArmPlan], _ arguments: ParsedArguments) throws -> Design {
    var design = design.with(
      tasks: arguments.options(fineTune.name).compactMap { GrammarTask(rawValue: $0) })
    if arguments.flag(probes.name) { design.probes = true }
    guard plans.contains(where: { $0.recipe.data != nil }) else { return design }
    if let asked = deeper.first(where: { arguments.isGiven($0.name) }) {
      throw UsageError(
        "--\(asked.name): what words are and how they agree is known of the embedded corpus alone; leave out "
          + "--\(asked.name), or the data")
    }
    guard design.probes == true || !design.tasks.isEmpty else { return design }
    arguments.console.warning(
      "the suite's probes and fine-tuning are left out: the grammar of this text is not known")
    return design.withoutGrammar
  }
}
