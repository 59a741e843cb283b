import CommandLineKit
import Evaluation
import Inference
import Reporting
import Settings
import Text
import Training
import Wording
import Zoo

/// Evaluations of the registry, the core's and a plugin's, as `zoo eval --with` measures them.
struct RegisteredEvaluations {
  static let option = Option.value(
    "with", .text, as: "evaluation",
    help:
      "run a registered evaluation instead of measuring the loss: its name, or { type: …, settings } (zoo list evaluation)",
    repeatable: true)

  /// What one evaluation found of one model.
  private struct Found: Encodable {
    let model: String
    let evaluation: String
    /// Every setting, defaults included.
    let settings: [String: String]
    let figures: [EvaluationFigure]
    /// Texts and guesses, for people.
    let readings: [ExportedTable]

    private enum CodingKeys: String, CodingKey { case model, evaluation, settings, figures }
  }

  private let workplace: Workplace
  private let console: Console
  private let chosen: [AskedEvaluation]

  /// The evaluations that a command line names.
  ///
  /// - Throws: `SettingsError` for an unknown name or setting, with the nearest one.
  init(_ words: [String], _ workplace: Workplace, _ console: Console) throws {
    self.workplace = workplace
    self.console = console
    chosen = try words.map { try AskedEvaluation($0, in: "--with", workplace.registry) }
    for (index, one) in chosen.enumerated()
    where chosen[..<index].contains(where: { $0.json == one.json }) {
      throw UsageError(
        "--with \(words[index]) is given twice; leave one of them out, or change a setting of it")
    }
  }

  /// Runs all of them on all models. An evaluation that cannot be run on a model is reported, and the others are run.
  ///
  /// - Parameter text: edits of a recipe that name another text than the models' own; nil: their own.
  /// - Returns: whether every evaluation could be run on every model.
  /// - Throws: `TrainerError` where a text cannot be read; `CheckpointError` where a model cannot.
  func run(_ models: [TrainedModel], text other: [String]?, asJSON: Bool) throws -> Bool {
    let own = chosen.filter { !$0.evaluation.readsText }.map(\.settings.type)
    if other != nil, !own.isEmpty {
      console.warning(
        "\(own.joined(separator: ", ")): the questions do not come from a text, so --data changes nothing there"
      )
    }
    var (all, isWhole): ([Found], Bool) = ([], true)
    for model in models {
      let text = try text(of: model, other)
      let remark =
        other != nil || !model.checkpoint.record.recordsTraining
        ? try model.remark(on: text, workplace.registry) : nil
      if let remark, chosen.contains(where: \.evaluation.readsText) {
        asJSON ? console.warning("\(model.name): \(remark)") : console.line("\(model.name): \(remark)")
      }
      // A stored result names the text where it is another than the model's own, or where that is not known.
      let textName = remark == nil ? nil : text.name
      let loaded = try LoadedModel(
        model.checkpoint, registry: workplace.registry, context: try workplace.context())
      for asked in chosen {
        let settings = asked.settings
        let line = PhaseLine(console)
        line.begin("\(model.name): \(settings.type)")
        defer { line.end() }
        do {
          let subject = EvaluationSubject(
            model: loaded, text: text, run: try workplace.run(of: loaded, model)
          ) { line.advance($0, of: $1) }
          let result = try asked.evaluation.stored(subject)
          store(result, of: asked, subject, model, on: asked.evaluation.readsText ? textName : nil, line)
          all.append(
            Found(
              model: model.name, evaluation: settings.type,
              settings: asked.listing, figures: result.figures.map(\.plain),
              readings: try readings(asked, model.name, subject, result)))
        } catch {
          // What was found before is printed whatever happens.
          isWhole = false
          line.end()
          console.warning("\(model.name): \(settings.type): \(error)")
        }
      }
    }
    if asJSON { try console.json(all) } else { show(all) }
    return isWhole
  }

  /// The texts and guesses of a result, as tables; of one that is told by its tables, these.
  private func readings(
    _ asked: AskedEvaluation, _ name: String, _ subject: EvaluationSubject, _ result: StoredResult
  ) throws -> [ExportedTable] {
    let results = EvaluationResults(
      asked.settings.declaration,
      [
        .init(
          index: 0, name: name, seesFuture: subject.model.model.mask.seesFuture, result: result.json)
      ])
    let section = try asked.evaluation.presentation(results).section
    let tables = asked.evaluation is any TabulatedEvaluation ? section?.tables : section?.readings
    return (tables ?? []).map { $0.exported([ReportModel(name, colour: 0)]) }
  }

  /// Keeps a result in the folder of its run, for `zoo report`. The figures are printed in any case.
  private func store(
    _ result: StoredResult, of asked: AskedEvaluation, _ subject: EvaluationSubject, _ model: TrainedModel,
    on textName: String?, _ line: PhaseLine
  ) {
    let isTrained = model.checkpoint.record.recordsTraining
    guard let folder = model.folder, model.record != nil || !isTrained else { return }
    do {
      let state = isTrained ? try TrainerState(from: model.checkpoint) : TrainerState(totalSteps: 0)
      try EvaluationStore(folder).write(
        result, of: try asked.question(state, subject.text, subject.readers),
        on: textName, version: ProgramVersion.current)
    } catch {
      line.end()
      console.warning("\(model.name): the result is not kept: \(error)")
    }
  }

  private func text(of model: TrainedModel, _ other: [String]?) throws -> TextSource {
    let registry = workplace.registry
    let recipe = try Recipe.of(model.checkpoint, sets: other ?? [], registry: registry)
    let open = TrainingData.source(in: registry, input: model.input(isOther: other != nil))
    return try RunText(of: other == nil ? model.record : nil, open: open)
      .source(recipe, advice: RunText.evaluationAdvice, registry)
  }

  private func show(_ all: [Found]) {
    for asked in chosen {
      let settings = asked.settings
      let found = all.filter { $0.evaluation == settings.type && $0.settings == asked.listing }
      guard !found.isEmpty else { continue }
      // Of one evaluation with several settings each is headed by what was set.
      let set = settings.listing.filter { !$0.isDefault }.map { ", \($0.path) \($0.value)" }.joined()
      let isAlone = chosen.count { $0.settings.type == settings.type } == 1
      console.heading(settings.type + (isAlone ? "" : set))
      let hasChance = found.contains { $0.figures.contains { $0.chance != nil } }
      var table = Table(
        [
          .init("model"), .init("figure"), .init("value", .right), .init("95 % interval"),
          .init("of", .right),
        ]
          + (hasChance ? [.init("chance", .right)] : []))
      for one in found {
        for figure in one.figures {
          func text(_ value: Double) -> String {
            figure.isShare ? Format.percent(value) : Format.fixed(value, 4)
          }
          let interval = figure.low.flatMap { low in figure.high.map { "\(text(low)) to \(text($0))" } }
          table.add(
            [one.model, figure.name, text(figure.value), interval ?? "", Format.count(figure.count)]
              + (hasChance ? [figure.chance.map(text) ?? ""] : []))
        }
      }
      if found.contains(where: { !$0.figures.isEmpty }) { console.table(table) }
      for table in found.flatMap(\.readings) {
        console.heading(table.caption)
        console.table(Table(table))
      }
    }
  }
}
