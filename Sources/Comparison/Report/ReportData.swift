import AttentionAnalysis
import Evaluation
import Experiments
import Foundation
import Inference
import Reporting
import Statistics
import Training

/// Everything that a report shows, as plain values: filled by a comparison or an ablation, drawn by
/// ``ReportPage``, and kept beside the page as JSON so that a page can be drawn again.
///
/// A section appears on the page only when its data is there. Arms are named by their index in ``arms``.
public struct ReportData: VersionedRecord, Sendable {
  /// Headline of the page.
  public var title: String
  /// The command that made the report, in one line.
  public var subtitle: String
  /// Date and time, written for a reader.
  public var date: String
  /// The machine in one line: processor, threads, memory.
  public var machine: String
  /// Wall-clock seconds of the whole comparison.
  public var totalSeconds: Double
  /// Cards on top; when empty the page derives them from verb accuracy and the floor.
  public var findings: [Finding]
  /// The models that were compared, in order.
  public var arms: [Arm]
  /// Learning curves, any order.
  public var curves: [Curve]
  /// What is equal between the arms and what is not.
  public var certificate: [CertificateRow]
  /// Parts that all arms have in common, for example `blocks.*.norm: RMSNorm`.
  public var shared: [String]
  /// Settings in which the arms' models differ.
  public var componentDiff: [ComponentDifference]
  /// Results on held-out text.
  public var heldOut: [HeldOutRow]
  /// Remarks under the held-out table.
  public var heldOutNotes: [String]
  /// Sentences that are in both training and held-out text.
  public var duplicates: Duplicates?
  /// The corpus's own entropy and what models and baselines reach on the same bytes.
  public var floor: Floor?
  /// What the same windows cost every model by the chain rule, in reports from before that was an evaluation.
  var likelihood: LikelihoodResults?
  /// What is known because the text's grammar is, in reports from before that were evaluations.
  var ruler: Ruler?
  /// How the arms' learning rates were chosen; nil where they were not.
  public var tuning: Tuning?
  /// What several seeds say; nil with one.
  public var seeds: Seeds?
  /// Choice between the right and the wrong verb form, in reports from before that was an evaluation.
  var verbs: Verbs?
  /// What curves show beside losses, in the order of their charts; nil in reports from before this was recorded.
  public var curveKinds: [CurveKind]?
  /// What earlier reports held in parts of its own: texts of decoders, how well models write, masks that encoders
  /// filled. ``allEvaluations`` has them as evaluations.
  var samples: [OldResult<SamplesEvaluation.Sample>]?
  var writing: [OldResult<WritingEvaluation.Result>]?
  var fills: [OldResult<FillsEvaluation.Fill>]?
  /// The same of probes of all models.
  var probes: ProbeResults?
  /// The same of fine-tuning, task by task.
  var fineTuning: [FineTuningResults]?
  /// The same of attention heads.
  var heads: HeadResults?
  /// Attention probabilities on a sentence.
  public var attention: [AttentionPicture]
  /// Where the time and the memory went.
  public var profile: [ArmProfile]
  /// What followed in reports from before conclusions were one list; ``allConclusions`` has it.
  public var verdicts: [Verdict]
  /// What follows, and what must not be concluded, the most important first; nil in reports from before this was one
  /// list. ``allConclusions`` has those of any report.
  public var conclusions: [Conclusion]?
  /// The comparison in one table; nil in reports from before this was recorded.
  public var glance: Glance?
  /// The parts of every model, arm by arm, for the diagram; nil in reports from before this was recorded.
  public var outlines: [Outline]?
  /// Parts of the report that could not be made, with the reasons; nil: none.
  public var problems: [String]?
  /// How it was done; nil in reports from before this was recorded.
  public var methods: Methods?
  /// Registered evaluations that the models were asked; nil: none.
  public var evaluations: [Evaluated]?
  /// How to repeat it.
  public var footer: Footer

  /// Creates a report; sections left out are not shown.
  public init(
    title: String, subtitle: String, date: String, machine: String, totalSeconds: Double,
    findings: [Finding] = [], arms: [Arm], curves: [Curve] = [],
    certificate: [CertificateRow] = [], shared: [String] = [],
    componentDiff: [ComponentDifference] = [], heldOut: [HeldOutRow] = [],
    heldOutNotes: [String] = [], duplicates: Duplicates? = nil, floor: Floor? = nil,
    seeds: Seeds? = nil,
    attention: [AttentionPicture] = [], profile: [ArmProfile] = [],
    verdicts: [Verdict] = [],
    footer: Footer = Footer()
  ) {
    self.title = title
    self.subtitle = subtitle
    self.date = date
    self.machine = machine
    self.totalSeconds = totalSeconds
    self.findings = findings
    self.arms = arms
    self.curves = curves
    self.certificate = certificate
    self.shared = shared
    self.componentDiff = componentDiff
    self.heldOut = heldOut
    self.heldOutNotes = heldOutNotes
    self.duplicates = duplicates
    self.floor = floor
    self.seeds = seeds
    self.attention = attention
    self.profile = profile
    self.verdicts = verdicts
    self.footer = footer
  }
}

extension ReportData {
  /// Encoders see both sides of a position, decoders only what is before it.
  public enum Kind: String, Codable, Sendable { case encoder, decoder }

