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
      // Of a comparison it is made again; of runs it is drawn from what is in their folders.
      let isComparison = ExperimentRecord.exists(in: url.deletingLastPathComponent())
      throw TrainerError(
        place: url.shownPath,
        reason: error is DecodingError
          ? "the report is damaged, or of another version of the program"
          : "the report cannot be read (\(error))",
        suggestion: isComparison
          ? "write it again with: \(ShellCommand("compare", "--resume", name))"
          : "remove the file, and write the report again")
    }
  }

  /// What one comparison or several runs logged; of a comparison without a report, its runs.
  func curves(_ names: [String]) throws -> ReportData {
    if names.count == 1, let report = try report(names[0]) { return report }
    return try ReportData(runs: try runFolders(names), registry: registry)
  }

  /// The folders of runs, and of comparisons those of their runs, with the names by which they are distinguished.
  ///
  /// - Throws: `UsageError` for a run that is named twice.
  private func runFolders(_ names: [String]) throws -> [(name: String, folder: RunFolder)] {
    let found = try names.flatMap { name -> [(name: String, folder: RunFolder)] in
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
    var seen: Set<String> = []
    for run in found where !seen.insert(run.folder.url.standardizedFileURL.path).inserted {
      throw UsageError("\(run.folder.url.shownPath) is named twice; leave one of them out")
    }
    let distinct = DistinctNames.of(
      found.map { ($0.name, $0.folder.url.deletingLastPathComponent().lastPathComponent) })
    return zip(distinct, found).map { ($0, $1.folder) }
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
