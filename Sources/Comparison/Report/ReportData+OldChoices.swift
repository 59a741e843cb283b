import Evaluation
import Inference
import Reporting
import Settings
import Statistics

extension ReportData {
  /// Verb forms as reports held them before they were an evaluation.
  struct Verbs: Codable, Sendable {
    /// Number of items.
    var count: Int
    /// Accuracy of every arm.
    var scores: [Score]
    /// The same by number of attractors, by distance, …
    var breakdowns: [Breakdown]
    /// Shares that simpler methods reach, for example a 5-gram.
    var baselines: [Baseline]

    /// Accuracy of one arm.
    struct Score: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      var arm: Int
      /// With left context only.
      var leftOnly: Measured?
      /// With both sides.
      var bothSides: Measured?

      /// Both, by what was given.
      var right: [ChoiceContext: Measured] {
        [ChoiceContext.leftOnly: leftOnly, .bothSides: bothSides].compactMapValues { $0 }
      }
    }

    /// Accuracy by a property of the items.
    struct Breakdown: Codable, Sendable {
      /// The property.
      var property: String
      /// Its values.
      var groups: [Group]
    }

    /// Items with one value of the property.
    struct Group: Codable, Sendable {
      /// The value, for example `2`.
      var label: String
      /// Number of items.
      var count: Int
      /// Accuracy of every arm.
      var scores: [Score]
    }

    /// A method that is not an arm.
    struct Baseline: Codable, Sendable {
      /// Its name.
      var name: String
      /// Its accuracy.
      var accuracy: Measured
    }
  }

  /// Choices of a hidden word by where the evidence is, as reports held them before they were an evaluation: columns of
  /// several models.
  struct Cloze: Codable, Sendable {
    /// Most candidates of an item.
    var candidates: Int
    /// One row for each place of the evidence, and all items at the end.
    var rows: [Row]
    /// What the models were asked.
    var columns: [Column]

    /// One model asked with one side or both.
    struct Column: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      var arm: Int
      /// What was given.
      var side: ChoiceContext
      /// Whether the model was trained for what it is asked.
      var isTrainedForIt: Bool
    }

    /// The items whose evidence is in one place.
    struct Row: Codable, Sendable {
      /// The place; in the oldest reports the class of the hidden word.
      var wordClass: String
      /// Items.
      var count: Int
      /// The share right by chance.
      var chance: Double
      /// An item; nil for all of them.
      var example: ClozeEvaluation.Result.Example?
      /// The grammar's own choices with the left side alone.
      var bestLeftOnly: ClozeEvaluation.Result.Best
      /// With both sides.
      var bestBothSides: ClozeEvaluation.Result.Best
      /// Shares of right choices, column by column.
      var right: [Measured]
      /// The probability given to the right word, column by column.
      var probabilities: [Measured]?
      /// KL(exact ‖ model) in bits, column by column.
      var divergences: [Measured]?
    }
  }

  /// Of an older report what is an evaluation today, as that.
  var oldChoices: [Evaluated] { [oldCloze, oldVerbs].compactMap { $0 } }

  private static func declaration(_ name: String) -> ComponentDeclaration {
    ComponentDeclaration(family: Family.evaluation.name, name: name, summary: "", keys: [])
  }

  /// Which items were right is not known, so as many as were right are the first.
  private var oldVerbs: Evaluated? {
    guard let verbs, !verbs.scores.isEmpty else { return nil }
    let results = EvaluationResults(
      Self.declaration("verb-forms"),
      verbs.scores.filter { arms.indices.contains($0.arm) }.map { score in
        EvaluationResults<VerbFormsEvaluation.Result>.Model(
          index: score.arm, name: name(score.arm), seesFuture: arms[score.arm].kind == .encoder,
          result: .init(
            right: score.right.filter { $0.value.value.isFinite }.mapValues { share in
              let right = Int((min(max(share.value, 0), 1) * Double(verbs.count)).rounded())
              return (0..<max(0, verbs.count)).map { $0 < right }
            },
            breakdowns: verbs.breakdowns.map { breakdown in
              .init(
                property: breakdown.property,
                groups: breakdown.groups.map { group in
                  .init(
                    label: group.label, count: group.count,
                    right: group.scores.first { $0.arm == score.arm }?.right ?? [:])
                })
            }, baselines: verbs.baselines.map { .init(name: $0.name, right: $0.accuracy) }))
      })
    return evaluated(VerbFormsEvaluation(), results)
  }

  private var oldCloze: Evaluated? {
    guard let cloze = ruler?.cloze, !cloze.rows.isEmpty else { return nil }
    func value(_ values: [Measured]?, _ column: Int) -> Measured? {
      values.flatMap { $0.indices.contains(column) ? $0[column] : nil }
    }
    let results = EvaluationResults(
      Self.declaration("cloze"),
      arms.indices.compactMap { arm -> EvaluationResults<ClozeEvaluation.Result>.Model? in
        let own = cloze.columns.indices.filter { cloze.columns[$0].arm == arm }
        guard !own.isEmpty else { return nil }
        return .init(
          index: arm, name: name(arm), seesFuture: arms[arm].kind == .encoder,
          isTrainedFromLeft: own.allSatisfy {
            cloze.columns[$0].side == .bothSides || cloze.columns[$0].isTrainedForIt
          },
          result: .init(
            candidates: cloze.candidates,
            rows: cloze.rows.map { row in
              let answers = own.compactMap { column in
                value(row.right, column).map { right in
                  (
                    cloze.columns[column].side,
                    ClozeEvaluation.Result.Answer(
                      right: right, probability: value(row.probabilities, column),
                      divergence: value(row.divergences, column))
                  )
                }
              }
              return .init(
                place: row.wordClass, count: row.count, chance: row.chance, example: row.example,
                best: [.leftOnly: row.bestLeftOnly, .bothSides: row.bestBothSides],
                answers: Dictionary(answers, uniquingKeysWith: { first, _ in first }))
            }))
      })
    return evaluated(ClozeEvaluation(), results)
  }

  /// What the report shows of an evaluation.
  func evaluated<Kind: Evaluation>(_ evaluation: Kind, _ results: EvaluationResults<Kind.Result>)
    -> Evaluated
  {
    Evaluated(
      evaluation: results.declaration.name, settings: [:],
      figures: arms.indices.map { arm in
        results.models.first { $0.index == arm }.map { evaluation.figures(of: $0.result).map(\.plain) } ?? []
      }, section: evaluation.section(results), methods: evaluation.methods(results))
  }
}

