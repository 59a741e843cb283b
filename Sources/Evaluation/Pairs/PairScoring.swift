import Foundation
import Inference
import Statistics
import Text
import Zoo

/// Which sentence of a minimal pair a model finds more probable.
///
/// A model that reads from left to right has one measure, its likelihood. One that sees both sides has the
/// likelihood by unmasking from left to right, and two pseudo-log-likelihoods. The measures may share an
/// axis of accuracy, never one of nats.
public struct PairScoring {
  /// How a sentence is scored.
  public enum Measure: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
    case likelihood
    case pseudo = "pseudo-log-likelihood"
    case pseudoWithinWords = "pseudo-log-likelihood, rest of the word masked"
  }

  /// The fraction of right choices among some pairs.
  public struct Accuracy: Codable, Sendable {
    /// What the pairs are about; `all` for all of them.
    public let paradigm: String
    /// The field, where known.
    public let field: String
    /// How many pairs.
    public let pairs: Int
    /// Right choices by measure; a tie counts half.
    public let right: [Measure: Measured]
  }

  /// The measures that the model has.
  public let measures: [Measure]
  private let model: LoadedModel
  private let scoring: WindowScoring

  /// Scoring with a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - progress: told how many sentences of how many have been read.
  /// - Throws: `InferenceError` when the model has no likelihood.
  public init(
    _ model: LoadedModel, progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    self.model = model
    scoring = try WindowScoring(model, progress: progress)
    measures = scoring.hasOrders ? Measure.allCases : [.likelihood]
  }

  /// Why a pair cannot be scored; nil where it can.
  public func refusal(of pair: MinimalPair) -> String? {
    for sentence in [pair.good, pair.bad] {
      let tokens = model.tokenizer.encode(sentence)
      if tokens.isEmpty { return "a sentence is empty" }
      if let reason = scoring.refusal(of: tokens) { return reason }
    }
    return nil
  }

  /// Which sentence of each pair is the more probable one, by every measure that the model has: 1 for the right
  /// one, 0 for the wrong one, 0.5 for a tie.
  ///
  /// - Throws: `InferenceError` that names the pair when one cannot be scored, as when a sentence is longer than the
  ///   context, and when a score is NaN; `MemoryError`.
  public func credits(_ pairs: [MinimalPair]) throws -> [Measure: [Double]] {
    func named(_ pair: MinimalPair, _ reason: String) -> InferenceError {
      InferenceError(pair.place.isEmpty ? reason : "\(pair.place): \(reason)")
    }
    for pair in pairs { if let reason = refusal(of: pair) { throw named(pair, reason) } }
    let (good, bad) = try (nats(pairs.map(\.good)), nats(pairs.map(\.bad)))
    return Dictionary(
      uniqueKeysWithValues: try measures.map { measure in
        let costs = zip(good[measure] ?? [], bad[measure] ?? [])
        return (
          measure,
          try zip(pairs, costs).map { pair, cost in
            guard !cost.0.isNaN, !cost.1.isNaN else {
              throw named(pair, "\(model.descriptor.name) gives NaN for a sentence")
            }
            return cost.0 == cost.1 ? 0.5 : cost.0 < cost.1 ? 1 : 0
          }
        )
      })
  }

  /// The accuracies of every paradigm in alphabetical order, and of all pairs at the end.
  ///
  /// - Throws: as `credits`.
  public func accuracies(_ pairs: [MinimalPair]) throws -> [Accuracy] {
    let credits = try credits(pairs)
    func accuracy(_ paradigm: String, _ field: String, _ chosen: [Int]) -> Accuracy {
      Accuracy(
        paradigm: paradigm, field: field, pairs: chosen.count,
        right: credits.mapValues { credits in
          let count = Double(max(1, chosen.count))
          let share = chosen.reduce(0) { $0 + credits[$1] } / count
          return Measured(share, interval: .wilson(share: share, of: count))
        })
    }
    let groups = Dictionary(grouping: pairs.indices) { [pairs[$0].field, pairs[$0].paradigm] }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      accuracy($0.key[1], $0.key[0], $0.value)
    } + [accuracy("all", "", Array(pairs.indices))]
  }

  /// What each sentence costs by every measure, in nats.
  private func nats(_ sentences: [String]) throws -> [Measure: [Double]] {
    let windows = sentences.map { model.tokenizer.encode($0) }
    func sums(_ nats: [[Double]]) -> [Double] { nats.map { $0.reduce(0, +) } }
    var found = [Measure.likelihood: sums(try scoring.nats(windows))]
    guard scoring.hasOrders else { return found }
    let pseudo = try scoring.pseudoNats(windows)
    found[.pseudo] = pseudo[.original].map(sums)
    found[.pseudoWithinWords] = pseudo[.withinWord].map(sums)
    return found
  }
}
