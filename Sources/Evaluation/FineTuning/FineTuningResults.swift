import Statistics
import Text
import Training

/// What fine-tuning several models on one task came to.
public struct FineTuningResults: Codable, Sendable {
  /// What was asked.
  public struct Task: Codable, Sendable {
    /// The task's name, or the file's.
    public let name: String
    /// What the labels are said of.
    public let form: LabelledTexts.Form
    /// The classes.
    public let labels: [String]
    /// Texts for training, development and testing.
    public let train: Int
    public let development: Int
    public let test: Int
    /// Labels of the test: one a text, or one a word.
    public let testLabels: Int
    /// The fraction of the test's labels that are the most frequent one of training: what knowing nothing gets.
    public let mostFrequent: Double
  }

  /// The grid and all that is equal in it.
  public struct Plan: Codable, Sendable {
    /// The highest learning rates.
    public var learningRates: [Double]
    /// Which vectors the head reads.
    public var poolings: [Pooling]
    /// The seeds.
    public var seeds: [UInt64]
    /// Epochs, batch and so on.
    public var options: FineTuningOptions

    /// A plan; the defaults are for models of a few million parameters.
    public init(
      learningRates: [Double] = [3e-4, 1e-3, 3e-3], poolings: [Pooling] = Pooling.general,
      seeds: [UInt64] = [1], options: FineTuningOptions = FineTuningOptions()
    ) {
      self.learningRates = learningRates
      self.poolings = poolings
      self.seeds = seeds
      self.options = options
    }

    /// All points, the seeds of one learning rate and pooling in a row.
    public var points: [FineTuningPoint] {
      learningRates.flatMap { rate in
        poolings.flatMap { pooling in
          seeds.map { FineTuningPoint(learningRate: rate, pooling: pooling, seed: $0) }
        }
      }
    }
  }

  /// How good predictions are.
  public struct Scores: Codable, Sendable, Equatable {
    /// Right ones.
    public let right: Int
    /// All.
    public let count: Int
    /// Their share, with a Wilson interval over texts; of words with an interval that has the text as its
    /// unit.
    public let accuracy: Measured
    /// The mean F1 of the classes.
    public let macroF1: Double
  }

  /// What a point of the grid came to.
  public struct GridPoint: Codable, Sendable, Equatable {
    /// The point.
    public let point: FineTuningPoint
    /// Mean loss of the last epoch, in nats a label; nil when it became NaN.
    public let loss: Double?
    /// On the development split.
    public let development: Scores
    /// On the texts to measure on. Only that of the chosen point is a result.
    public let test: Scores
  }

  /// A model from one set of first values.
  public struct Start: Codable, Sendable {
    /// `trained`: as pretraining left it; `untrained`: as it was before.
    public let name: String
    /// All points, as in the plan.
    public let points: [GridPoint]
    /// The learning rate and the pooling with the highest accuracy on the development texts, the mean over
    /// seeds; of equal ones the first.
    public let chosen: FineTuningPoint

    /// The chosen points, one a seed.
    public var results: [GridPoint] {
      points.filter {
        $0.point.learningRate == chosen.learningRate && $0.point.pooling == chosen.pooling
      }
    }
    /// The mean test accuracy of the chosen points: with one seed with the interval over texts, with several
    /// with a t interval over seeds.
    public var accuracy: Measured {
      guard results.count > 1 else { return results[0].test.accuracy }
      let seeds = PairedComparison(differences: results.map(\.test.accuracy.value))
      return Measured(seeds.mean, interval: seeds.interval()?.within(0...1))
    }
    /// The mean of some number of the chosen points.
    public func mean(_ value: (GridPoint) -> Double) -> Double {
      results.reduce(0) { $0 + value($1) } / Double(results.count)
    }
  }

  /// A model.
  public struct Model: Codable, Sendable {
    /// The name.
    public internal(set) var name: String
    /// Encoder or decoder.
    public let kind: String
    /// Pretraining steps.
    public let steps: Int
    /// Texts that were cut, for they are longer than the model reads.
    public let cut: Int
    /// Trained, then untrained.
    public let starts: [Start]
  }

  /// Two models on the same test texts.
  public struct Difference: Codable, Sendable {
    /// The two, by model and start.
    public let left: String
    public let right: String
    /// Accuracy of the left less that of the right, with an interval over texts: about these trained models.
    public let texts: Measured
    /// The same with a t interval over seeds: about fine-tuning these models again; nil for one seed.
    public let seeds: Measured?
    /// With several seeds by sign flips, with one by McNemar's exact test over texts; nil for words with
    /// one seed.
    public let probability: Double?
    /// The same, corrected over all differences: with several seeds by joint sign flips, with one by Holm's method.
    public var corrected: Double?
  }

  /// What was asked.
  public let task: Task
  /// The grid.
  public let plan: Plan
  /// The models.
  public let models: [Model]
  /// Later models against the first, then each against itself untrained.
  public let differences: [Difference]
  /// What a reader must know.
  public let notes: [String]
}
