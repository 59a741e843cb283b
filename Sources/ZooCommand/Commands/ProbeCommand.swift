import CommandLineKit
import Comparison
import Evaluation
import Foundation
import Inference
import Statistics
import SyntheticCorpus
import Text
import Training
import Zoo

extension Command {
  /// `zoo probe`: what can be read off a model's vectors.
  static let probe = Command(
    name: "probe", summary: "fit linear probes to the hidden states of every layer",
    discussion: """
      Fits a linear probe for word class, number and depth to every layer of every model. It uses held-out sentences \
      of the embedded corpus that are in no training text, half of them for fitting. Each probe is reported with a \
      control task, whose labels depend on the word only (Hewitt and Liang 2019), and with the same model before \
      training. An encoder is measured twice: on the sentence cut off after the word, which is what a decoder sees, \
      and on the whole sentence.
      """,
    examples: [
      Example("zoo probe runs/bert-gpt-1/bert runs/bert-gpt-1/gpt", "a table with one row per layer"),
      Example("zoo probe runs/gpt-1 --out probes", "also write probes/probes.csv and probes/probes.json"),
    ],
    positionals: [Positional("run", .text, .repeatedAtLeastOnce, help: TrainedModel.help)],
    options: [
      .value(
        "sentences", .integer(ProbesEvaluation.minSentences...1_000_000),
        default: "\(ProbesEvaluation.maxSentences)",
        help: "maximum number of held-out sentences"),
      .value("seed", .integer(0...Int.max), default: "1", help: "random seed of the control task's labels"),
      .value("out", .text, as: "folder", help: "output folder for probes.csv and probes.json"),
      OutputFile.force, RecipeOptions.threads, .flag("json", help: "print JSON for a script"),
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let isForced = arguments.flag("force")
    if let folder = arguments.option("out") { _ = try outputs(folder, isForced: isForced) }
    let corpus = GeneratedCorpus.make()
    let models = try workplace.models(arguments.positionals("run"), arguments.console)
    let loaded = try models.map { model in
      let recipe = try Recipe.of(model.checkpoint, registry: workplace.registry)
      if let data = recipe.data {
        throw TrainerError(
          place: model.name,
          reason: "it was trained on \(data.joined(separator: ", ")), whose grammar is not known",
          suggestion: "probe a run on the embedded corpus")
      }
      _ = try RunText(of: model.record) { _ in corpus.source }
        .source(recipe, advice: RunText.restoreAdvice(), workplace.registry)
      return try LoadedModel(
        model.checkpoint, registry: workplace.registry, context: try workplace.context())
    }
    let names = models.map(\.name)
    let evaluation = ProbesEvaluation(
      sentences: arguments.integer("sentences") ?? ProbesEvaluation.maxSentences,
      seed: UInt64(arguments.integer("seed") ?? 1))
    let line = PhaseLine(arguments.console)
    defer { line.end() }
    let readers = loaded.map { EvaluationSubject.Reader($0) }
    let results = try zip(models, loaded).enumerated().map { index, pair in
      let (model, loaded) = pair
      line.begin("probing \(model.name)")
      return (
        arm: index,
        result: try evaluation.measure(
          EvaluationSubject(
            model: loaded, text: corpus.source, readers: readers, run: try workplace.run(of: loaded, model)
          ) { line.advance($0, of: $1) })
      )
    }
    guard let probes = ProbeResults(results) else { return }
    line.end()
    // What was found is shown before it is written: a full disk does not take it away.
    if arguments.flag("json") {
      try arguments.console.json(probes)
    } else {
      show(probes, names, on: arguments.console)
    }
    guard let folder = arguments.option("out") else { return }
    _ = try OutputFile.makeFolder(folder, option: "out")
    let texts = [ProbeTable.csv(probes, names: names), try Console.jsonText(probes)]
    for (file, text) in zip(try outputs(folder, isForced: isForced), texts) {
      try file.write(Data(text.utf8))
    }
  }

  /// The files in a folder, tried.
  private static func outputs(_ path: String, isForced: Bool) throws -> [OutputFile] {
    try OutputFile.files(
      [("probes.csv", .probes), ("probes.json", .json)], in: path, option: "out", isForced: isForced)
  }

  /// One table per task, and who comes out ahead where models saw the same.
  private static func show(_ probes: ProbeResults, _ names: [String], on console: Console) {
    func number(_ share: Double) -> String { Format.fixed(share * 100, 1) }
    func withInterval(_ measured: Measured) -> String {
      number(measured.value)
        + (measured.interval.map { " (\(number($0.low)) to \(number($0.high)))" } ?? "")
    }
    for task in probes.tasks {
      console.heading(task.task.rawValue)
      var table = Table([
        Table.Column("model"), Table.Column("layer", .right), Table.Column("sees"),
        Table.Column("right, %", .right), Table.Column("control, %", .right),
        Table.Column("selectivity, points", .right), Table.Column("untrained, %", .right),
      ])
      for row in probes.rows where row.task == task.task {
        table.add(
          names[row.arm], "\(row.layer)", ProbeTable.words(row.side), withInterval(row.accuracy),
          number(row.control.value), withInterval(row.selectivity), number(row.untrained.value))
      }
      console.table(table)
      console.line(
        "\(Format.count(task.count)) questions; most frequent label \(Format.percent(task.mostFrequent)), "
          + "word alone \(Format.percent(task.wordAlone))")
      for comparison in probes.comparisons where comparison.task == task.task {
        console.line(
          "\(ProbeTable.words(comparison.side)): \(names[comparison.arm]) at layer \(comparison.layer) minus "
            + "\(names[comparison.against]) at layer \(comparison.layerAgainst): "
            + "\(withInterval(comparison.difference)) points")
      }
    }
    console.line(
      "\nprobes fitted on \(Format.count(probes.fitted)) sentences, layers chosen on "
        + "\(Format.count(probes.chosen)), measured on \(Format.count(probes.tested)); layer 0 is the embedding"
    )
    if probes.unfinished > 0 {
      console.warning("\(probes.unfinished) of \(probes.fits) fits did not converge to the gradient bound")
    }
  }
}
