import Foundation
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
    public let right: [Measure: ReportData.Measured]
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

  /// Whether each pair's right sentence is the more probable one.
  ///
  /// - Throws: `InferenceError` when a sentence is longer than the context; `MemoryError`.
  public func right(_ pairs: [MinimalPair], by measure: Measure) throws -> [Bool] {
    let good = try nats(pairs.map(\.good), measure)
    let bad = try nats(pairs.map(\.bad), measure)
    return zip(good, bad).map { $0 < $1 }
  }

  /// The accuracies of every paradigm in alphabetical order, and of all pairs at the end.
  ///
  /// - Throws: as `right`.
  public func accuracies(_ pairs: [MinimalPair]) throws -> [Accuracy] {
    let right = try Dictionary(uniqueKeysWithValues: measures.map { ($0, try self.right(pairs, by: $0)) })
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

  private func nats(_ sentences: [String], _ measure: Measure) throws -> [Double] {
    let windows = sentences.map { model.tokenizer.encode($0) }
    let nats =
      switch measure {
      case .likelihood: try scoring.nats(windows)
      case .pseudo: try scoring.pseudoNats(windows, .original)
      case .pseudoWithinWords: try scoring.pseudoNats(windows, .withinWord)
      }
    return nats.map { $0.reduce(0, +) }
  }
}
