import Reporting
import Statistics

/// A number that an evaluation found.
///
/// Only the number is required. What else is said of it decides where it appears: in paired comparisons (``sample``),
/// in the test over seeds (``moreIsBetter``, ``defaultRank``), on the first screen of a report (``firstScreen``), and
/// as a curve over training (``curve``).
public struct EvaluationFigure: Codable, Sendable, Equatable {
  /// What was measured, such as `bits per byte`.
  public var name: String
  /// What reports call it; nil: its name.
  public var title: String?
  /// The number; a proportion lies between 0 and 1.
  public var value: Double
  /// What it is counted in; `share` for a proportion of right answers, empty for a plain number.
  public var unit: String
  /// The lower end of its 95 % interval; nil where none is known.
  public var low: Double?
  /// The upper end.
  public var high: Double?
  /// Questions, tokens or texts that it was measured on.
  public var count: Int
  /// What ``count`` counts, in the singular, such as `byte`; nil: items.
  public var countedIn: String?
  /// Whether more is better; nil where neither direction is, so that the figure cannot decide a comparison.
  public var moreIsBetter: Bool?
  /// What the value is a mean of; nil where it is no mean, or where that is not kept.
  public var sample: Sample?
  /// What of the text the model was given; nil where that is the same for all models. From the left side alone, a model
  /// is compared with no other if it was trained at a fixed masking rate.
  public var context: ChoiceContext?
  /// Why this model's number is compared with that of no other; nil: it may be, as far as ``context`` allows.
  public var notComparable: NotComparable?
  /// What guessing is worth; nil where there is no guessing.
  public var chance: Double?
  /// The value from which on a model has learned what is asked; nil where that is learned gradually.
  public var learnedFrom: Double?
  /// The place of the figure among those that decide a comparison for which no measure was declared, the lowest first;
  /// nil: it decides only where it is declared.
  public var defaultRank: Int?
  /// Whether it is tested over seeds without a ``defaultRank``, and where its evaluation was not asked for; nil: no.
  public var isTestedOverSeeds: Bool?
  /// How the first screen of a report shows it; nil: not at all.
  public var firstScreen: FirstScreen?
  /// How it is logged and drawn where the evaluation is followed while a model trains (``FollowedEvaluation``); nil: not
  /// at all.
  public var curve: Curve?

  /// A number.
  public init(
    _ name: String, _ value: Double, unit: String = "", low: Double? = nil, high: Double? = nil, count: Int,
    moreIsBetter: Bool? = nil
  ) {
    self.name = name
    self.value = value
    self.unit = unit
    self.low = low
    self.high = high
    self.count = count
    self.moreIsBetter = moreIsBetter
  }

  /// A proportion of right answers with its interval; more is better.
  public init(_ name: String, _ share: Measured, count: Int) {
    self.init(
      name, share.value, unit: Self.share, low: share.interval?.low, high: share.interval?.high, count: count,
      moreIsBetter: true)
  }

  /// The proportion of right answers among some, with Wilson's interval and the answers as its sample.
  public init(_ name: String, right: [Bool]) {
    self.init(name, .share(correct: right.count { $0 }, of: right.count), count: right.count)
    sample = Sample(right.map { $0 ? 1 : 0 })
  }

  /// The mean of some values, with its t interval and the values as its sample.
  ///
  /// - Parameters:
  ///   - name: what was measured.
  ///   - values: one value an item.
  ///   - unit: what it is counted in.
  ///   - moreIsBetter: nil where neither direction is better.
  public init(_ name: String, meanOf values: [Double], unit: String, moreIsBetter: Bool?) {
    let comparison = PairedComparison(differences: values)
    let interval = comparison.interval()
    self.init(
      name, comparison.mean, unit: unit, low: interval?.low, high: interval?.high, count: values.count,
      moreIsBetter: moreIsBetter)
    sample = Sample(values)
  }

  /// The unit of proportions.
  public static let share = "share"

  /// Whether the number is a proportion of right answers.
  public var isShare: Bool { unit == Self.share }

  /// The number with its interval.
  public var measured: Measured {
    Measured(value, interval: low.flatMap { low in high.map { Interval(low: low, high: $0) } })
  }

  /// The number alone, without its sample and without where it is shown: what is written for other programs.
  public var plain: EvaluationFigure {
    var figure = self
    (figure.sample, figure.firstScreen, figure.curve, figure.defaultRank) = (nil, nil, nil, nil)
    (figure.title, figure.countedIn, figure.notComparable, figure.isTestedOverSeeds) = (nil, nil, nil, nil)
    return figure
  }

  /// What reports call it.
  package var heading: String { title ?? name }
  /// The unit with what the number was measured on where that is not a number of items, for a column of a table.
  package var unitWithCount: String {
    if isShare { return "share of \(Number.counted(count, countedIn ?? "item"))" }
    return countedIn.map { "\(unit) of \(Number.counted(count, $0))" } ?? unit
  }
}

extension EvaluationFigure {
  /// What a value is the mean of, for paired comparisons and bootstraps.
  public struct Sample: Codable, Sendable, Equatable {
    /// One value an item, in an order that all models share that were asked alike.
    public var items: [Double]
    /// By what each item counts, in the same order; nil: all count the same.
    public var weights: [Double]?

    /// A sample.
    public init(_ items: [Double], weights: [Double]? = nil) {
      self.items = items
      self.weights = weights
    }
  }

  /// Why a model's number is compared with that of no other.
  public struct NotComparable: Codable, Sendable, Equatable {
    /// What the model was or was not, behind its name and `was`, such as `not trained to give whole texts a probability`.
    public var reason: String
    /// The setting with which it would be comparable, such as `recipe.objective=any-order`.
    public var remedy: String

    /// A reason.
    public init(reason: String, remedy: String) {
      self.reason = reason
      self.remedy = remedy
    }
  }

  /// How the first screen of a report shows a figure.
  public struct FirstScreen: Codable, Sendable, Equatable {
    /// The place among the rows; the lowest leads the report.
    public var rank: Int
    /// What was measured, without a capital, such as `choosing a hidden word, given the whole passage`.
    public var question: String
    /// The same in a few words, for a card.
    public var short: String

    /// A row of the first screen.
    public init(rank: Int, question: String, short: String) {
      self.rank = rank
      self.question = question
      self.short = short
    }
  }

  /// How a figure is logged and drawn where it is followed while a model trains.
  public struct Curve: Codable, Sendable, Equatable {
    /// Its key in `metrics.jsonl`.
    public var metric: String
    /// The heading of its chart; nil: it is logged, and not drawn.
    public var title: String?
    /// Whether the questions depend on which models are asked together, so that only curves of models that were trained
    /// in one comparison can share a chart.
    public var dependsOnModels: Bool

    /// A curve.
    public init(metric: String, title: String?, dependsOnModels: Bool) {
      self.metric = metric
      self.title = title
      self.dependsOnModels = dependsOnModels
    }
  }
}
