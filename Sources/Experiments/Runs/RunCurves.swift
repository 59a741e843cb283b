import Checkpoints
import Evaluation
import Foundation
import Inference
import Training
import Zoo

/// The curves of a run, as its metrics hold them: a run that was stopped and resumed has them whole.
package struct RunCurves {
  private let rows: [[String: MetricsValue]]

  /// Reads the metrics of a run.
  ///
  /// - Parameter last: steps behind it are left out; nil: none are.
  /// - Throws: `CheckpointError` that names a damaged line.
  package init(_ folder: RunFolder, to last: Int? = nil) throws {
    let all = try MetricsLog.read(folder.metrics)
    for (index, row) in all.enumerated() {
      guard let key = row.keys.sorted().first(where: { !Self.isPossible(row[$0]?.number, $0) }) else {
        continue
      }
      throw CheckpointError(
        file: folder.metrics.path, reason: "line \(index + 1) is damaged (\(key)): remove it by hand")
    }
    rows = all.filter { row in last.map { (row["step"]?.number ?? 0) <= Double($0) } ?? true }
  }

  /// Whether a value can be what its key says: what is counted is no less than 0 and far from where whole numbers end,
  /// a share is one.
  private static func isPossible(_ value: Double?, _ key: String) -> Bool {
    guard let value else { return true }
    if ["tokens", "supervisedTokens", "flops", "seconds"].contains(key) { return (0...1e19).contains(value) }
    return !key.hasPrefix("verbs.") && !key.hasPrefix("words.") || (0...1).contains(value)
  }

  /// The points of one key in the lines of one kind, such as `loss` in `evaluation`.
  package func points(_ kind: String, _ key: String) -> [CurvePoint] {
    rows.compactMap { row in
      guard row["kind"] == .text(kind), let value = row[key]?.number else { return nil }
      func number(_ name: String) -> Double { row[name]?.number ?? 0 }
      return CurvePoint(
        step: Int(number("step")), tokens: number("tokens"), supervisedTokens: number("supervisedTokens"),
        flops: number("flops"), seconds: number("seconds"), value: value)
    }
  }

  /// At most about `count` points, each the mean of its neighbours at the place of the last of them.
  package static func smoothed(_ points: [CurvePoint], count: Int) -> [CurvePoint] {
    let size = max(1, points.count / count)
    return stride(from: 0, to: points.count, by: size).map { start in
      let group = points[start..<min(start + size, points.count)]
      var mean = group[group.endIndex - 1]
      mean.value = group.reduce(0) { $0 + $1.value } / Double(group.count)
      return mean
    }
  }
}
