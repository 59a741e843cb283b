import Evaluation
import Inference
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

  /// The minimal pairs of an older report, as the evaluation that they are today.
  var oldPairs: Evaluated? {
    guard let pairs = ruler?.pairs, !pairs.columns.isEmpty else { return nil }
    return evaluated(
      MinimalPairsEvaluation(count: pairs.count, seed: 1, file: nil), "minimal-pairs",
      arms.indices.compactMap { arm -> (arm: Int, result: MinimalPairsEvaluation.Result)? in
        let own = pairs.columns.indices.filter { pairs.columns[$0].arm == arm }
        guard !own.isEmpty else { return nil }
        let rows = pairs.rows.map { row in
          MinimalPairsEvaluation.Result.Row(
            paradigm: row.paradigm, count: row.count,
            example: row.example.map { .init(good: $0.good, bad: $0.bad) },
            right: own.compactMap { column in
              row.right.indices.contains(column)
                ? .init(measure: pairs.columns[column].measure, share: row.right[column]) : nil
            })
        }
        return (arm: arm, result: .init(dropped: pairs.dropped, rows: rows))
      })
  }
}
