import Foundation
import Inference
import Statistics
import Tensors
import Text
import Zoo

/// Measures what a linear layer decodes from the hidden states of every layer: a probe for each layer and task, beside
/// a control task and the same model before training.
///
/// A decoder's vector at a word knows what stands up to it. An encoder's knows the whole sentence, and is
/// therefore measured twice: once as it is, and once with the sentence cut off behind the word, where it knows
/// what a decoder knows.
///
/// - Source: probes: Alain and Bengio, "Understanding intermediate layers using linear classifier probes", 2016;
///   control tasks and selectivity: Hewitt and Liang, 2019.
public struct ProbeStudy {
  /// A model, as it is and as it was.
  public struct Subject {
    /// Index of the arm.
    public let arm: Int
    /// The trained model.
    public let trained: LoadedModel
    /// Makes the model with its initial values.
    public let untrained: () throws -> LoadedModel

    /// A model.
    public init(arm: Int, trained: LoadedModel, untrained: @escaping () throws -> LoadedModel) {
      self.arm = arm
      self.trained = trained
      self.untrained = untrained
    }

    /// The sides that its vectors can know.
    var sides: [ChoiceContext] {
      trained.model.mask.seesFuture ? ChoiceContext.allCases : [.leftOnly]
    }
  }

  /// Sentences that are asked about unless another number is given.
  public static let maxSentences = 2000
  /// Fewer sentences say nothing.
  public static let minSentences = 50
  /// The factor of half the squared weights.
  static let penalty = 1e-3

  private let subjects: [Subject]
  private let source: TextSource
  private let count: Int
  private let seed: UInt64
  private let threads: Int

  /// A study of some models.
  ///
  /// - Parameters:
  ///   - source: the text whose held-out sentences are asked about.
  ///   - sentences: how many at most.
  ///   - seed: of the control labels.
  ///   - threads: fits at a time; their results do not depend on it.
  public init(
    _ subjects: [Subject], source: TextSource, sentences: Int = maxSentences, seed: UInt64 = 1,
    threads: Int = 1
  ) {
    self.subjects = subjects
    self.source = source
    count = sentences
    self.seed = seed
    self.threads = threads
  }

  /// What the probes found; nil where the held-out text has too few sentences of the embedded grammar.
  ///
  /// - Throws: `InferenceError` for a model that shows no layers; `MemoryError`; what making an untrained model
  ///   throws.
  public func make() throws -> ProbeResults? {
    let sentences = HeldOutSentences(source, count: count) { text in
      subjects.allSatisfy { $0.trained.fits(text) }
    }
    guard sentences.sentences.count >= Self.minSentences else { return nil }
    let all = ProbeTask.fitted.map { ProbeQuestions($0, sentences.examples($0), seed: seed) }
    var found: [ProbedLayer] = []
    for subject in subjects {
      let untrained = try subject.untrained()
      for side in subject.sides {
        for questions in all {
          func vectors(_ model: LoadedModel) throws -> [[Float]] {
            let readings = try questions.examples.map {
              try sentences.reading($0, of: questions.task, side, model)
            }
            return try model.layerVectors(readings.map(\.ids), at: readings.map(\.place))
          }
          found += layers(
            questions, trained: try vectors(subject.trained), untrained: try vectors(untrained),
            width: untrained.model.dimensions.width, arm: subject.arm, side: side)
        }
      }
    }
    let parts = sentences.sentences.indices.map(ProbePart.init)
    let gradients = found.flatMap { [$0.real.gradient, $0.control.gradient, $0.untrained.gradient] }
    return ProbeResults(
      fitted: parts.count { $0 == .fitting }, chosen: parts.count { $0 == .choosing },
      tested: parts.count { $0 == .testing }, penalty: Self.penalty,
      gradientBound: LogisticRegression.gradientBound, fits: gradients.count,
      unfinished: gradients.count { $0 > LogisticRegression.gradientBound }, tasks: all.flatMap(tasks),
      rows: rows(found),
      comparisons: comparisons(found))
  }

  /// Probes of every layer of one model for one task: on the trained vectors with real and control labels, on
  /// the untrained ones with real labels.
  private func layers(
    _ questions: ProbeQuestions, trained: [[Float]], untrained: [[Float]], width: Int, arm: Int,
    side: ChoiceContext
  ) -> [ProbedLayer] {
    let inputs = zip(trained, untrained).flatMap { trained, untrained in
      [(trained, questions.labels), (trained, questions.control), (untrained, questions.labels)]
    }
    let answers = inParallel(inputs, threads: threads) { vectors, labels in
      questions.answers(vectors, width: width, labels: labels, penalty: Self.penalty)
    }
    return trained.indices.map { layer in
      ProbedLayer(
        arm: arm, side: side, layer: layer, questions: questions, real: answers[3 * layer],
        control: answers[3 * layer + 1], untrained: answers[3 * layer + 2])
    }
  }

