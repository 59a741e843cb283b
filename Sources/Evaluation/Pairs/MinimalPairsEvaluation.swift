import Inference
import Settings
import Statistics
import SyntheticCorpus
import Text

/// Which sentence of a minimal pair is the more probable one: pairs of the embedded corpus' grammar, or of a file.
///
/// - Source: A. Warstadt et al., "BLiMP: The Benchmark of Linguistic Minimal Pairs for English", 2020.
public struct MinimalPairsEvaluation: Evaluation {
  static let count = Key.integer(
    "count", 1...1_000_000, default: 100, help: "max pairs of each kind, or of the file")
  static let file = Key.optionalText(
    "file", help: "pairs as zoo pairs writes them; null: of the embedded corpus' grammar")

  package let count: Int
  package let seed: Int
  package let file: String?

  package init(count: Int, seed: Int, file: String?) {
    (self.count, self.seed, self.file) = (count, seed, file)
  }

  /// What one model chose.
  public struct Result: Codable, Sendable, Equatable {
    /// Sentences that were drawn and not used, because the training text has them.
    public var dropped: Int
    /// One row a paradigm, and all of them at the end.
    public var rows: [Row]

    package init(dropped: Int, rows: [Row]) {
      self.dropped = dropped
      self.rows = rows
    }

    /// Pairs of one kind.
    public struct Row: Codable, Sendable, Equatable {
      /// What the pairs differ in; `all` for all of them.
      public var paradigm: String
      /// How many pairs.
      public var count: Int
      /// One of them; nil for all of them.
      public var example: Example?
      /// The proportion of right choices by every measure that the model has; a tie counts half.
      public var right: [Choice]

      package init(paradigm: String, count: Int, example: Example?, right: [Choice]) {
        self.paradigm = paradigm
        self.count = count
        self.example = example
        self.right = right
      }
    }

    /// The choices by one measure.
    public struct Choice: Codable, Sendable, Equatable {
      /// How a sentence is scored.
      public var measure: PairScoring.Measure
      /// The proportion of right choices.
      public var share: Measured

      package init(measure: PairScoring.Measure, share: Measured) {
        self.measure = measure
        self.share = share
      }
    }

    /// A pair.
    public struct Example: Codable, Sendable, Equatable {
      /// The right sentence.
      public var good: String
      /// The wrong one.
      public var bad: String

      package init(good: String, bad: String) {
        self.good = good
        self.bad = bad
      }
    }
  }

  public func measure(_ subject: EvaluationSubject) throws -> Result {
    let scoring = try PairScoring(subject.model, progress: subject.progress)
    let (pairs, dropped) = try source(subject.text)
    let asked = pairs.filter { pair in
      scoring.refusal(of: pair) == nil
        && subject.readers.allSatisfy { $0.fits(pair.good) && $0.fits(pair.bad) }
    }
    guard !asked.isEmpty else {
      throw InferenceError("none of \(pairs.count) pairs fits \(subject.model.descriptor.name)")
    }
    return Result(
      dropped: dropped,
      rows: try scoring.accuracies(asked).map { accuracy in
        let example = accuracy.paradigm == "all" ? nil : asked.first { $0.paradigm == accuracy.paradigm }
        return Result.Row(
          paradigm: accuracy.paradigm, count: accuracy.pairs,
          example: example.map { Result.Example(good: $0.good, bad: $0.bad) },
          right: scoring.measures.compactMap { measure in
            accuracy.right[measure].map { Result.Choice(measure: measure, share: $0) }
          })
      })
  }

  private func source(_ text: TextSource) throws -> (pairs: [MinimalPair], dropped: Int) {
    if let file { return (try Array(MinimalPair.read([file]).prefix(count)), 0) }
    let drawn = GrammarPair.draw(count, seed: UInt64(seed), notIn: text)
    return (drawn.pairs.map(MinimalPair.init), drawn.droppedAsTrained)
  }

  /// Both sentences of each pair. A decoder reads them once; an encoder once a token for each of its three measures.
  public func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    let length = reader.sentenceTokens
    let pairs = file == nil ? count * GrammarPair.Paradigm.allCases.count : count
    return Double(2 * pairs * length * (reader.isEncoder ? 3 * length : 1))
  }

  /// All pairs by every measure, then each paradigm by the first one.
  public func figures(of result: Result) -> [EvaluationFigure] {
    let shown =
      result.rows.suffix(1).flatMap { row in row.right.map { (row, $0) } }
      + result.rows.dropLast().flatMap { row in row.right.prefix(1).map { (row, $0) } }
    return shown.map { row, choice in
      EvaluationFigure(
        "\(row.paradigm == "all" ? "minimal pairs" : row.paradigm), \(choice.measure.rawValue)", choice.share,
        count: row.count)
    }
  }
}
