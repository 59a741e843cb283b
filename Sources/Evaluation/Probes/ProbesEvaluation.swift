import Foundation
import Inference
import Settings
import Statistics
import Tensors
import Text
import Zoo

/// What a linear layer decodes from the hidden states of every layer: a probe for each layer and task, beside a control
/// task and the same model before training.
///
/// A decoder's vector at a word knows what stands up to it. An encoder's knows the whole sentence, and is
/// therefore measured twice: once as it is, and once with the sentence cut off behind the word, where it knows
/// what a decoder knows.
///
/// - Source: probes: Alain and Bengio, "Understanding intermediate layers using linear classifier probes", 2016;
///   control tasks and selectivity: Hewitt and Liang, 2019.
public struct ProbesEvaluation: Evaluation {
  /// Sentences that are asked about unless another number is given.
  public static let maxSentences = 2000
  /// Fewer sentences say nothing.
  public static let minSentences = 50
  /// The factor of half the squared weights.
  static let penalty = 1e-3

  static let sentences = Key.integer(
    "sentences", minSentences...1_000_000, default: maxSentences, help: "max number of held-out sentences")
  static let seed = Key.integer(
    "seed", 0...Int.max, default: 1, help: "random seed of the control task's labels")

  private let count: Int
  private let seed: UInt64

  /// An evaluation.
  ///
  /// - Parameters:
  ///   - sentences: how many are asked about at most.
  ///   - seed: of the control labels.
  public init(sentences: Int = maxSentences, seed: UInt64 = 1) {
    count = sentences
    self.seed = seed
  }

  /// Fits and asks the probes of a model.
  ///
  /// - Throws: `InferenceError` for a model that shows no layers or has no run, and where the held-out text has too few
  ///   sentences of the embedded grammar that all models read; `MemoryError`.
  public func measure(_ subject: EvaluationSubject) throws -> Result {
    let sentences = HeldOutSentences(subject.text, count: count) { text in
      subject.readers.allSatisfy { $0.reads(text) }
    }
    guard sentences.sentences.count >= Self.minSentences else {
      throw InferenceError(
        "\(subject.text.shownName) has fewer than \(Self.minSentences) held-out sentences of the embedded grammar that fit "
          + "the context of every model, \(subject.shortestContext) tokens")
    }
    let run = try subject.expectRun()
    let untrained = try run.untrained()
    let all = ProbeTask.fitted.map { ProbeQuestions($0, sentences.examples($0), seed: seed) }
    let sides = subject.model.model.mask.seesFuture ? ChoiceContext.allCases : [.leftOnly]
    let total = sides.count * all.count
    var layers: [Result.Layer] = []
    for (done, (side, questions)) in sides.flatMap({ side in all.map { (side, $0) } }).enumerated() {
      subject.progress(done, total)
      func vectors(_ model: LoadedModel) throws -> [[Float]] {
        let readings = try questions.examples.map {
          try sentences.reading($0, of: questions.task, side, model)
        }
        return try model.layerVectors(readings.map(\.ids), at: readings.map(\.place))
      }
      layers += fitted(
        questions, side, trained: try vectors(subject.model), untrained: try vectors(untrained),
        width: untrained.model.dimensions.width, threads: run.threads)
    }
    let parts = sentences.sentences.indices.map(ProbePart.init)
    return Result(
      fitted: parts.count { $0 == .fitting }, chosen: parts.count { $0 == .choosing },
      tested: parts.count { $0 == .testing }, penalty: Self.penalty,
      gradientBound: LogisticRegression.gradientBound, questions: all.map(Result.Questions.init),
      layers: layers)
  }

  /// Probes of every layer for one task: on the trained vectors with real and control labels, on the untrained ones
  /// with real labels. Their results do not depend on the number of threads.
  private func fitted(
    _ questions: ProbeQuestions, _ side: ChoiceContext, trained: [[Float]], untrained: [[Float]], width: Int,
    threads: Int
  ) -> [Result.Layer] {
    let inputs = zip(trained, untrained).flatMap { trained, untrained in
      [(trained, questions.labels), (trained, questions.control), (untrained, questions.labels)]
    }
    let answers = inParallel(inputs, threads: threads) { vectors, labels in
      questions.answers(vectors, width: width, labels: labels, penalty: Self.penalty)
    }
    return trained.indices.map { layer in
      let own = answers[3 * layer..<3 * layer + 3]
      return Result.Layer(
        side: side, task: questions.task, layer: layer,
        choosing: questions.task.asked.map {
          questions.shareForChoosing(answers[3 * layer].choosing, $0)
        }, real: AnswerBits(answers[3 * layer].testing), control: AnswerBits(answers[3 * layer + 1].testing),
        untrained: AnswerBits(answers[3 * layer + 2].testing),
        unfinished: own.count { $0.gradient > LogisticRegression.gradientBound })
    }
  }

  /// Every sentence is read for each task and side, by the trained and by the untrained model.
  public func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    // Of two words of a sentence the class is asked, of other properties one on average.
    let questions = 2 + (ProbeTask.fitted.count - 1)
    return Double(count * questions * reader.sentenceTokens * 2 * (reader.isEncoder ? 2 : 1))
  }
}

extension ProbeQuestions {
  /// The fraction of right answers of a task where layers are chosen.
  fileprivate func shareForChoosing(_ right: [Bool], _ task: ProbeTask) -> Double {
    let asked = zip(choosing, right).filter { examples[$0.0].belongs(to: task) }
    return Double(asked.count { $0.1 }) / Double(max(1, asked.count))
  }
}
