import CommandLineKit
import Foundation
import Tensors
import Text
import Training
import Zoo

extension Command {
  /// `zoo classify`: labels of texts from a fine-tuned model.
  static let classify = Command(
    name: "classify", summary: "label texts with a fine-tuned model",
    discussion: """
      The run is one that zoo finetune --save kept. Labels and probabilities are those of its classification head. A \
      model of pairs reads two texts with a tab between them; one of words reads words with spaces between them and \
      labels each. What is longer than the model reads is cut as in fine-tuning, and counted.
      """,
    examples: [
      Example("zoo classify runs/labels \"the dogs sleeps.\"", "every label with its probability"),
      Example("zoo classify runs/labels --lines texts.txt --json", "one text per line"),
    ],
    positionals: [run, Positional("text", .text, .repeated, help: "texts to label")],
    options: TextItem.lines + [TextItem.limit, SkippedItems.option, RecipeOptions.threads, json]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let console = arguments.console
    let skipped = SkippedItems(arguments)
    let items = try TextItem.read(arguments, skipped)
    let checkpoint = try workplace.model(arguments.positional("run") ?? "", console).checkpoint
    let classifier = try TextClassifier(
      checkpoint, registry: workplace.registry, context: try workplace.context())
    let refusals = try skipped.refusals(items, classifier.refusal)
    let used = zip(items, refusals).filter { $1 == nil }.map(\.0.text)
    var answers = try classifier.classify(used).makeIterator()
    let labelled = zip(items, refusals).map { item, refusal in
      LabelledItem(item.text, refusal == nil ? answers.next() : nil, error: refusal)
    }
    skipped.report(of: items.count, on: console)
    let cut = labelled.count(where: \.isCut)
    if cut > 0 { console.warning("texts longer than the model reads, which were cut: \(cut)") }
    if arguments.flag(json.name) { return try console.json(labelled) }
    show(labelled.filter { $0.error == nil }, classifier.record, on: console)
  }

  private static func show(_ labelled: [LabelledItem], _ record: ClassifierRecord, on console: Console) {
    if record.form == .tagging {
      for (index, item) in labelled.enumerated() {
        if index > 0 { console.line() }
        console.table(table(of: item.parts, "word"))
      }
    } else if labelled.count == 1 {
      let part = labelled[0].parts[0]
      var table = Table([Table.Column("label"), Table.Column("probability", .right)])
      for (label, probability) in part.probabilities.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        table.add([label, Format.percent(probability)])
      }
      console.table(table)
    } else {
      console.table(table(of: labelled.flatMap(\.parts), "text"))
    }
  }

  /// A row for each part.
  private static func table(of parts: [TextClassifier.Part], _ what: String) -> Table {
    var table = Table([Table.Column("label"), Table.Column("probability", .right), Table.Column(what)])
    for part in parts { table.add([part.label, Format.percent(part.probability), part.text]) }
    return table
  }
}

/// A text with its labels, as `zoo classify --json` prints it.
private struct LabelledItem: Encodable {
  let text: String
  /// One, or one a word; none for a text that was left out.
  let parts: [TextClassifier.Part]
  let isCut: Bool
  /// Why it was left out.
  let error: String?

  init(_ text: String, _ found: TextClassifier.Classified?, error: String?) {
    self.text = text
    self.error = error
    (parts, isCut) = (found?.parts ?? [], found?.isCut ?? false)
  }
}
