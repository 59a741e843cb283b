import Evaluation
import Foundation
import Inference
import Settings
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

/// What a comparison measures of an arm while it trains, beside what every run measures.
final class Observations {
  private let trainer: Trainer
  private let model: LoadedModel
  private let items: FrozenChoices
  private let profileFile: URL
  private var last: (step: Int, answers: FrozenChoices.Answers)?
  /// The steps whose time is looked at: late enough to be warm, few enough to cost nothing.
  private let profiled: Range<Int>

  init(_ trainer: Trainer, _ model: LoadedModel, items: FrozenChoices, in folder: RunFolder) {
    self.trainer = trainer
    self.model = model
    self.items = items
    profileFile = Self.profile(of: folder)
    let start = min(20, trainer.state.totalSteps / 2)
    profiled = start..<min(start + 20, trainer.state.totalSteps)
  }

  /// The events of a run, with these observations added.
  func watching(_ watcher: RunEvents) -> RunEvents {
    var events = watcher
    events.onEvent { [self] event in
      if case .step(let report, _) = event { lookAtTime(report.step) }
    }
    events.measure = { [self] trainer in
      var values = try watcher.measure(trainer)
      let answers = try answers()
      for (key, all) in [(\FrozenChoices.Answers.verbs, answers.verbs), (\.words, answers.words)] {
        for (side, right) in all {
          values[Self.metric(key, side)] = Double(right.count { $0 }) / Double(right.count)
        }
      }
      for (side, bits) in divergences(answers.evidence) { values[Self.divergence(side)] = bits }
      return values
    }
    return events
  }

  /// The name in the metrics of the fraction of right choices.
  static func metric(_ kind: KeyPath<FrozenChoices.Answers, [ChoiceContext: [Bool]]>, _ side: ChoiceContext)
    -> String
  {
    (kind == \.verbs ? "verbs." : "words.") + side.rawValue
  }

  /// The name in the metrics of the mean divergence from the exact choices, in bits.
  static func divergence(_ side: ChoiceContext) -> String { "divergence." + side.rawValue }

  private lazy var report = items.automaton.map { ClozeReport(items.evidence, $0) }

  private func divergences(_ evidence: [ChoiceContext: [[Double]]]) -> [(ChoiceContext, Double)] {
    guard let report else { return [] }
    return evidence.map { side, probabilities in
      let bits = report.divergences(ClozeReport.Answers(side, probabilities))
      return (side, bits.reduce(0, +) / Double(max(1, bits.count)))
    }
  }

  /// Which of the frozen items the model gets right as it is now.
  func answers() throws -> FrozenChoices.Answers {
    if let last, last.step == trainer.state.step { return last.answers }
    let answers = try items.answers(model, isFinal: trainer.isFinished)
    last = (trainer.state.step, answers)
    return answers
  }

  /// Where the time of some steps of a run went; empty when it was stopped among them, or never looked at.
  static func profile(_ folder: RunFolder) -> [Profiler.Row] {
    (try? JSONDecoder().decode(
      [Profiler.Row].self, from: InputFile.regular(profile(of: folder).path))) ?? []
  }

  private static func profile(of folder: RunFolder) -> URL { folder.url.appending(path: "profile.json") }

  private func lookAtTime(_ step: Int) {
    if step == profiled.lowerBound { trainer.context.profiler = Profiler(traceLimit: 0) }
    if step == profiled.upperBound, let profiler = trainer.context.profiler {
      // A report without this table is still a report: not worth ending a run for.
      try? RecordFile.write(profiler.table, to: profileFile)
      trainer.context.profiler = nil
    }
  }
}
