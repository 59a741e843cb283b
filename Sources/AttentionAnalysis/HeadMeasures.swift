import Foundation

/// What one head does, in numbers: means over the rows of its maps.
///
/// A row that sees a single place has no choice, so that it is left out everywhere. A measure whose rows
/// all lack what it asks for is nil, such as the next token's share of a head that sees only what stands
/// before it.
///
/// - Source: shares of neighbours, first token and delimiters, and entropy: Clark et al., "What does BERT
///   look at?", 2019; distance: Vig and Belinkov, 2019; induction: Olsson et al., "In-context learning and
///   induction heads", 2022; attention along syntactic edges: Voita et al., 2019.
public struct HeadMeasures: Codable, Sendable, Equatable {
  /// Attention to a subject beside that to a noun of the other number that is between it and its verb.
  public struct Agreement: Codable, Sendable, Equatable {
    /// The share on the verb's subject.
    public var subject: Double
    /// The share on one noun of the other number: the mean over those of a sentence.
    public var attractor: Double
  }

  /// Entropy of a row over the logarithm of the number of places that it may see: 1 for a uniform row.
  public var entropy: Double?
  /// How far away the head looks, in tokens.
  public var distance: Double?
  /// Share on the token before.
  public var previous: Double?
  /// Share on the token after.
  public var next: Double?
  /// Share on the token itself.
  public var itself: Double?
  /// Share on the first token, of all others.
  public var first: Double?
  /// Share on spaces, punctuation and frame tokens, but for the row's own and the first.
  public var delimiter: Double?
  /// On random tokens that repeat: the share on the token that followed last time.
  public var induction: Double?
  /// From a verb, as it is in the text.
  public var verb: Agreement?
  /// From where the verb's form is chosen: a decoder's place before it, an encoder's masked place.
  public var choice: Agreement?

  /// Nothing measured yet.
  public init() {}
}

/// A mean that values are added to; none without values.
private struct RunningMean {
  private var sum = 0.0
  private var count = 0

  mutating func add(_ value: Double) {
    sum += value
    count += 1
  }

  var value: Double? { count == 0 ? nil : sum / Double(count) }
}

extension HeadMeasures {
  /// A row whose probabilities sum to less than 1 by no more than this has no sink.
  private static let roundingOfRows = 1e-4

  /// Adds what the head does on ordinary text: entropy, distance and the fractions of places.
  ///
  /// - Parameters:
  ///   - maps: one a text.
  ///   - delimiters: whether each token is a delimiter, `[texts][time]`.
  public mutating func addText(_ maps: [HeadMap], delimiters: [[Bool]]) {
    var (entropy, distance, itself) = (RunningMean(), RunningMean(), RunningMean())
    var (previous, next) = (RunningMean(), RunningMean())
    var (first, delimiter) = (RunningMean(), RunningMean())
    for (map, isDelimiter) in zip(maps, delimiters) {
      for (query, seen) in map.visible.enumerated() where seen.count > 1 {
        var (bits, way) = (0.0, 0.0)
        var (onDelimiters, seesDelimiter) = (0.0, false)
        for key in seen {
          let p = map[query, key]
          if p > 0 { bits -= p * log(p) }
          way += p * Double(abs(query - key))
          guard isDelimiter[key], key > 0, key != query else { continue }
          onDelimiters += p
          seesDelimiter = true
        }
        // A sink takes a share that goes nowhere: entropy and distance are those of the rest.
        let total = map.sum(query, seen)
        if total > 0, total < 1 - Self.roundingOfRows {
          bits = bits / total + log(total)
          way /= total
        }
        // Probabilities are rounded, so that a uniform row may pass 1 by a hair.
        entropy.add(min(1, bits / log(Double(seen.count))))
        distance.add(way)
        if seen.contains(query) { itself.add(map[query, query]) }
        if seen.contains(query - 1) { previous.add(map[query, query - 1]) }
        if seen.contains(query + 1) { next.add(map[query, query + 1]) }
        if query > 0, seen.contains(0) { first.add(map[query, 0]) }
        if seesDelimiter { delimiter.add(onDelimiters) }
      }
    }
    self.entropy = entropy.value
    self.distance = distance.value
    self.itself = itself.value
    self.previous = previous.value
    self.next = next.value
    self.first = first.value
    self.delimiter = delimiter.value
  }

  /// Adds the induction score: in every text the second copy's attention to what followed in the first.
  ///
  /// - Parameter copies: one a map.
  public mutating func addInduction(_ maps: [HeadMap], _ copies: [RepeatedTokens]) {
    var share = RunningMean()
    for (map, copy) in zip(maps, copies) {
      for query in copy.secondCopy where map.visible[query].contains(query - copy.period + 1) {
        share.add(map[query, query - copy.period + 1])
      }
    }
    induction = share.value
  }

  /// Attention from verbs to their subjects, and to nouns of the other number between the two.
  ///
  /// - Parameter items: one a map.
  /// - Returns: nil when no verb sees its subject and what stands between.
  public static func agreement(_ maps: [HeadMap], _ items: [AgreementPlaces]) -> Agreement? {
    var (subject, attractor) = (RunningMean(), RunningMean())
    for (map, item) in zip(maps, items) {
      for query in item.queries {
        let seen = map.visible[query]
        let isSeen = ([item.subject] + item.attractors).allSatisfy { $0.clamped(to: seen) == $0 }
        guard isSeen, !item.attractors.isEmpty else { continue }
        subject.add(map.sum(query, item.subject))
        let others = item.attractors.reduce(0) { $0 + map.sum(query, $1) }
        attractor.add(others / Double(item.attractors.count))
      }
    }
    guard let subject = subject.value, let attractor = attractor.value else { return nil }
    return Agreement(subject: subject, attractor: attractor)
  }
}
