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
    /// How many of the pairs were truncated; nil where none may be.
    public let truncated: Int?
  }

  /// The measures that the model has.
  public let measures: [Measure]
  let model: LoadedModel
  private let scoring: WindowScoring
  private var truncation: Truncation?

  /// Scoring with a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - options: what is accepted and counted.
  ///   - truncation: the end at which items are truncated that are longer than the model reads; nil: they are refused.
  ///   - progress: told how many sentences of how many have been read.
  /// - Throws: `InferenceError` when the model has no likelihood.
  public init(
    _ model: LoadedModel, _ options: ScoringOptions = ScoringOptions(), truncation: Truncation? = nil,
    progress: @escaping (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    (self.model, self.truncation) = (model, truncation)
    scoring = try WindowScoring(model, options, progress: progress)
    measures = scoring.hasOrders ? Measure.allCases : [.likelihood]
  }

  /// Why a pair cannot be scored; nil where it can.
  public func refusal(of pair: MinimalPair) -> String? { refusal(of: ScoredItem(pair)) }

  /// Why an item cannot be scored; nil where it can.
  public func refusal(of item: ScoredItem) -> String? {
    let (texts, removed) = texts(of: item)
    let reason = texts.lazy.compactMap { refusal(of: $0) }.first
    if let reason, truncation != nil, texts.contains(where: { $0.ids.count > room }) {
      return reason + "; the context is too short to be truncated, and an answer never is"
    }
    if reason == nil, removed > 0, Set(texts.map(\.ids)).count < texts.count {
      return "truncated to \(room) tokens its alternatives are the same"
    }
    return reason
  }

  /// The ends at which an item that is refused may be truncated instead; none where that would not help, or is done.
  package func truncations(for item: ScoredItem) -> [Truncation] {
    guard truncation == nil else { return [] }
    return Truncation.allCases.filter { end in
      var other = self
      other.truncation = end
      return other.texts(of: item).removed > 0 && other.refusal(of: item) == nil
    }
  }

  /// The number of tokens that a text may have.
  var room: Int { scoring.room }

  /// Whether items may be truncated.
  var truncates: Bool { truncation != nil }

  /// The tokens of the alternatives of an item, truncated where that is wanted, and how many tokens of the longest were
  /// removed.
  func texts(of item: ScoredItem) -> (texts: [SentenceTokens], removed: Int) {
    let whole = item.alternatives.map { SentenceTokens($0, after: item.context, model.tokenizer) }
    guard let truncation else { return (whole, 0) }
    let texts = truncation(whole, hasContext: !item.context.isEmpty, room: room)
    return (texts, zip(whole, texts).map { $0.ids.count - $1.ids.count }.max() ?? 0)
  }

  private func refusal(of text: SentenceTokens) -> String? {
    if text.scored.isEmpty { return "a sentence is empty" }
    if scoring.lacksFirst, text.scored == 0..<1 {
      return "a sentence is one token, which has no likelihood with nothing before it"
    }
    return scoring.refusal(of: text.ids)
  }

  /// Which sentence of each pair is the more probable one, by every measure that the model has: 1 for the right
  /// one, 0 for the wrong one, 0.5 for a tie.
  ///
  /// - Throws: `InferenceError` that names the pair when one cannot be scored, as when a sentence is longer than the
  ///   context, and when a score is NaN; `MemoryError`.
  public func credits(_ pairs: [MinimalPair]) throws -> [Measure: [Double]] {
    credits(of: try scores(pairs.map(ScoredItem.init)), pairs.map(ScoredItem.init))
  }

  /// What each alternative of each item scores, by every measure that the model has.
  ///
  /// - Returns: `[items][alternatives]`.
  /// - Throws: as ``credits(_:)``.
  public func scores(_ items: [ScoredItem]) throws -> [[[Measure: TextScore]]] {
    func named(_ item: ScoredItem, _ reason: String) -> InferenceError {
      InferenceError(item.place.isEmpty ? reason : "\(item.place): \(reason)")
    }
    for item in items { if let reason = refusal(of: item) { throw named(item, reason) } }
    var scores = try scores(of: items.flatMap { texts(of: $0).texts })[...]
    return try items.map { item in
      let own = Array(scores.prefix(item.alternatives.count))
      scores = scores.dropFirst(own.count)
      guard own.allSatisfy({ $0.values.allSatisfy { !$0.sum.isNaN } }) else {
        throw named(item, "\(model.descriptor.name) gives NaN for a sentence")
      }
      return own
    }
  }

  /// By every measure, 1 for an item whose right alternative is the most probable one, 0 for another, and an equal part
  /// of 1 where it ties with others: one half with one other.
  public func credits(of scores: [[[Measure: TextScore]]], _ items: [ScoredItem]) -> [Measure: [Double]] {
    Dictionary(
      uniqueKeysWithValues: measures.map { measure in
        (
          measure,
          zip(scores, items).map { scores, item in
            let best = Self.best(scores, measure)
            return best.contains(item.correct) ? 1 / Double(best.count) : 0
          }
        )
      })
  }

  /// The places of the most probable alternatives, of which several may tie.
  static func best(_ scores: [[Measure: TextScore]], _ measure: Measure) -> [Int] {
    let sums = scores.map { $0[measure]?.sum ?? -.infinity }
    let highest = sums.max() ?? -.infinity
    return sums.indices.filter { sums[$0] == highest }
  }

  /// The accuracies of every paradigm in alphabetical order, and of all pairs at the end.
  ///
  /// - Throws: as `credits`.
  public func accuracies(_ pairs: [MinimalPair]) throws -> [Accuracy] {
    let items = pairs.map(ScoredItem.init)
    return accuracies(items, credits(of: try scores(items), items))
  }

  /// The accuracies of every paradigm in alphabetical order, and of all items at the end.
  ///
  /// - Parameters:
  ///   - items: the items.
  ///   - credits: of each item, by measure.
  public func accuracies(_ items: [ScoredItem], _ credits: [Measure: [Double]]) -> [Accuracy] {
    func accuracy(_ paradigm: String, _ field: String, _ chosen: [Int]) -> Accuracy {
      Accuracy(
        paradigm: paradigm, field: field, pairs: chosen.count,
        right: credits.mapValues { credits in
          let count = Double(max(1, chosen.count))
          let share = chosen.reduce(0) { $0 + credits[$1] } / count
          return Measured(share, interval: .wilson(share: share, of: count))
        },
        truncated: truncation.map { _ in chosen.count { texts(of: items[$0]).removed > 0 } })
    }
    let groups = Dictionary(grouping: items.indices) { [items[$0].field, items[$0].paradigm] }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      accuracy($0.key[1], $0.key[0], $0.value)
    } + [accuracy("all", "", Array(items.indices))]
  }

  /// What texts score by every measure.
  private func scores(of texts: [SentenceTokens]) throws -> [[Measure: TextScore]] {
    let windows = texts.map(\.ids)
    var nats = [Measure.likelihood: try scoring.nats(windows)]
    if scoring.hasOrders {
      let pseudo = try scoring.pseudoNats(windows)
      nats[.pseudo] = pseudo[.original]
      nats[.pseudoWithinWords] = pseudo[.withinWord]
    }
    return texts.indices.map { index in
      nats.mapValues {
        TextScore(
          Array($0[index][texts[index].scored]), texts[index], lacksFirst: scoring.lacksFirst)
      }
    }
  }
}
