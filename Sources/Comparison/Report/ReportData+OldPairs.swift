import Evaluation
import Inference
import Settings
import Statistics

extension ReportData {
  /// Minimal pairs as reports held them before they were an evaluation: columns of several models.
  struct Pairs: Codable, Sendable {
    /// Pairs in all.
    var count: Int
    /// Sentences that were drawn and not used, because they stand in the training text.
    var dropped: Int
    /// The columns.
    var columns: [Column]
    /// One row a paradigm, and all of them at the end.
    var rows: [Row]

    /// One model with one measure.
    struct Column: Codable, Sendable {
      /// Index into ``ReportData/arms``.
      var arm: Int
      /// How it chooses.
      var measure: PairScoring.Measure
    }

    /// One paradigm.
    struct Row: Codable, Sendable {
      /// Its name.
      var paradigm: String
      /// `agreement` or `selection`; empty for all of them.
      var field: String
      /// Pairs.
      var count: Int
      /// A pair; nil for all of them.
      var example: Example?
      /// Shares of right choices, column by column.
      var right: [Measured]
    }

    /// A pair.
    struct Example: Codable, Sendable {
      /// The right sentence.
      var good: String
      /// The wrong one.
      var bad: String
    }
  }

  /// The evaluations; of an older report also what is an evaluation today, as that.
  var allEvaluations: [Evaluated] { oldChoices + (oldPairs.map { [$0] } ?? []) + (evaluations ?? []) }

  private var oldPairs: Evaluated? {
    guard let pairs = ruler?.pairs, !pairs.columns.isEmpty else { return nil }
    let evaluation = MinimalPairsEvaluation(count: pairs.count, seed: 1, file: nil)
    let declaration = ComponentDeclaration(
      family: Family.evaluation.name, name: "minimal-pairs", summary: "", keys: [])
    let results = EvaluationResults(
      declaration,
      arms.indices.compactMap { arm -> EvaluationResults<MinimalPairsEvaluation.Result>.Model? in
        let own = pairs.columns.indices.filter { pairs.columns[$0].arm == arm }
        guard !own.isEmpty else { return nil }
        return .init(
          index: arm, name: name(arm), seesFuture: arms[arm].kind == .encoder,
          result: .init(
            dropped: pairs.dropped,
            rows: pairs.rows.map { row in
              .init(
                paradigm: row.paradigm, count: row.count,
                example: row.example.map { .init(good: $0.good, bad: $0.bad) },
                right: own.compactMap { column in
                  row.right.indices.contains(column)
                    ? .init(measure: pairs.columns[column].measure, share: row.right[column]) : nil
                })
            }))
      })
    return Evaluated(
      evaluation: declaration.name, settings: [:],
      figures: arms.indices.map { arm in
        results.models.first { $0.index == arm }.map { evaluation.figures(of: $0.result) } ?? []
      }, section: evaluation.section(results), methods: evaluation.methods(results))
  }
}
