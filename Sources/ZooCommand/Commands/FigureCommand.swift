import CommandLineKit
import Comparison
import Training
import Wording

extension Command {
  /// `zoo figure`: one picture for a slide or a paper.
  static let figure = Command(
    name: "figure", summary: "write one figure: learning curves, attention or verdicts",
    discussion: """
      curves: the learning curves of a comparison or of runs, with one axis per unit. verdicts: the conclusions of a \
      comparison, with intervals. attention: the attention weights for a sentence (see also zoo attention).

      The extension of the file chooses the format: .svg, .png or .pdf. PNG and PDF need rsvg-convert, which is in \
      the Debian package librsvg2-bin.
      """,
    examples: [
      Example("zoo figure curves runs/bert-gpt-1 --out curves.svg", "the learning curves of a comparison"),
      Example(
        "zoo figure curves runs/gpt-1 runs/gpt-2 --against seconds --out curves.svg",
        "the learning curves of two runs, by seconds"),
      Example("zoo figure verdicts runs/bert-gpt-1 --out verdicts.svg", "its conclusions with intervals"),
      Example(
        "zoo figure attention runs/bert-1 --text \"the dogs sleep.\" --layer 3 --head 1 --out head.svg",
        "one head"
      ),
    ],
    positionals: [
      Positional(
        "kind", .choice(["curves", "attention", "verdicts"]), .required, help: "the kind of figure"),
      Positional("run", .text, .repeated, help: "a comparison, or runs"),
    ],
    options: [
      .value(
        "out", .text, as: "file", help: "output file, which ends in .svg, .png or .pdf", required: true),
      .value(
        "against", .choice(Figure.Axis.allCases.map(\.rawValue)), default: Figure.Axis.tokens.rawValue,
        help: "the x-axis of the curves"),
      .value("text", .text, help: "the sentence, for attention"), AttentionOptions.pair,
      AttentionOptions.layer, AttentionOptions.head, AttentionOptions.steps, OutputFile.force,
      RecipeOptions.threads,
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let runs = arguments.positionals("run")
    guard !runs.isEmpty else {
      throw UsageError("figure: name a comparison or a run; see them with: \(ShellCommand("runs"))")
    }
    let file = try FigureFile(arguments.option("out") ?? "", isForced: arguments.flag("force"))
    let kind = arguments.positional("kind") ?? ""
    let own = ["attention": ["text", "pair", "layer", "head", "steps"], "curves": ["against"]]
    for (other, names) in own where other != kind {
      if let name = names.first(where: arguments.isGiven) {
        throw UsageError("figure \(kind): --\(name) is for figure \(other); leave it out")
      }
    }
    let figure: Figure?
    switch kind {
    case "attention":
      guard arguments.isGiven("text") else {
        throw UsageError("figure attention: give the sentence with --text")
      }
      figure = try AttentionPictures(arguments, workplace).figure(
        steps: try AttentionOptions.steps(arguments), head: try AttentionOptions.head(arguments))
    case "verdicts":
      guard runs.count == 1, let report = try workplace.report(runs[0]) else {
        throw TrainerError(
          place: runs.joined(separator: ", "), reason: "verdicts need one comparison that is finished",
          suggestion: "name one that has a report, or draw curves")
      }
      figure = Figure.verdicts(report)
    default:
      let axis = arguments.option("against").flatMap(Figure.Axis.init) ?? .tokens
      figure = Figure.curves(try workplace.curves(runs), against: axis)
    }
    guard let figure else {
      throw TrainerError(
        place: runs.joined(separator: ", "), reason: "there are no \(kind) to draw",
        suggestion: "name a run that has been evaluated")
    }
    try file.write(figure.svg)
    arguments.console.line("figure: \(file.path)")
  }
}
