import CommandLineKit
import Comparison
import Evaluation
import Experiments
import Foundation
import Settings
import Training
import Wording

extension Workplace {
  /// The report of a comparison's folder; nil where none was written.
  ///
  /// - Throws: `TrainerError` for a report that cannot be read.
  func report(_ name: String) throws -> ReportData? {
    // A report of trained runs is in a folder of its own, without a comparison.
    let places = [try experiment(name), runs.appending(path: name)].map { $0.appending(path: "report.json") }
    guard let url = places.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      return nil
    }
    do {
      let data = try InputFile.regular(url.path)
      try FormatVersion.check(data, of: url)
      return try JSONDecoder.withWordsForNumbers().decode(ReportData.self, from: data)
    } catch let error as TrainerError {
      throw error
    } catch {
      throw TrainerError(
        place: url.shownPath, reason: "the report cannot be read (\(error))",
        suggestion: "write it again with: \(ShellCommand("compare", "--resume", name))")
    }
  }

  /// What one comparison or several runs logged; of a comparison without a report, its runs.
  func curves(_ names: [String]) throws -> ReportData {
    if names.count == 1, let report = try report(names[0]) { return report }
    return try ReportData(runs: try runFolders(names), registry: registry)
  }

  /// The folders of runs, and of comparisons those of their runs, with the names by which they are distinguished.
  private func runFolders(_ names: [String]) throws -> [(name: String, folder: RunFolder)] {
    try names.flatMap { name -> [(name: String, folder: RunFolder)] in
      let group = try experiment(name)
      guard ExperimentRecord.exists(in: group) else {
        let folder = try folder(name)
        return [(folder.url.lastPathComponent, folder)]
      }
      let arms = try ExperimentRecord.read(from: group).plans(registry).map(\.name)
      return arms.map {
        (names.count > 1 ? "\(group.lastPathComponent)/\($0)" : $0, RunFolder(group.appending(path: $0)))
      }
      .filter { FileManager.default.fileExists(atPath: $0.1.record.path) }
    }
  }

  /// What is in the folders of runs: curves, and what was measured of them by `eval --with` or a comparison.
  ///
  /// - Throws: `TrainerError` and `CheckpointError` that name what cannot be read.
  func storedReport(_ names: [String], _ console: Console) throws -> ReportData {
    var report = try curves(names)
    let runs = try runFolders(names)
    try report.addStored(
      runs.map { EvaluationStore($0.folder).all { console.warning($0) } }, registry)
    return report
  }
}