  /// What one registered evaluation found, and what it says of it.
  public struct Evaluated: Codable, Sendable {
    /// The evaluation's name.
    public var evaluation: String
    /// Every setting, defaults included.
    public var settings: [String: String]
    /// The name of the text where it is not the held-out text of the models; nil where it is.
    public var text: String?
    /// The figures of every arm; none for one that could not be asked.
    public var figures: [[EvaluationFigure]]
    /// What is shown; nil where no model could be asked.
    public var section: Section?
    /// How it was measured.
    public var methods: String
  }

  /// One trained model of the comparison.
  public struct Arm: Codable, Sendable {
    /// Name as typed, for example `bert`.
    public var name: String
    /// Encoder or decoder; nil where its architecture is not registered, or it was not requested.
    public var kind: Kind?
    /// Index into the page's palette of eight colours.
    public var colour: Int
    /// Trained numbers in all.
    public var parameters: Int
    /// Trained numbers without embeddings.
    public var parametersWithoutEmbeddings: Int?
    /// Objective, for example `causal LM`. Arms with the same objective and unit share a loss panel.
    public var objective: String
    /// Unit of the loss, for example `nats per masked token`.
    public var unit: String
    /// Optimiser steps.
    public var steps: Int
    /// Content tokens read.
    public var tokens: Int
    /// Tokens that were a target of the loss.
    public var supervisedTokens: Int
    /// Training FLOPs.
    public var flops: Double
    /// Seconds of training.
    public var seconds: Double
    /// Last training loss, in ``unit``.
    public var finalTrainLoss: Double
    /// Last held-out loss, in ``unit``.
    public var finalHeldOutLoss: Double
    /// Held-out bits per byte; nil where the objective gives none.
    public var bitsPerByte: Double?
    /// Whether it was trained to predict a word with nothing behind it in view; nil where that is not known.
    public var isTrainedFromLeft: Bool?

    /// Creates an arm.
    public init(
      name: String, kind: Kind?, colour: Int, parameters: Int, parametersWithoutEmbeddings: Int?,
      objective: String, unit: String, steps: Int, tokens: Int, supervisedTokens: Int,
      flops: Double, seconds: Double, finalTrainLoss: Double, finalHeldOutLoss: Double,
      bitsPerByte: Double? = nil, isTrainedFromLeft: Bool? = nil
    ) {
      self.name = name
      self.kind = kind
      self.colour = colour
      self.parameters = parameters
      self.parametersWithoutEmbeddings = parametersWithoutEmbeddings
      self.objective = objective
      self.unit = unit
      self.steps = steps
      self.tokens = tokens
      self.supervisedTokens = supervisedTokens
      self.flops = flops
      self.seconds = seconds
      self.finalTrainLoss = finalTrainLoss
      self.finalHeldOutLoss = finalHeldOutLoss
      self.bitsPerByte = bitsPerByte
      self.isTrainedFromLeft = isTrainedFromLeft
    }
  }

  /// A card on top of the page.
  public struct Finding: Codable, Sendable {
    /// What was measured, short.
    public var label: String
    /// The number, as written; in older reports with its unit.
    public var value: String
    /// Its unit; nil where it has none, and in older reports.
    public var unit: String?
    /// One line that explains it.
    public var note: String
    /// The arm that it belongs to, for its colour.
    public var arm: Int?

    /// Creates a card.
    public init(label: String, value: String, note: String, arm: Int? = nil) {
      self.label = label
      self.value = value
      self.note = note
      self.arm = arm
    }

    /// Creates a card of a number with a unit.
    public init(label: String, value: String, unit: String, note: String, arm: Int? = nil) {
      self.init(label: label, value: value, note: note, arm: arm)
      self.unit = unit.isEmpty ? nil : unit
    }
  }

  /// What a curve shows: a loss, or a figure of an evaluation by its key in the run's metrics, such as `verbs.leftOnly`.
  public struct Metric: RawRepresentable, Codable, Sendable, Hashable {
    public let rawValue: String

    /// A metric; the names of older reports are read, too.
    public init(rawValue: String) { self.rawValue = Self.renamed[rawValue] ?? rawValue }

    /// Training loss, in the arm's unit.
    public static let trainingLoss = Metric(rawValue: "trainingLoss")
    /// Held-out loss, in the arm's unit.
    public static let heldOutLoss = Metric(rawValue: "heldOutLoss")
  }

  /// What curves of a figure show.
  public struct CurveKind: Codable, Sendable {
    /// The figure.
    public var metric: Metric
    /// The heading of the chart.
    public var title: String
    /// The unit of its values.
    public var unit: String
    /// Whether values are proportions from 0 to 1.
    public var isShare: Bool
    /// What guessing is worth; nil where there is no guessing, or the unit says it.
    public var chance: Double?
    /// Whether all models may share an axis; else those of one objective do.
    public var isComparable: Bool
  }

  /// One metric of one arm over training.
  public struct Curve: Codable, Sendable {
    /// Index into ``ReportData/arms``.
    public var arm: Int
    /// What is shown.
    public var metric: Metric
    /// Points in the order of training.
    public var points: [CurvePoint]
    /// Of how many seeds each point is the mean, with the range of them in place of an interval; nil in reports of
    /// older versions: one.
    public var seeds: Int?

    /// Creates a curve.
    public init(arm: Int, metric: Metric, points: [CurvePoint], seeds: Int? = nil) {
      self.arm = arm
      self.metric = metric
      self.points = points
      self.seeds = seeds
    }
  }
}
