import Foundation
import Inference
import Settings
import Statistics
import SyntheticCorpus
import Text
import Training

/// How probable a model finds held-out text by the chain rule: decoders read from left to right, encoders unmask hidden
/// tokens in an order that is fixed in advance. Where the grammar of the text is known, also what is above its own
/// bits.
///
/// - Source: Uria et al., "A Deep and Tractable Density Estimator", 2014.
package struct LikelihoodEvaluation: Evaluation {
  static let windows = Key.integer(
    "windows", 1...1_000_000, default: 64, help: "max number of held-out windows")
  static let length = Key.integer(
    "length", 1...1_000_000, default: 64,
    help: "max tokens of a window; no more than the shortest context of the models")

  private let windows: Int
  private let length: Int

  package init(windows: Int, length: Int) { (self.windows, self.length) = (windows, length) }

  package func measure(_ subject: EvaluationSubject) throws -> Result {
    let scoring = try WindowScoring(subject.model, progress: subject.progress)
    let isOneTokenizer = subject.readers.map(\.tokenizer).areOne
    let text =
      isOneTokenizer
      ? try HeldOutWindows.shared(subject, length: length, limit: windows)
      : try HeldOutWindows.spans(subject, length: length, limit: windows)
    let corpus = GeneratedCorpus.of(subject.text)
    var result = Result(
      tokens: text.ids.map(\.count).max() ?? 0, bytes: text.byteCounts,
      tokenCounts: isOneTokenizer ? nil : text.ids.map(\.count),
      grammar: corpus.map { corpus in text.bytes.map { corpus.automaton.bits($0) } })
    for order in scoring.hasOrders ? [.leftToRight, .random(seed: 1)] : [UnmaskingOrder.leftToRight] {
      let device = subject.model.context.device
      let before = device.matrixFlops
      let nats = try scoring.nats(text.ids, order: order)
      result.scores.append(
        Result.Score(
          order: "\(order)", bits: Self.bits(nats), flops: Double(device.matrixFlops - before),
          isTrainedForIt: subject.isTrained(in: order),
          share: scoring.hasOrders && isOneTokenizer ? Result.Share(nats, order) : nil))
      guard order == .leftToRight, let corpus else { continue }
      result.excess = try GrammarExcess(text, subject.text, subject.model.tokenizer, corpus)?.sums(nats)
    }
    guard scoring.hasOrders else { return result }
    let pseudo = try scoring.pseudoNats(text.ids)
    result.pseudo = WindowScoring.PseudoForm.allCases.map {
      Result.Pseudo(form: $0.words, bits: Self.bits(pseudo[$0] ?? []))
    }
    return result
  }

  /// Bits of every window.
  private static func bits(_ nats: [[Double]]) -> [Double] { nats.map { $0.reduce(0, +) / log(2) } }

  /// A decoder reads every window once; an encoder once a token, for two orders and two pseudo-likelihoods.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    let length = min(length, reader.context)
    return Double(windows * length * (reader.isEncoder ? 4 * length : 1))
  }

  /// The seeds are compared by it, unless something else was declared to decide.
  package var asksEverySeed: Bool { true }

  /// The name of the figure that models are compared by.
  static let perByte = "bits per byte"

  /// Bits per byte from left to right, the same per token, and the excess over the grammar where that is known.
  package func figures(of result: Result) -> [EvaluationFigure] {
    guard let score = result.leftToRight else { return [] }
    let measured = result.measure.perByte(score.bits).notNegative
    var perByte = EvaluationFigure(
      Self.perByte, measured.value, unit: "bits per byte", low: measured.interval?.low,
      high: measured.interval?.high, count: result.bytes.reduce(0, +), moreIsBetter: false)
    perByte.title = "likelihood by the chain rule, left to right"
    perByte.countedIn = "byte"
    perByte.sample = .init(score.bits, weights: result.bytes.map(Double.init))
    perByte.defaultRank = 0
    perByte.firstScreen = .init(
      rank: 9, question: "predicting held-out text from left to right", short: "held-out text, left to right")
    if !score.isTrainedForIt {
      perByte.notComparable = .init(
        reason: "not trained to give whole texts a probability", remedy: "recipe.objective=any-order")
    }
    let tokens = result.tokenCounts?.reduce(0, +) ?? result.tokens * result.bytes.count
    var perToken = EvaluationFigure(
      "nats per token", score.bits.reduce(0, +) * log(2) / Double(max(1, tokens)), unit: "nats",
      count: tokens,
      moreIsBetter: false)
    perToken.notComparable = perByte.notComparable
    return [perByte, perToken] + [result.excess.map { excess in figure(excess, result) }].compactMap { $0 }
  }

  /// It ranks models as their bits per byte do, so it decides nothing.
  private func figure(_ excess: ExcessSums, _ result: Result) -> EvaluationFigure {
    let measured = result.measure.perByte(excess.excess)
    return EvaluationFigure(
      "excess over the grammar", measured.value, unit: "bits per byte", low: measured.interval?.low,
      high: measured.interval?.high, count: result.bytes.reduce(0, +))
  }
}

extension WindowScoring.PseudoForm {
  /// What is masked, as reports name it.
  fileprivate var words: String {
    self == .original ? "one token masked" : "the rest of its word also masked"
  }
}
