import CommandLineKit
import Comparison
import Foundation
import Training

extension Command {
  /// `zoo attention`: pictures of who attends to whom.
  static let attention = Command(
    name: "attention", summary: "draw the attention of a trained model for a sentence",
    discussion: """
      Writes one HTML file with a grid of layers × heads, untrained next to trained. Several runs are shown side by \
      side on the same sentence.

      --pair adds a second sentence, which encoders such as BERT read in a segment of its own: the pictures mark the \
      first as A and the second as B.

      If the output file ends in .svg, .png or .pdf, writes a figure with title, axes and colour scale: all heads or \
      one, after training or at several training steps. --layer, --head and --steps always write a figure.
      """,
    examples: [
      Example(
        "zoo attention runs/bert-gpt-1/bert runs/bert-gpt-1/gpt --text \"the dogs near the house are hungry.\"",
        "two models, one sentence"),
      Example(
        "zoo attention runs/bert-1 --text \"the dogs sleep.\" --layer 3 --head 1 --steps 0,1500,3000 --out figure.svg",
        "one head during training"),
      Example(
        "zoo attention bert-base --text \"the dogs sleep.\" --pair \"they are tired.\"",
        "two sentences that are read together"),
    ],
    positionals: [Positional("run", .text, .repeatedAtLeastOnce, help: TrainedModel.help)],
    options: [
      .value("text", .text, help: "the sentence", required: true), AttentionOptions.pair,
      AttentionOptions.layer, AttentionOptions.head, AttentionOptions.steps,
      .value(
        "out", .text, as: "file",
        help: "output file; default: attention.html, or attention.svg with --layer, --head or --steps"
      ),
      OutputFile.force, RecipeOptions.threads,
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let (steps, head) = (try AttentionOptions.steps(arguments), try AttentionOptions.head(arguments))
    let isForced = arguments.flag("force")
    let isOfParts = head != nil || !steps.isEmpty
    let path = arguments.option("out") ?? (isOfParts ? "attention.svg" : "attention.html")
    if isOfParts || FigureFile.format(of: path) != nil {
      if isOfParts, FigureFile.format(of: path) == nil {
        let option = steps.isEmpty ? "layer and --head draw" : "steps draws"
        throw UsageError(
          "--\(option) a figure, and --out \(path) is none; name a file that ends in \(FigureFile.formats)")
      }
      let file = try FigureFile(path, isForced: isForced)
      let pictures = try AttentionPictures(arguments, workplace)
      try file.write(try pictures.figure(steps: steps, head: head).svg)
    } else {
      let file = try OutputFile(path, .page, option: "out", isForced: isForced)
      let pictures = try AttentionPictures(arguments, workplace)
      let page = AttentionPage.html(
        title: pictures.title, command: console.commandLine, arms: pictures.names,
        notes: pictures.captions, pictures: try pictures.pair())
      try file.write(Data(page.utf8))
    }
    console.line("attention: \(path)")
  }
}
