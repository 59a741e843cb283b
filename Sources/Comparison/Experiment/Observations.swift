import Evaluation
import Foundation
import Inference
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

/// What a comparison measures of an arm while it trains, beside what every run measures.
final class Observations {
  private let trainer: Trainer
  private let model: LoadedModel
  private let items: [VerbItem]
  private let profileFile: URL
  private var lastVerbs: (step: Int, right: [ChoiceContext: [Bool]])?
  /// The steps whose time is looked at: late enough to be warm, few enough to cost nothing.
  private let profiled: Range<Int>

  init(_ trainer: Trainer, _ model: LoadedModel, items: [VerbItem], in folder: RunFolder) {
    self.trainer = trainer
    self.model = model
    profileFile = folder.url.appending(path: "profile.json")
    // An item that does not fit into the context cannot be asked.
    self.items = items.filter { item in
      let text = item.left + " " + item.correct + item.right
      return model.tokenizer.encode(text).count + 2 <= model.descriptor.context
    }
    let start = min(20, trainer.state.totalSteps / 2)
    profiled = start..<min(start + 20, trainer.state.totalSteps)
  }

  /// The events of a run, with these observations added.
  func watching(_ watcher: RunEvents) -> RunEvents {
    var events = watcher
    events.step = { [self] report, state in
      watcher.step(report, state)
      lookAtTime(report.step)
    }
    events.measure = { [self] trainer in
      var values = try watcher.measure(trainer)
      for (side, right) in try verbs() {
        values[Self.metric(side)] = Double(right.count { $0 }) / Double(right.count)
      }
      return values
    }
    return events
  }

  /// The name in the metrics of the share of right verb choices.
  static func metric(_ side: ChoiceContext) -> String { "verbs." + side.rawValue }

  /// Which of the frozen items the model gets right as it is now; empty where there are none to ask.
  func verbs() throws -> [ChoiceContext: [Bool]] {
    guard !items.isEmpty else { return [:] }
    if let lastVerbs, lastVerbs.step == trainer.state.step { return lastVerbs.right }
    let scoring = ChoiceScoring(model)
    let right = try Dictionary(
      uniqueKeysWithValues: ChoiceContext.allCases.map { ($0, try scoring.right(items, $0)) })
    lastVerbs = (trainer.state.step, right)
    return right
  }

  /// Where the time of some steps went; empty when the run was stopped among them.
  var profile: [Profiler.Row] {
    (try? JSONDecoder().decode([Profiler.Row].self, from: Data(contentsOf: profileFile))) ?? []
  }

  private func lookAtTime(_ step: Int) {
    if step == profiled.lowerBound { trainer.context.profiler = Profiler(traceLimit: 0) }
    if step == profiled.upperBound, let profiler = trainer.context.profiler {
      // A report without this table is still a report: not worth ending a run for.
      try? RecordFile.write(profiler.table, to: profileFile)
      trainer.context.profiler = nil
    }
  }
}
