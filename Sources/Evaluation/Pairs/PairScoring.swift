import Foundation
import Inference
import Statistics
import Text
import Zoo

/// Which sentence of a minimal pair a model finds more probable.
///
/// A model that reads from left to right has one measure, its likelihood. One that sees both sides has the
/// likelihood by uncovering from left to right, and two pseudo-log-likelihoods. The measures may share an
/// axis of accuracy, never one of nats.
public struct PairScoring {
  /// How a sentence is scored.
  public enum Measure: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
    case likelihood
    case pseudo = "pseudo-log-likelihood"
    case pseudoWithinWords = "pseudo-log-likelihood, rest of the word masked"
  }

  /// The share of right choices among some pairs.
  public struct Accuracy: Codable, Sendable {
    /// What the pairs are about; `all` for all of them.
    public let paradigm: String
    /// The field, where known.
    public let field: String
    /// How many pairs.
    public let pairs: Int
    /// Right choices by measure; a tie is wrong.
    public let right: [Measure: Measured]
  }

  /// The measures that the model has.
  public let measures: [Measure]
  private let model: LoadedModel
  private let scoring: WindowScoring

  /// Scoring with a model.
  ///
  /// - Throws: `InferenceError` when the model has no likelihood.
  public init(_ model: LoadedModel) throws {
    self.model = model
    scoring = try WindowScoring(model)
    measures = scoring.hasOrders ? Measure.allCases : [.likelihood]
  }

  /// Whether each pair's right sentence is the more probable one, by every measure that the model has.
  ///
  /// - Throws: `InferenceError` when a sentence is longer than the context; `MemoryError`.
  public func right(_ pairs: [MinimalPair]) throws -> [Measure: [Bool]] {
    let (good, bad) = try (nats(pairs.map(\.good)), nats(pairs.map(\.bad)))
    return Dictionary(
      uniqueKeysWithValues: measures.map { measure in
        (measure, zip(good[measure] ?? [], bad[measure] ?? []).map { $0 < $1 })
      })
  }

  /// The accuracies of every paradigm in alphabetical order, and of all pairs at the end.
  ///
  /// - Throws: as `right`.
  public func accuracies(_ pairs: [MinimalPair]) throws -> [Accuracy] {
    let right = try right(pairs)
    func accuracy(_ paradigm: String, _ field: String, _ chosen: [Int]) -> Accuracy {
      Accuracy(
        paradigm: paradigm, field: field, pairs: chosen.count,
        right: right.mapValues { flags in .share(correct: chosen.count { flags[$0] }, of: chosen.count) })
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
