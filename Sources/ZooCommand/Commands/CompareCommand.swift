import CommandLineKit
import Comparison
import Experiments
import Foundation
import Settings
import Training
import Wording
import Zoo

extension Command {
  /// `zoo compare`: the main job.
  static let compare = Command(
    name: "compare", summary: "train models side by side and write a report",
    discussion: """
      Trains every model on the same text, with the same windows in the same order, and writes one self-contained \
      report.html. Before training, a certificate lists what is equal between the models and what differs.

      The names bert and gpt are a twin pair: they have the same block, tokenizer and initial tensors, and differ \
      in mask, objective and head.

      A single name is a suite: a saved comparison, which lists the models, the recipe, the seeds and the decisive \
      measure. Four are included (zoo list suites).

      Ctrl-C discards the current step, saves and prints the command that resumes the comparison. Trained models are \
      kept, and the interrupted run continues bitwise equal to an uninterrupted one. If the text was moved, name its \
      new place with --data; it must be the same text.
      """ + ExperimentJob.paragraphOnRecipe + TrainedComparison.paragraph + MatchOptions.paragraph
        + TuningOptions.paragraph,
    examples: [
      Example("zoo compare bert gpt", "the default comparison, a few minutes on two cores"),
      Example("zoo compare bert gpt --seeds 6", "six seeds per model, to separate architectures from chance"),
      Example(
        "zoo compare bert gpt --until-decided", "add seeds until the comparison is decided, at most twelve"),
      Example("zoo compare bert gpt --as-published", "each with its published architecture"),
      Example("zoo compare bert-6x384 gpt-6x384 --data book.txt --minutes 20", "on a text of your own"),
      Example(
        "zoo compare gpt bert \"bert recipe.objective=any-order\"",
        "settings in quotes after a model change that model only"),
      Example("zoo compare masking-rate", "a suite: which masking rate is best?"),
      Example(
        "zoo compare gpt bert --match supervised",
        "the encoder trains on more text, for the same number of predicted tokens"
      ),
      Example(
        "zoo compare gpt bert --tune learning-rate=1e-3,2e-3,4e-3",
        "each with the best of three learning rates, found by the same number of trials"),
      Example("zoo compare --resume runs/bert-gpt-1", "resume a comparison or an ablation"),
      Example("zoo compare runs/gpt-1 runs/gpt-2@best", "two trained models, without training"),
    ],
    positionals: [
      Positional(
        "model", .text, .repeated, help: "two or more models, one suite, or two or more trained runs")
    ],
    options: RecipeOptions.all + TuningOptions.all + ExperimentJob.deeper + [
      RecipeOptions.set, ExperimentJob.seeds, ExperimentJob.untilDecided, MatchOptions.match,
      DeclareOptions.declare, SideBySideOptions.width, RecipeOptions.threads,
      .flag("as-published", help: "bert and gpt with their published architectures instead of as twins"),
      .value("out", .text, as: "folder", help: "output folder; default: runs/A-B-N"),
      .value("resume", .text, as: "folder", help: "resume a comparison or an ablation"),
    ],
    conflicts: [
      RecipeOptions.budgets, Conflict(["resume", "as-published"], because: Resuming.reason),
      Conflict(["resume", "seeds"], because: Resuming.reason),
      Conflict(["resume", "until-decided"], because: Resuming.reason),
      Conflict(["resume", "match"], because: Resuming.reason),
    ]
      + Resuming.conflicts(but: ["data"])
      + (TuningOptions.all + [DeclareOptions.declare]).map(Resuming.conflict)
  ) { arguments in
    let workplace = try Workplace(arguments)
    if let stopped = arguments.option("resume") {
      try Resuming.refuse(arguments.positionals("model"))
      return try ExperimentJob.resume(stopped, arguments, workplace).run(arguments, workplace)
    }
    if let trained = try TrainedComparison(arguments, workplace) { return try trained.run() }
    let arms = arguments.positionals("model").map(ArmWords.init).map { arm in
      let published = arguments.flag("as-published") ? ExperimentJob.publishedNames[arm.model] : nil
      return ArmWords(model: published ?? arm.model, edits: arm.edits)
    }
    let needed = "name at least two models to compare, such as"
    guard let first = arms.first else { throw UsageError("\(needed) bert gpt, or a suite") }
    guard arms.count > 1 else {
      if (try? workplace.registry.descriptor(preset: first.model, from: workplace.presets)) != nil {
        let other = first.model == "bert" ? "gpt" : "bert"
        throw UsageError("\(first.model) is one model; \(needed) \(first.model) \(other), or a suite")
      }
      guard !arguments.flag("as-published") else {
        throw UsageError("--as-published applies to bert and gpt; a suite lists its own models")
      }
      let suite = try SuiteLibrary.standard(workplace.registry).load(first.model)
      return try ExperimentJob.begin(suite, arguments, workplace).run(arguments, workplace)
    }
    let plans = try zip(arms, ArmWords.names(arms)).map { try $0.plan($1, arguments, workplace) }
    try ExperimentJob.begin(
      plans, title: ExperimentJob.title(plans.map(\.name)),
      folderName: plans.map(\.name).joined(separator: "-"),
      declared: arguments.flag("as-published") ? [] : ExperimentJob.declared(arms), arguments, workplace
    ).run(arguments, workplace)
  }

