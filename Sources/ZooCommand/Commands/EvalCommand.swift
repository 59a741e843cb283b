import CommandLineKit
import Foundation
import Settings
import Tensors
import Training
import Wording
import Zoo

extension Command {
  /// `zoo eval`: a trained model on held-out text.
  static let eval = Command(
    name: "eval", summary: "evaluate a run or checkpoint on its held-out text, or on other text",
    examples: [
      Example("zoo eval runs/gpt-1", "the whole held-out text of the run"),
      Example(
        "zoo eval runs/bert-gpt-1 runs/gpt-1@best",
        "every model of a comparison, and the best checkpoint of a run"
      ),
      Example("zoo eval runs/gpt-1 --data other.txt --json", "the last tenth of another text"),
      Example(
        "zoo eval runs/bert-1 runs/gpt-1 --with hidden-words", "a registered evaluation on two models"),
    ],
    positionals: [Positional("run", .text, .repeatedAtLeastOnce, help: TrainedModel.help)],
    options: [
      .value("data", .text, as: "path", help: "another text, of which the last tenth is evaluated")
    ] + RecipeOptions.reading + [
      .value("windows", .integer(1...1_000_000_000), help: "maximum number of windows; default: all"),
      RegisteredEvaluations.option, RecipeOptions.threads,
      .flag("json", help: "print JSON for a script"),
    ],
    conflicts: [
      Conflict(["with", "windows"], because: "a registered evaluation has its own settings, such as windows")
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let others = try RegisteredEvaluations(arguments.options("with"), workplace, console)
    let models = try workplace.models(arguments.positionals("run"), console)
    guard arguments.options("with").isEmpty else {
      let isWhole = try others.run(
        models, text: arguments.option("data").map { RecipeOptions.otherText([$0], arguments) },
        asJSON: arguments.flag("json"))
      if !isWhole { throw EarlyEnd(code: ExitCode.failure) }
      return
    }
    var reports: [Evaluated] = []
    for model in models {
      let (report, objective, remark) = try evaluate(model, arguments, workplace)
      reports.append(Evaluated(model: model.name, report: report))
      guard !arguments.flag("json") else {
        if let remark { console.warning("\(model.name): \(remark)") }
        continue
      }
      if models.count > 1 { console.heading(model.name) }
      if let remark { console.line(remark) }
      show(report, objective, on: console)
    }
    guard arguments.flag("json") else { return }
    if models.count == 1 { return try console.json(reports[0].report) }
    try console.json(reports)
  }

  private static func evaluate(_ model: TrainedModel, _ arguments: ParsedArguments, _ workplace: Workplace)
    throws
    -> (report: EvaluationReport, objective: any Objective, remark: String?)
  {
    var sets = ["evaluationWindows=" + (arguments.option("windows") ?? "null")]
    let other = arguments.option("data")
    if let other { sets += RecipeOptions.otherText([other], arguments) }
    let trainer = try Trainer.evaluating(
      model.checkpoint, of: other == nil ? model.record : nil, sets: sets, registry: workplace.registry,
      source: TrainingData.source(in: workplace.registry, input: model.input(isOther: other != nil))
    ) {
      try workplace.context(seed: $0.seed)
    }
    for remark in trainer.data.remarks { arguments.console.warning(remark) }
    let isOwn = other == nil && model.checkpoint.record.recordsTraining
    let remark = isOwn ? nil : try model.remark(on: trainer.data.source, workplace.registry)
    return (try trainer.evaluate(), trainer.objective, remark)
  }

  private static func show(_ report: EvaluationReport, _ objective: any Objective, on console: Console) {
    console.line("held-out loss: \(Format.fixed(report.loss, 4)) \(objective.unit)")
    if let bits = report.bitsPerByte {
      console.line("bits per byte: \(Format.fixed(bits, 4)) over \(Format.bytes(report.bytes)) of text")
    }
    console.line(
      "accuracy\(objective.findsReplacedTokens ? "" : " of the most probable token"): \(Format.percent(report.accuracy)) of \(Format.count(report.predictions))"
    )
  }
}

/// An evaluation of one of several models, as `zoo eval --json` prints it.
private struct Evaluated: Encodable {
  let model: String
  let report: EvaluationReport
}
