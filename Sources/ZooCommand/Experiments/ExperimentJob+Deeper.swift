import CommandLineKit
import Comparison
import Evaluation
import Experiments
import Settings
import SyntheticCorpus
import Text
import Wording
import Zoo

/// The evaluations that a comparison makes when it is asked to.
extension ExperimentJob {
  private static let probes = Option.flag(
    "probes", help: "also fit linear probes to the hidden states of every layer")
  private static let fineTune = Option.value(
    "fine-tune", .choice(GrammarTask.allCases.map(\.rawValue)), as: "task",
    help: "also fine-tune the trained models on a task, as zoo finetune does", repeatable: true)

  private static let with = Option.value(
    "with", .text, as: "evaluation",
    help: "also run a registered evaluation on the trained models: its name, or { type: …, settings } "
      + "(zoo list evaluation)", repeatable: true)

  static let deeper = [probes, fineTune, with]

  /// What of these was typed, each as it would be typed alone.
  static func deeperOptions(_ arguments: ParsedArguments) -> [String] {
    (arguments.flag(probes.name) ? ["--\(probes.name)"] : [])
      + arguments.options(fineTune.name).map { "--\(fineTune.name) \($0)" }
      + arguments.options(with.name).map { "--\(with.name) \(ShellCommand.quoted($0))" }
  }

  /// A design with what `--probes` and `--fine-tune` add to it.
  ///
  /// Both need a text whose grammar is known: an option that asks for them on another is refused, a suite that
  /// is run on another goes without.
  ///
  /// - Throws: `UsageError`; `SettingsError` for an evaluation that is not registered, or a setting that it has not.
  static func deepened(
    _ design: Design, _ plans: [ArmPlan], _ arguments: ParsedArguments, _ registry: Registry
  ) throws -> Design {
    let asked = try arguments.options(with.name).map {
      try AskedEvaluation($0, in: "--\(with.name)", registry)
    }
    // Those of a suite or a record, too, before anything is trained.
    for known in design.evaluations { _ = try AskedEvaluation(known, in: "evaluations", registry) }
    var design = design.with(
      tasks: arguments.options(fineTune.name).compactMap { GrammarTask(rawValue: $0) }
    ).with(evaluations: asked.map(\.json))
    if arguments.flag(probes.name) { design.probes = true }
    guard plans.contains(where: { $0.recipe.data != nil }) else { return design }
    if let asked = [probes, fineTune].first(where: { arguments.isGiven($0.name) }) {
      throw UsageError(
        "--\(asked.name): word classes and agreement are known for the embedded corpus only; leave out "
          + "--\(asked.name), or the data")
    }
    guard design.probes == true || !design.tasks.isEmpty else { return design }
    arguments.console.warning(
      "the suite's probes and fine-tuning are left out: the grammar of this text is not known")
    return design.withoutGrammar
  }
}
