import Foundation
import Training

/// The curves of a run, as its metrics hold them: a run that was stopped and resumed has them whole.
struct RunCurves {
  private let rows: [[String: MetricsValue]]

  /// Reads the metrics of a run.
  ///
  /// - Throws: `CheckpointError` that names a damaged line.
  init(_ folder: RunFolder) throws { rows = try MetricsLog.read(folder.metrics) }

  /// The points of one key in the lines of one kind, such as `loss` in `evaluation`.
  func points(_ kind: String, _ key: String) -> [ReportData.Point] {
    rows.compactMap { row in
      guard row["kind"] == .text(kind), let value = row[key]?.number else { return nil }
      func number(_ name: String) -> Double { row[name]?.number ?? 0 }
      return ReportData.Point(
        step: Int(number("step")), tokens: number("tokens"), supervisedTokens: number("supervisedTokens"),
        flops: number("flops"), seconds: number("seconds"), value: value)
    }
  }

  /// At most about `count` points, each the mean of its neighbours at the place of the last of them.
  static func smoothed(_ points: [ReportData.Point], count: Int) -> [ReportData.Point] {
    let size = max(1, points.count / count)
    return stride(from: 0, to: points.count, by: size).map { start in
      let group = points[start..<min(start + size, points.count)]
      var mean = group[group.endIndex - 1]
      mean.value = group.reduce(0) { $0 + $1.value } / Double(group.count)
      return mean
    }
  }
}
