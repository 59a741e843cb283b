import Tensors
import Text
import Training
import Zoo

/// Collects an arm's curves while it trains.
final class Observations {
  private(set) var trainPoints: [MeasuredPoint] = []
  private(set) var heldOutPoints: [MeasuredPoint] = []
  private(set) var verbPoints: [ChoiceContext: [MeasuredPoint]] = [:]
  private(set) var lastVerbs: [ChoiceContext: [Bool]] = [:]
  private(set) var profile: [Profiler.Row] = []
  private(set) var peakBytes = 0

  private let trainer: Trainer
  private let model: LoadedModel
  private let items: [VerbItem]
  private var recent: [Double] = []
  /// The steps whose time is looked at: late enough to be warm, few enough to cost nothing.
  private let profiled: Range<Int>

  init(_ trainer: Trainer, _ model: LoadedModel, items: [VerbItem]) {
    self.trainer = trainer
    self.model = model
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
      recent.append(report.loss)
      let every = max(1, state.totalSteps / 200)
      if report.step % every == 0 || report.step == state.totalSteps {
        trainPoints.append(MeasuredPoint(state: state, value: recent.reduce(0, +) / Double(recent.count)))
        recent = []
      }
      lookAtTime(report.step)
    }
    events.measure = { [self] trainer in
      // What training itself takes at most is what the forecast is about; the items are extra.
      peakBytes = max(peakBytes, trainer.context.device.arena.peak)
      var values = try watcher.measure(trainer)
      guard !items.isEmpty else { return values }
      for side in ChoiceContext.allCases {
        let right = try ChoiceScoring(model).right(items, side)
        let share = Double(right.count { $0 }) / Double(right.count)
        verbPoints[side, default: []].append(MeasuredPoint(state: trainer.state, value: share))
        lastVerbs[side] = right
        values["verbs." + side.rawValue] = share
      }
      return values
    }
    events.evaluated = { [self] report, state in
      heldOutPoints.append(MeasuredPoint(state: state, value: report.loss))
      watcher.evaluated(report, state)
    }
    return events
  }

  private func lookAtTime(_ step: Int) {
    if step == profiled.lowerBound { trainer.context.profiler = Profiler(traceLimit: 0) }
    if step == profiled.upperBound, let profiler = trainer.context.profiler {
      profile = profiler.table
      trainer.context.profiler = nil
    }
  }
}