  /// `zoo ablate`: one model, one change a run.
  static let ablate = Command(
    name: "ablate", summary: "train variants of a model, with one part changed at a time",
    discussion:
      """
      Trains the unchanged model and one variant for every --swap, and writes one report on all of them. With --axis, \
      changes one setting after the other instead: it starts with the first value of every axis, steps through the \
      values of the first axis, then of the next, and compares every model with the one before it. Resume an \
      interrupted ablation with: zoo compare --resume FOLDER
      """ + ExperimentJob.paragraphOnRecipe + MatchOptions.paragraph + TuningOptions.paragraph,
    examples: [
      Example("zoo ablate gpt --swap position=none", "with and without positional encoding"),
      Example(
        "zoo ablate gpt-4x128 --swap block.norm=rms --swap block.feedForward=swiglu",
        "two changes, three runs"),
      Example(
        "zoo ablate bert --axis recipe.objective=causal-lm,masked-lm --axis mask=causal,bidirectional",
        "from predicting the next token to reading both sides, one change at a time"),
      Example(
        "zoo ablate gpt --swap block.feedForward.bias=false --match parameters",
        "a wider feed-forward layer makes up for the removed parameters"),
    ],
    positionals: [Positional("model", .text, .required, help: "a preset or a descriptor file")],
    options: RecipeOptions.all + TuningOptions.all + ExperimentJob.deeper + [
      .value(
        "swap", .text, as: "path=value", help: "a change that one variant gets", repeatable: true,
        group: "Model"),
      .value(
        "axis", .text, as: "path=value,…", help: "a setting and its values, changed one at a time",
        repeatable: true, group: "Model"),
      RecipeOptions.set, ExperimentJob.seeds, ExperimentJob.untilDecided, MatchOptions.match,
      DeclareOptions.declare, SideBySideOptions.width, RecipeOptions.threads,
      .value("out", .text, as: "folder", help: "output folder; default: runs/ablate-MODEL-N"),
    ],
    conflicts: [
      RecipeOptions.budgets,
      Conflict(["swap", "axis"], because: "--axis defines all variants itself"),
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let name = arguments.positional("model") ?? ""
    let (swaps, axes) = (arguments.options("swap"), arguments.options("axis"))
    let base = ArmWords(model: name, edits: [])
    let plans: [ArmPlan]
    if !axes.isEmpty {
      let walk = try AxisWalk(axes)
      plans = try walk.steps.indices.map { step in
        try ArmWords(model: name, edits: walk.steps[step]).plan(
          walk.name(step), arguments, workplace, against: step == 0 ? nil : walk.name(step - 1))
      }
    } else if !swaps.isEmpty {
      for swap in swaps { try refuseSeveral(swap) }
      let short = swaps.map(Suite.shortName)
      plans =
        try [base.plan(baseName(base.plan(base.name, arguments, workplace), swaps), arguments, workplace)]
        + zip(swaps, short).map { swap, shown in
          // Two swaps that are alike in short are shown in full.
          let isAlone = short.count { $0 == shown } == 1
          return try ArmWords(model: name, edits: [swap]).plan(isAlone ? shown : swap, arguments, workplace)
        }
    } else {
      throw UsageError("nothing changes: give --swap path=value, or --axis path=value,value")
    }
    try ExperimentJob.begin(
      plans, title: axes.isEmpty ? "\(base.name) with parts swapped" : "\(base.name), one change at a time",
      folderName: "ablate-\(base.name)", declared: ExperimentJob.whatTwinsDifferIn,
      design: Design(isPath: !axes.isEmpty), arguments, workplace
    ).run(arguments, workplace)
  }

  /// Refuses a swap of several values or several settings: each is a run of its own, and so a `--swap` of its own.
  private static func refuseSeveral(_ swap: String) throws {
    let edits = Edits.separated(swap)
    guard edits != [swap] else { return }
    let words = edits.flatMap { ["--swap", $0] }.map(ShellCommand.quoted).joined(separator: " ")
    let paths = Set(edits.map { $0.prefix { $0 != "=" } })
    let walk = ShellCommand.quoted(swap)
    throw UsageError(
      "--swap \(swap): every change is a --swap of its own: \(words)"
        + (edits.count > 1 && paths.count == 1 ? "; or one change after the other with --axis \(walk)" : ""))
  }

  /// The name of the model as it is: the value of the setting that all swaps change, where that is one, as the
  /// others are named for theirs; else the model's name.
  private static func baseName(_ base: ArmPlan, _ swaps: [String]) -> String {
    let paths = Set(swaps.map { $0.prefix { $0 != "=" } })
    guard paths.count == 1, let path = paths.first.map(String.init) else { return base.name }
    let isOfRecipe = path.hasPrefix(RecipeOptions.prefix)
    let settings = isOfRecipe ? base.recipe.settings : base.descriptor.settings
    var place = isOfRecipe ? String(path.dropFirst(RecipeOptions.prefix.count)) : path
    for every in ["block.", "blocks.*."] where place.hasPrefix(every) {
      place = "blocks.0." + place.dropFirst(every.count)
    }
    guard let value = settings.listing.first(where: { $0.path == place })?.value else { return base.name }
    return Suite.shortName("\(path)=\(value.filter { $0 != "\"" })")
  }
}
