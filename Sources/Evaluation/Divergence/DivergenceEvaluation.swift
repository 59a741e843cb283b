import Inference
import Settings
import Statistics
import SyntheticCorpus
import Text

/// How far a model's distributions at some places of held-out windows are from the exact ones of the embedded corpus'
/// grammar, and how well they are calibrated.
///
/// - Source: divergence: Kullback and Leibler, "On information and sufficiency", 1951; calibration: Guo et al., "On
///   calibration of modern neural networks", 2017.
package struct DivergenceEvaluation: Evaluation {
  static let windows = Key.integer(
    "windows", 1...1_000_000, default: 64, help: "max number of held-out windows")
  static let length = Key.integer(
    "length", 1...1_000_000, default: 64,
    help: "max tokens of a window; no more than the shortest context of the models")
  static let places = Key.integer("places", 1...1_000_000, default: 8, help: "max places of each window")

  private let windows: Int
  private let length: Int
  private let places: Int

  package init(windows: Int, length: Int, places: Int) {
    (self.windows, self.length, self.places) = (windows, length, places)
  }

  /// - Throws: `SettingsError` when the name is taken.
  static func register(in registry: inout Registry) throws {
    try registry.add(
      "divergence", to: .evaluation,
      summary: "KL divergence from the exact distributions of the embedded corpus, and calibration",
      keys: [windows, length, places], source: "Guo et al. 2017"
    ) { DivergenceEvaluation(windows: $0[windows], length: $0[length], places: $0[places]) }
  }

  /// What one model's distributions are worth: what several models came to is made of it (``DivergenceResults``).
  package struct Result: Codable, Sendable, Equatable {
    /// How many places of each window were asked.
    package var places: [Int]
    /// The answers, by what was given; a model that sees one side is asked with that alone.
    package var answers: [ChoiceContext: Answer]

    /// What a model said with one side or both given.
    package struct Answer: Codable, Sendable, Equatable {
      /// The entropies of the exact distributions in bits, summed over the places of each window.
      package var entropies: [Double]
      /// KL(exact ‖ model) in bits, summed over the places of each window.
      package var divergences: [Double]
      /// The fraction of probability that lies in the wrong bin.
      package var calibrationError: Double
      /// Ten bins of predicted probability.
      package var bins: [DivergenceResults.Bin]
      /// Whether the model was trained for what it is asked.
      package var isTrainedForIt: Bool
    }

    /// What a mean over places is taken over.
    var measure: WindowMeasure { WindowMeasure(tokens: places) }

    /// Whether every list has an entry a window, as only a damaged file has not.
    var isWhole: Bool {
      !places.isEmpty
        && answers.values.allSatisfy {
          $0.entropies.count == places.count && $0.divergences.count == places.count
        }
    }
  }

  package func measure(_ subject: EvaluationSubject) throws -> Result {
    guard let corpus = GeneratedCorpus.of(subject.text) else {
      throw InferenceError(
        "the exact distributions are known for the embedded corpus only; \(subject.text.shownName) is another text, whose "
          + "grammar is not known")
    }
    let scoring = try PlaceScoring(subject.model)
    let text = try HeldOutWindows.shared(subject, length: length, limit: windows)
    guard let automaton = corpus.tokenAutomaton(of: subject.model.tokenizer) else {
      throw InferenceError(
        "the tokens of \(subject.model.descriptor.name)'s tokenizer (\(subject.model.tokenizer.kind)) are not the bytes of "
          + "the text, so their exact probabilities are not known; train it with --set tokenizer=byte-bpe")
    }
    let known = KnownPlaces(text.ids, count: places, automaton)
    var result = Result(places: known.places.map(\.count), answers: [:])
    for (index, side) in scoring.sides.enumerated() {
      subject.progress(index, scoring.sides.count)
      result.answers[side] = try known.answer(
        scoring, side, isTrainedForIt: side == .bothSides || subject.isTrained(in: .leftToRight))
    }
    return result
  }

  /// A decoder reads every window once; an encoder once a place, for each of two sides.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    let length = min(length, reader.context)
    return Double(windows * length * (reader.isEncoder ? 2 * min(places, length) : 1))
  }

  /// It is tested over seeds.
  package var asksEverySeed: Bool { true }

  /// The divergence of each side, both sides first: it has neither a ceiling nor a jump. Then the errors of calibration,
  /// which decide nothing.
  package func figures(of result: Result) -> [EvaluationFigure] {
    let answers = [ChoiceContext.bothSides, .leftOnly].compactMap { side in
      result.answers[side].map { (side: side, answer: $0) }
    }
    return answers.map { figure($0.side, $0.answer, result) }
      + answers.map { side, answer in
        EvaluationFigure(
          "calibration error, " + side.given, answer.calibrationError, unit: "share of the probability",
          count: result.places.reduce(0, +))
      }
  }

  /// The name of the figure of one side.
  static func name(_ side: ChoiceContext) -> String {
    "divergence from the exact distribution, " + side.given
  }

  private func figure(_ side: ChoiceContext, _ answer: Result.Answer, _ result: Result) -> EvaluationFigure {
    let measured = result.measure.perToken(answer.divergences).notNegative
    var figure = EvaluationFigure(
      Self.name(side), measured.value, unit: "bits per position",
      low: measured.interval?.low, high: measured.interval?.high, count: result.places.reduce(0, +),
      moreIsBetter: false)
    figure.countedIn = "position"
    figure.sample = .init(answer.divergences, weights: result.places.map(Double.init))
    figure.context = side
    figure.isTestedOverSeeds = true
    return figure
  }
}

extension ChoiceContext {
  /// What is given, in the names of these figures.
  fileprivate var given: String { self == .leftOnly ? "left side only" : "both sides" }
}
