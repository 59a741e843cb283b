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
  private let words: [HiddenWordItem]
  private let evidence: [EvidenceItem]
  private let profileFile: URL
  private var last: (step: Int, choices: Choices)?
  private let automaton: ByteAutomaton?
  /// The steps whose time is looked at: late enough to be warm, few enough to cost nothing.
  private let profiled: Range<Int>

  /// Which frozen items a model gets right, by how much of the text it is given; nothing for what it cannot be
  /// asked.
  struct Choices {
    /// Choices between two forms of a verb.
    var verbs: [ChoiceContext: [Bool]] = [:]
    /// Choices of a hidden word.
    var words: [ChoiceContext: [Bool]] = [:]
    /// The probability of each candidate of the items by evidence, `[items][candidates]`.
    var evidence: [ChoiceContext: [[Double]]] = [:]
  }

  init(
    _ trainer: Trainer, _ model: LoadedModel, items: [VerbItem], words: [HiddenWordItem],
    evidence: [EvidenceItem], automaton: ByteAutomaton?, in folder: RunFolder
  ) {
    self.evidence = evidence
    self.automaton = automaton
    self.trainer = trainer
    self.model = model
    self.words = words
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
      let choices = try choices()
      for (key, all) in [(\Choices.verbs, choices.verbs), (\Choices.words, choices.words)] {
        for (side, right) in all {
          values[Self.metric(key, side)] = Double(right.count { $0 }) / Double(right.count)
        }
      }
      for (side, bits) in divergences(choices.evidence) { values[Self.divergence(side)] = bits }
      return values
    }
    return events
  }

  /// The name in the metrics of the share of right choices.
  static func metric(_ kind: KeyPath<Choices, [ChoiceContext: [Bool]]>, _ side: ChoiceContext) -> String {
    (kind == \Choices.verbs ? "verbs." : "words.") + side.rawValue
  }

  /// The name in the metrics of the mean divergence from the exact choices, in bits.
  static func divergence(_ side: ChoiceContext) -> String { "divergence." + side.rawValue }

  private lazy var report = automaton.map { ClozeReport(evidence, $0) }

  private func divergences(_ evidence: [ChoiceContext: [[Double]]]) -> [(ChoiceContext, Double)] {
    guard let report else { return [] }
    return evidence.map { side, probabilities in
      let bits = report.divergences(ClozeReport.Answers(side, probabilities))
      return (side, bits.reduce(0, +) / Double(max(1, bits.count)))
    }
  }

  /// Which of the frozen items the model gets right as it is now.
  func choices() throws -> Choices {
    if let last, last.step == trainer.state.step { return last.choices }
    var choices = Choices()
    if !items.isEmpty {
      let scoring = ChoiceScoring(model)
      choices.verbs = try Dictionary(
        uniqueKeysWithValues: ChoiceContext.allCases.map { ($0, try scoring.right(items, $0)) })
    }
    if !words.isEmpty {
      let scoring = HiddenWordScoring(model)
      choices.words = try Dictionary(
        uniqueKeysWithValues: scoring.sides.map { ($0, try scoring.right(words, $0)) })
    }
    if !evidence.isEmpty {
      let scoring = ClozeScoring(model)
      // From the left side alone an encoder reads a whole window for each item: it is asked so once, at the end.
      let sides = model.predicts == .next || trainer.isFinished ? scoring.sides : [.bothSides]
      choices.evidence = try Dictionary(
        uniqueKeysWithValues: sides.filter(scoring.sides.contains).map {
          ($0, try scoring.probabilities(evidence, $0))
        })
    }
    last = (trainer.state.step, choices)
    return choices
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
