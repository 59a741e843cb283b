/// What was predicted for what: a count for each pair of classes.
struct ClassCounts {
  /// `[wanted][predicted]`; the last column counts what has no prediction.
  private var counts: [[Int]]

  init(classes: Int) {
    counts = [[Int]](repeating: [Int](repeating: 0, count: classes + 1), count: classes)
  }

  /// Counts one prediction; nil where there is none, which is wrong.
  mutating func add(_ predicted: Int32?, for wanted: Int32) {
    counts[Int(wanted)][predicted.map { Int($0) } ?? counts.count] += 1
  }

  /// Predictions that were right.
  var right: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }
  /// All that were asked.
  var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// The mean of the classes' F1, the harmonic mean of precision and recall: every class counts the same,
  /// however rare. Classes that are neither wanted nor predicted are left out; 0 where there is none.
  ///
  /// - Source: van Rijsbergen, "Information retrieval", 1979; the unweighted mean: Yang and Liu, 1999.
  var macroF1: Double {
    let scores = counts.indices.compactMap { label -> Double? in
      let wanted = counts[label].reduce(0, +)
      let predicted = counts.reduce(0) { $0 + $1[label] }
      return wanted + predicted == 0 ? nil : 2 * Double(counts[label][label]) / Double(wanted + predicted)
    }
    return scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
  }
}
