import Inference
import Statistics
import SyntheticCorpus
import Text

/// Which form of a verb agrees with its subject, in sentences of the embedded corpus' grammar.
///
/// - Source: T. Linzen, E. Dupoux and Y. Goldberg, "Assessing the Ability of LSTMs to Learn Syntax-Sensitive
///   Dependencies", 2016.
package struct VerbFormsEvaluation: FollowedEvaluation {
  package init() {}

  /// What one model chose.
  package struct Result: Codable, Sendable, Equatable {
    /// Which items it answers right, in order, by what is given of the sentence.
    package var right: [ChoiceContext: [Bool]]
    /// The same by properties of the items.
    package var breakdowns: [Breakdown]
    /// What simpler methods get right of all items, with both sides given.
    package var baselines: [Baseline]

    package init(right: [ChoiceContext: [Bool]], breakdowns: [Breakdown] = [], baselines: [Baseline] = []) {
      self.right = right
      self.breakdowns = breakdowns
      self.baselines = baselines
    }

    /// Proportions of right choices by one property of the items.
    package struct Breakdown: Codable, Sendable, Equatable {
      /// The property, such as `words between subject and verb`.
      package var property: String
      /// Its values, the lowest first.
      package var groups: [Group]

      package init(property: String, groups: [Group]) {
        self.property = property
        self.groups = groups
      }
    }

    /// The items with one value of a property.
    package struct Group: Codable, Sendable, Equatable {
      /// The value.
      package var label: String
      /// How many items.
      package var count: Int
      /// The proportion of right choices, by what is given.
      package var right: [ChoiceContext: Measured]

      package init(label: String, count: Int, right: [ChoiceContext: Measured]) {
        self.label = label
        self.count = count
        self.right = right
      }
    }

    /// What a method gets right that is no model of the comparison.
    package struct Baseline: Codable, Sendable, Equatable {
      /// Its name.
      package var name: String
      /// The proportion of right choices.
      package var right: Measured

      package init(name: String, right: Measured) {
        self.name = name
        self.right = right
      }
    }
  }

  /// What guessing gets right.
  static let chance = 0.5
  /// The proportion of right forms from which on a run has learned agreement: between the two that runs have, half of
  /// them right by chance and nearly all.
  static let learnedFrom = 0.9

  package var readsText: Bool { false }

  package func questions(_ text: TextSource, _ readers: [EvaluationSubject.Reader]) throws -> [VerbItem] {
    let items = Self.corpus.items.filter { item in
      readers.allSatisfy { $0.fits(item.left + " " + item.correct + item.right) }
    }
    guard !items.isEmpty else {
      throw InferenceError(
        "no sentence fits a context of \(readers.map(\.context).min() ?? 0) tokens")
    }
    return items
  }

  package func measure(
    _ model: LoadedModel, _ questions: [VerbItem], isFinal: Bool,
    progress: (_ done: Int, _ total: Int) -> Void
  ) throws -> Result {
    let scoring = ChoiceScoring(model)
    let sides = ChoiceContext.allCases
    let right = try Dictionary(
      uniqueKeysWithValues: sides.enumerated().map { index, side in
        progress(index, sides.count)
        return (side, try scoring.right(questions, side))
      })
    guard isFinal else { return Result(right: right) }
    return Result(
      right: right,
      breakdowns: [
        Self.breakdown("attractors between subject and verb", questions, right) { $0.attractors.count },
        Self.breakdown("words between subject and verb", questions, right, \.distance),
      ], baselines: [Self.kneserNey])
  }

  private static func breakdown(
    _ property: String, _ items: [VerbItem], _ right: [ChoiceContext: [Bool]], _ value: (VerbItem) -> Int
  ) -> Result.Breakdown {
    let groups = Dictionary(grouping: items.indices) { value(items[$0]) }.sorted { $0.key < $1.key }
    return Result.Breakdown(
      property: property,
      groups: groups.map { value, chosen in
        Result.Group(
          label: "\(value)", count: chosen.count,
          right: right.mapValues { right in .share(correct: chosen.count { right[$0] }, of: chosen.count) })
      })
  }

  /// Every sentence with each of its two forms, given the left side and the whole of it.
  package func cost(_ reader: EvaluationSubject.Reader) -> Double? {
    Double(4 * GeneratedCorpus.itemCount * reader.sentenceTokens)
  }

  /// Each side's proportion of right choices.
  package func figures(of result: Result) -> [EvaluationFigure] {
    ChoiceContext.allCases.compactMap { side in
      result.right[side].map { Self.figure(side, right: $0) }
    }
  }

  /// The name of the figure of one side.
  static func name(_ side: ChoiceContext) -> String { "verb forms, \(side.words)" }

  private static func figure(_ side: ChoiceContext, right: [Bool]) -> EvaluationFigure {
    var figure = EvaluationFigure(name(side), right: right)
    figure.context = side
    figure.chance = chance
    figure.learnedFrom = learnedFrom
    figure.defaultRank = side == .bothSides ? 1 : 2
    if side == .bothSides {
      figure.firstScreen = .init(
        rank: 2, question: "choosing the correct verb form, given the whole sentence",
        short: "right verb form")
    }
    figure.curve = .init(
      metric: "verbs.\(side.rawValue)",
      title: side == .bothSides
        ? "Right verb form, both sides seen" : "Right verb form, left context only",
      dependsOnModels: false)
    return figure
  }

  private static let corpus = GeneratedCorpus.make()

  /// What five words tell, of all items: half of a tie is right.
  private static let kneserNey: Result.Baseline = {
    let items = corpus.items
    let accuracy = corpus.source.withTrain { KneserNeyModel($0).accuracy(on: items) }
    return Result.Baseline(
      name: "Kneser-Ney 5-gram",
      right: .share(correct: Int((accuracy * Double(items.count)).rounded()), of: items.count))
  }()
}
