import CommandLineKit
import Comparison
import Experiments
import Foundation
import Reporting
import Settings
import Training
import Wording

extension Command {
  /// `zoo report`: draws a report again, from what is in the folders of runs.
  static let report = Command(
    name: "report", summary: "write the report of a comparison or of runs again, without loading a model",
    discussion: """
      For a comparison, writes the page, the tables and the data of its report as this version of the program renders \
      them. For runs, writes their learning curves and the results that eval --with or a comparison has stored. \
      Nothing is measured again; results are read from the folders of the runs.
      """,
    examples: [
      Example("zoo report runs/bert-gpt-1", "the report of a comparison"),
      Example("zoo report runs/gpt-1 runs/gpt-2 --out both", "one report on two runs"),
    ],
    positionals: [Positional("run", .text, .repeated, help: "a comparison, or runs")],
    options: [
      .value(
        "out", .text, as: "folder",
        help:
          "output folder for report.html, .json, .md and .tex; default: the folder of the comparison or the run"
      ),
      OutputFile.force,
    ]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let names = arguments.positionals("run")
    guard !names.isEmpty else {
      throw UsageError("report: name a comparison or a run; see them with: \(ShellCommand("runs"))")
    }
    let place = try arguments.option("out") ?? ownFolder(names, workplace)
    _ = try OutputFile.files(
      [("report.html", .page), ("report.json", .json)], in: place, option: "out",
      isForced: arguments.flag("force"))
    var report = try names.count == 1 ? workplace.report(names[0]) : nil
    if report == nil {
      var stored = try workplace.storedReport(names, arguments.console)
      stored.footer = ReportData.Footer(
        command: arguments.console.commandLine, versions: ["zoo \(ProgramVersion.current)"])
      report = stored
    }
    guard let report else { return }
    let folder = try OutputFile.makeFolder(place, option: "out")
    try ExperimentJob.write(report, to: folder)
    arguments.console.line("report: \(folder.appending(path: "report.html").shownPath)")
  }

  /// The folder of the report of one comparison or one run.
  private static func ownFolder(_ names: [String], _ workplace: Workplace) throws -> String {
    guard names.count == 1 else {
      throw UsageError("report: \(names.count) runs have no folder in common; name one with --out FOLDER")
    }
    let group = try workplace.experiment(names[0])
    let candidates = [group, workplace.runs.appending(path: names[0])]
    let known = candidates.first {
      FileManager.default.fileExists(atPath: $0.appending(path: "report.json").path)
    }
    if let known { return known.shownPath }
    if ExperimentRecord.exists(in: group) { return group.shownPath }
    return try workplace.folder(names[0]).url.shownPath
  }
}
