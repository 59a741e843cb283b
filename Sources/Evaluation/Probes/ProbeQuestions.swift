import Foundation
import Statistics

/// The questions of one task with their labels and control labels, cut into what probes are fitted on and what
/// they are asked.
struct ProbeQuestions: Sendable {
  /// What probes are fitted for.
  let task: ProbeTask
  /// Every question, sentence by sentence.
  let examples: [ProbeExample]
  /// The real labels.
  let labels: [Int]
  /// A label for each that follows from its word alone.
  let control: [Int]
  /// Indices of the questions that probes are fitted on.
  let fitting: [Int]
  /// Those that layers are chosen on.
  let choosing: [Int]
  /// Those that are measured.
  let testing: [Int]

  /// The questions of a task.
  ///
  /// - Parameter seed: of the control labels.
  init(_ task: ProbeTask, _ examples: [ProbeExample], seed: UInt64) {
    func part(_ part: ProbePart) -> [Int] {
      examples.indices.filter { ProbePart(sentence: examples[$0].sentence) == part }
    }
    self.task = task
    self.examples = examples
    (fitting, choosing, testing) = (part(.fitting), part(.choosing), part(.testing))
    let labels = examples.map(\.label)
    let control = ControlTask(task, fitting.map { labels[$0] }, seed: seed)
    self.labels = labels
    self.control = examples.map { control.label($0.type) }
  }

  /// What answers are right when every question has the label that is most frequent where probes are fitted; and
  /// when every word has the one that is most frequent for it there.
  var withoutVectors: (mostFrequent: [Bool], wordAlone: [Bool]) {
    func most(_ questions: [Int]) -> Int {
      let counts = Dictionary(grouping: questions) { labels[$0] }.mapValues(\.count)
      return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
    }
    let common = most(fitting)
    let ofWord = Dictionary(grouping: fitting) { examples[$0].type }.mapValues(most)
    return (
      testing.map { labels[$0] == common },
      testing.map { labels[$0] == ofWord[examples[$0].type] ?? common }
    )
  }

  /// A probe's right answers.
  struct Answers: Sendable {
    /// In the order of ``ProbeQuestions/choosing``.
    let choosing: [Bool]
    /// In the order of ``ProbeQuestions/testing``.
    let testing: [Bool]
    /// The largest entry of the gradient where the fit ended.
    let gradient: Double
  }

  /// Fits a probe on the vectors of one layer and asks it.
  ///
  /// - Parameters:
  ///   - vectors: `[examples, width]`.
  ///   - labels: real ones, or those of the control.
  func answers(_ vectors: [Float], width: Int, labels: [Int], penalty: Double) -> Answers {
    let scale = FeatureScale(vectors, width: width, rows: fitting)
    let fit = LogisticRegression(
      features: scale(vectors, rows: fitting), labels: fitting.map { labels[$0] },
      classes: task.labels.count, penalty: penalty
    ).fit()
    func right(_ questions: [Int]) -> [Bool] {
      zip(fit(scale(vectors, rows: questions)), questions).map { $0 == labels[$1] }
    }
    return Answers(choosing: right(choosing), testing: right(testing), gradient: fit.gradient)
  }
}
