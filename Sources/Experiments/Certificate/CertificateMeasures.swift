import Reporting
import Text
import Training
import Transformer
import Zoo

/// The rows of the certificate that are computed: what the arms cost, what a position sees, what is
/// supervised, and how much text the budget reads.
struct CertificateMeasures {
  /// A row before it is known whether it is equal or declared.
  struct Line {
    let what: String
    let values: [String]
    var note = ""
  }

  private let plans: [ArmPlan]
  private let data: [TrainingData]
  private let forecasts: [RunForecast]
  private let objectives: [any Objective]

  init(_ plans: [ArmPlan], _ data: [TrainingData], _ forecasts: [RunForecast], _ objectives: [any Objective])
  {
    self.plans = plans
    self.data = data
    self.forecasts = forecasts
    self.objectives = objectives
  }

  /// The rows, in order.
  var lines: [Line] { [costs, sight, supervision, reading, wholeRun].flatMap { $0 } }

  private var costs: [Line] {
    [
      Line(what: "parameters", values: forecasts.map { Number.grouped($0.parameters) }),
      Line(
        what: "parameters without embeddings",
        values: forecasts.map { Number.grouped($0.parametersWithoutEmbeddings) },
        note: "blocks, final norm and head"),
      Line(
        what: "FLOPs per step", values: forecasts.map { Number.grouped(Int($0.step.flops)) },
        note: "executed matrix products"),
      Line(
        what: "FLOPs per token, training",
        values: forecasts.map { Self.rounded(Double($0.step.flops) / Double($0.step.tokens)) },
        note: "of a training step, per content token"),
      Line(
        what: "FLOPs per token, forward", values: forecasts.map { Self.rounded($0.forwardFlopsPerToken) },
        note: "of an evaluation, per content token"),
    ]
  }

  private var sight: [Line] {
    [
      Line(
        what: "receptive field of a layer", values: forecasts.map { $0.layerReach.words },
        note: "maximum number of tokens that one position sees through one layer, including itself"),
      Line(
        what: "receptive field at the top", values: forecasts.map { $0.topReach.words },
        note: "maximum number of tokens that one position sees through all layers"),
    ]
  }

  private var supervision: [Line] {
    let shares = plans.indices.map { index -> String in
      let (step, context) = (forecasts[index].step, plans[index].descriptor.context)
      let share = Double(step.supervised) / Double(step.tokens)
      guard !objectives[index].predictsEvenly else {
        return "\(Number.percent(share)), \(objectives[index].predictions(context: context)) of \(context)"
      }
      return
        "\(Number.percent(share)) expected, \(Number.fixed(share * Double(context), 1)) of \(context) on average"
    }
    return [
      Line(
        what: "supervised fraction", values: shares,
        note: "fraction of content tokens that are predicted in training")
    ]
  }

  private var reading: [Line] {
    [
      Line(
        what: "text bytes per token", values: data.map { Number.fixed($0.bytesPerToken, 3) },
        note: "mean over the training text")
    ]
  }

  /// The steps of every run; nil where a budget in minutes has not been measured yet.
  var steps: [Int?] {
    plans.indices.map { index in
      plans[index].recipe.budget.steps(forecasts[index].step, bytesPerToken: data[index].bytesPerToken)
    }
  }

  /// What whole runs come to; nothing where the steps of one are not known.
  private var wholeRun: [Line] {
    let steps = steps.compactMap { $0 }
    guard steps.count == plans.count else { return [] }
    func times(_ value: (RunForecast) -> Double) -> [String] {
      zip(steps, forecasts).map { Self.rounded(Double($0) * value($1)) }
    }
    return [
      Line(what: "steps of the run", values: steps.map { Number.grouped($0) }),
      Line(what: "supervised tokens of the run", values: times { Double($0.step.supervised) }),
      Line(what: "FLOPs of the run", values: times { Double($0.step.flops) }),
      Line(
        what: "text read by the run",
        values: plans.indices.map { index in
          let tokens = Double(steps[index]) * Double(forecasts[index].step.tokens)
          let bytes = tokens * data[index].bytesPerToken
          let share = bytes / Double(max(1, data[index].source.trainBytes))
          return "\(Self.rounded(bytes)) bytes, "
            + (share < 1
              ? "\(Number.percent(share, 2)) of the text" : "the text \(Number.short(share)) times")
        }, note: "steps × tokens per step × bytes per token"),
    ]
  }

  private static func rounded(_ value: Double) -> String { Number.grouped(Int(min(value, 9e18).rounded())) }
}

extension Certificate {
  /// Rows that follow from mask, objective and head by arithmetic alone: what the arms cost.
  public static let costs: Set<String> = [
    "parameters", "parameters without embeddings", "FLOPs per step", "FLOPs per token, training",
    "FLOPs per token, forward", "FLOPs of the run",
  ]
  /// Rows about what a position sees and what a sequence teaches: in which the twins, and the arms of an
  /// ablation, differ by design, but two other models perhaps by oversight.
  public static let sightAndSupervision: Set<String> = [
    "receptive field of a layer", "receptive field at the top", "supervised fraction",
    "supervised tokens of the run", "targets so far",
  ]
}