extension ReportData {
  /// What curves show; of an older report what it can have.
  var drawnCurves: [CurveKind] {
    if let curveKinds { return curveKinds }
    let left = heldOut.first { $0.measure == "right verb form, left side only" }
    return Self.oldCurves.map { kind in
      var kind = kind
      if kind.metric.rawValue == "verbs.leftOnly" { kind.isComparable = left?.comparable ?? true }
      return kind
    }
  }

  private static let oldCurves = [
    CurveKind(
      metric: .init(rawValue: "divergence.bothSides"),
      title: "Divergence from the exact choice, given the whole sentence", unit: "bits per choice",
      isShare: false, isComparable: true),
    CurveKind(
      metric: .init(rawValue: "words.bothSides"), title: "Right hidden word, whole passage seen",
      unit: "accuracy", isShare: true, chance: 0.25, isComparable: true),
    CurveKind(
      metric: .init(rawValue: "verbs.leftOnly"), title: "Right verb form, left context only",
      unit: "accuracy", isShare: true, chance: 0.5, isComparable: true),
    CurveKind(
      metric: .init(rawValue: "verbs.bothSides"), title: "Right verb form, both sides seen",
      unit: "accuracy", isShare: true, chance: 0.5, isComparable: true),
  ]
}

extension ReportData.Metric {
  /// Names of older reports, with those of today.
  static let renamed = [
    "verbLeftOnly": "verbs.leftOnly", "verbBothSides": "verbs.bothSides", "wordBothSides": "words.bothSides",
    "divergenceBothSides": "divergence.bothSides",
  ]
}
