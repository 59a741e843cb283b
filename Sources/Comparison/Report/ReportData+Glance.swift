import Experiments
import Statistics

extension ReportData {
  /// The comparison in one table: what all models were asked alike.
  public struct Glance: Codable, Sendable {
    /// How a card on top of the page names a row and its unit.
    public struct Card: Codable, Sendable, Equatable {
      /// What was measured, in a few words.
      public var name: String
      /// The unit behind a value; empty where the value has its own.
      public var unit: String
      /// What a value is to be read by, such as what a guess is worth.
      public var note: String
    }

    /// One question that was asked of every model.
    public struct Row: Codable, Sendable {
      /// What was measured.
      public var question: String
      /// Its unit.
      public var unit: String
      /// Whether values are shares of right answers, from 0 to 1.
      public var isShare: Bool
      /// What guessing is worth; nil where there is no guessing.
      public var chance: Double?
      /// The value of every arm at the end of training; nil where an arm has none.
      public var values: [Measured?]
      /// Over the last evaluations, arm by arm; nil where there were too few.
      public var settled: [Settled?]
      /// At the targets that every arm has had, arm by arm; empty where all were trained on as many.
      public var atEqualTargets: [AtTargets?]
      /// The value with every seed, `[arms][seeds]`, of the seeds that every arm was trained with; an arm that was
      /// not asked has none. Nil with one seed, and in reports from before this was recorded.
      public var seedValues: [[Double]]?
      /// For cards; nil in reports from before they were taken from here.
      public var card: Card?
      /// What followed in reports from before conclusions were one list; ``ReportData/allConclusions`` has it.
      public var conclusions: [Conclusion]
    }

    /// A measure over the last evaluations: one that jumps between them is not settled.
    public struct Settled: Codable, Sendable, Equatable {
      /// How many evaluations.
      public var evaluations: Int
      /// The median of them.
      public var median: Double
      /// The lowest.
      public var low: Double
      /// The highest.
      public var high: Double
    }

    /// A value during training.
    public struct AtTargets: Codable, Sendable, Equatable {
      /// Targets of the loss up to then.
      public var targets: Int
      /// The value.
      public var value: Double
    }

    /// A sentence with a command: what a model is for, and in older reports what follows from a row.
    public struct Conclusion: Codable, Sendable, Equatable {
      /// One sentence.
      public var sentence: String
      /// Whether it holds without reserve.
      public var isDecided: Bool
      /// A command to try; in older reports one that gives a valid comparison.
      public var command: String?
    }

    /// What was compared.
    public var compared: String
    /// The questions; the first leads the page.
    public var rows: [Row]
    /// What each kind of model is for, one sentence each with a command to try.
    public var uses: [Conclusion]
  }
}

extension ReportData {
  /// What conclusions from single trained models are headed with: of several seeds they are about the first.
  package var titleOfConclusions: String {
    (seeds?.count ?? 1) > 1
      ? "Conclusions for the first seed's models" : "Conclusions for these trained models"
  }

  /// What one run of each model cannot show; where the models are trained here, how it is shown. Of several seeds
  /// without a measure that two models share, there is nothing to show.
  var remarkOnOneSeed: String {
    if let trained = curves.compactMap(\.seeds).max(), trained > 1 {
      return
        "Each model was trained with \(trained) seeds, but no measure is the same for two of the models, so the seeds are not compared; this describes the models of the first seed."
    }
    let areTrainedBefore = certificate.contains { Certificate.rowsOfTrainedRuns.contains($0.what) }
    return
      "One run per model describes these trained models; conclusions about the architectures need several seeds"
      + (areTrainedBefore ? "." : " (--seeds 6).")
  }

  /// What all seeds say, in a paragraph; nil with one seed.
  package var storyOfSeeds: String? { (seeds?.count ?? 1) > 1 ? Story(self).text : nil }
}

extension ReportData.Glance.Settled {
  /// Evaluations at the end of training that are looked at.
  static let evaluations = 5

  /// Over the last points of a curve; nil for fewer than three.
  init?(_ points: [CurvePoint]) {
    let values = points.suffix(Self.evaluations).map(\.value).sorted()
    guard values.count >= 3, let low = values.first, let high = values.last else { return nil }
    let middle = values.count / 2
    let median = values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle]
    self.init(evaluations: values.count, median: median, low: low, high: high)
  }
}
