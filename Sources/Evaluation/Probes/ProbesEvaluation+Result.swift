import Inference
import Statistics

extension ProbesEvaluation {
  /// What probes of one model answered, question by question: what several models came to is made of it
  /// (``ProbeResults``).
  public struct Result: Codable, Sendable, Equatable {
    /// Sentences that probes were fitted on, that layers were chosen on, and that everything is measured on.
    var fitted: Int
    /// See ``fitted``.
    var chosen: Int
    /// See ``fitted``.
    var tested: Int
    /// The factor of half the squared weights in every fit.
    var penalty: Double
    /// The largest entry of the gradient that a fit may end with.
    var gradientBound: Double
    /// What is measured, a list a task that probes are fitted for.
    var questions: [Questions]
    /// The probes: by side and task, each from the embedding to the last layer.
    var layers: [Layer]

    /// The measured questions of a task that probes are fitted for.
    struct Questions: Codable, Sendable, Equatable {
      /// What is read off.
      var task: ProbeTask
      /// The sentence of each question.
      var sentences: [Int]
      /// Whether a noun of the other number is between the verb that follows and its subject.
      var attractors: AnswerBits
      /// What the label that is most frequent where probes are fitted gets right.
      var mostFrequent: AnswerBits
      /// What a table of the most frequent label of every word gets right.
      var wordAlone: AnswerBits
    }

    /// The probes of one layer for one task.
    struct Layer: Codable, Sendable, Equatable {
      /// What the model saw.
      var side: ChoiceContext
      /// What the probes were fitted for.
      var task: ProbeTask
      /// 0 is the embedding.
      var layer: Int
      /// The share right where layers are chosen, of every task that the probes are asked.
      var choosing: [Double]
      /// What is right of real labels.
      var real: AnswerBits
      /// What is right of labels that follow from the word alone.
      var control: AnswerBits
      /// What is right on vectors of the same model before training.
      var untrained: AnswerBits
      /// Fits of these three whose gradient stayed above the bound.
      var unfinished: Int
    }
  }
}

/// Which answers are right, in the order of the questions: `"0110…"` in a file.
struct AnswerBits: Codable, Sendable, Equatable {
  /// One an answer.
  let right: [Bool]

  init(_ right: [Bool]) { self.right = right }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    let text = try value.decode(String.self)
    guard text.allSatisfy({ $0 == "0" || $0 == "1" }) else {
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "answers are neither 0 nor 1")
    }
    right = text.map { $0 == "1" }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode(String(right.map { $0 ? "1" : "0" }))
  }
}

extension ProbesEvaluation.Result.Questions {
  init(_ questions: ProbeQuestions) {
    let (mostFrequent, wordAlone) = questions.withoutVectors
    let tested = questions.testing.map { questions.examples[$0] }
    self.init(
      task: questions.task, sentences: tested.map(\.sentence),
      attractors: AnswerBits(tested.map(\.hasAttractor)), mostFrequent: AnswerBits(mostFrequent),
      wordAlone: AnswerBits(wordAlone))
  }

  /// The questions that a task asks of those that its probes are fitted for.
  private func asked(_ task: ProbeTask) -> [Int] {
    sentences.indices.filter { !task.isAcross || attractors.right[$0] }
  }

  /// How many questions a task has.
  func count(_ task: ProbeTask) -> Int { asked(task).count }

  /// The fraction of right ones among the answers of a task, with sentences as clusters.
  func share(_ answers: AnswerBits, _ task: ProbeTask) -> Measured {
    let asked = asked(task)
    return .share(right: asked.map { answers.right[$0] }, clusters: asked.map { sentences[$0] })
  }

  /// The fraction of right ones minus that of others to the same questions, with sentences as units.
  func difference(_ answers: AnswerBits, _ others: AnswerBits, _ task: ProbeTask) -> Measured {
    var sums: [Int: (count: Int, sum: Double)] = [:]
    for question in asked(task) {
      let known = sums[sentences[question]] ?? (0, 0)
      sums[sentences[question]] = (
        known.count + 1,
        known.sum + (answers.right[question] ? 1 : 0) - (others.right[question] ? 1 : 0)
      )
    }
    let units = sums.sorted { $0.key < $1.key }.map(\.value)
    return .difference(sums: units.map(\.sum), counts: units.map(\.count))
  }
}

extension ProbesEvaluation.Result {
  /// The questions of the probes that a task asks.
  func questions(of task: ProbeTask) -> Questions? { questions.first { $0.task.asked.contains(task) } }

  /// The layers of a side that answer a task, from the embedding to the last one.
  func layers(_ side: ChoiceContext, _ task: ProbeTask) -> [Layer] {
    layers.filter { $0.side == side && $0.task.asked.contains(task) }
  }

  /// The layer that is best where layers are chosen; the first of several.
  func best(_ side: ChoiceContext, _ task: ProbeTask) -> Layer? {
    func share(_ layer: Layer) -> Double {
      layer.task.asked.firstIndex(of: task).map { layer.choosing[$0] } ?? 0
    }
    return layers(side, task).max { (share($0), $1.layer) < (share($1), $0.layer) }
  }

  /// Whether every list has an entry a question, as only a damaged file has not.
  var isWhole: Bool {
    questions.allSatisfy { one in
      [one.attractors, one.mostFrequent, one.wordAlone].allSatisfy {
        $0.right.count == one.sentences.count
      }
    }
      && layers.allSatisfy { layer in
        let count = questions.first { $0.task == layer.task }?.sentences.count
        return layer.choosing.count == layer.task.asked.count
          && [layer.real, layer.control, layer.untrained].allSatisfy { $0.right.count == count }
      }
  }
}