  /// By model, side and task, each from the embedding to the last layer.
  private func rows(_ found: [ProbedLayer]) -> [ProbeResults.Row] {
    subjects.flatMap { subject in
      subject.sides.flatMap { side in
        ProbeTask.allCases.flatMap { task in
          found.filter { $0.arm == subject.arm && $0.side == side && $0.isAsked(task) }.map { $0.row(task) }
        }
      }
    }
  }

  private func tasks(_ questions: ProbeQuestions) -> [ProbeResults.Task] {
    let (mostFrequent, wordAlone) = questions.withoutVectors
    return questions.task.asked.map { task in
      let chosen = questions.testing.indices.filter {
        questions.examples[questions.testing[$0]].belongs(to: task)
      }
      func share(_ right: [Bool]) -> Double {
        Double(chosen.count { right[$0] }) / Double(max(1, chosen.count))
      }
      return ProbeResults.Task(
        task: task, count: chosen.count, mostFrequent: share(mostFrequent), wordAlone: share(wordAlone))
    }
  }

  /// Every model beside the first one that saw the same, each at the layer that is best where layers are chosen.
  private func comparisons(_ found: [ProbedLayer]) -> [ProbeResults.Comparison] {
    ChoiceContext.allCases.flatMap { side in
      ProbeTask.allCases.flatMap { task -> [ProbeResults.Comparison] in
        let best = subjects.compactMap { subject in
          found.filter { $0.arm == subject.arm && $0.side == side && $0.isAsked(task) }
            .max { ($0.shareForChoosing(task), $1.layer) < ($1.shareForChoosing(task), $0.layer) }
        }
        guard let first = best.first else { return [] }
        return best.dropFirst().map { other in
          ProbeResults.Comparison(
            arm: other.arm, against: first.arm, side: side, task: task, layer: other.layer,
            layerAgainst: first.layer,
            difference: other.questions.difference(other.real.testing, first.real.testing, task))
        }
      }
    }
  }
}

/// The probes of one layer of one model for one task.
private struct ProbedLayer {
  let arm: Int
  let side: ChoiceContext
  let layer: Int
  let questions: ProbeQuestions
  let real: ProbeQuestions.Answers
  let control: ProbeQuestions.Answers
  let untrained: ProbeQuestions.Answers

  /// Whether its probes answer a task.
  func isAsked(_ task: ProbeTask) -> Bool { questions.task.asked.contains(task) }

  /// What is shown of it.
  func row(_ task: ProbeTask) -> ProbeResults.Row {
    ProbeResults.Row(
      arm: arm, side: side, task: task, layer: layer, accuracy: questions.share(real.testing, task),
      control: questions.share(control.testing, task),
      selectivity: questions.difference(real.testing, control.testing, task),
      untrained: questions.share(untrained.testing, task))
  }

  /// The fraction of right answers where layers are chosen.
  func shareForChoosing(_ task: ProbeTask) -> Double {
    let asked = zip(questions.choosing, real.choosing).filter { questions.examples[$0.0].belongs(to: task) }
    return Double(asked.count { $0.1 }) / Double(max(1, asked.count))
  }
}

extension ProbeQuestions {
  /// The fraction of right ones among the measured answers of a task, with sentences as clusters.
  func share(_ right: [Bool], _ task: ProbeTask) -> Measured {
    let asked = zip(testing, right).filter { examples[$0.0].belongs(to: task) }
    return .share(right: asked.map(\.1), clusters: asked.map { examples[$0.0].sentence })
  }

  /// The fraction of right ones minus that of others to the same questions, with sentences as units.
  func difference(_ right: [Bool], _ others: [Bool], _ task: ProbeTask) -> Measured {
    var sums: [Int: (count: Int, sum: Double)] = [:]
    for (question, answers) in zip(testing, zip(right, others)) where examples[question].belongs(to: task) {
      let (right, other) = answers
      let known = sums[examples[question].sentence] ?? (0, 0)
      sums[examples[question].sentence] = (
        known.count + 1, known.sum + (right ? 1 : 0) - (other ? 1 : 0)
      )
    }
    let sentences = sums.sorted { $0.key < $1.key }.map(\.value)
    return .difference(sums: sentences.map(\.sum), counts: sentences.map(\.count))
  }
}
