import CommandLineKit
import Foundation
import Settings
import Text
import Training
import Wording
import Zoo

extension Command {
  /// `zoo runs`: what has been trained or imported.
  static let runs = Command(
    name: "runs", summary: "list the runs in ./runs with their status",
    discussion: """
      An imported model is listed with its family and the folder that it came from, and so is a run that began with the \
      weights of one.
      """,
    examples: [Example("zoo runs", "all runs"), Example("zoo runs --json", "for a script")],
    options: [.flag("json", help: "print JSON for a script")]
  ) { arguments in
    let workplace = try Workplace(arguments)
    let runs = workplace.allRuns().map { ListedRun($0, workplace.registry) }
    if arguments.flag("json") {
      let found = try runs.compactMap { try $0.node() }
      return arguments.console.line(Node(.list(found)).json(indented: true))
    }
    guard !runs.isEmpty else {
      return arguments.console.line(
        "no runs in \(workplace.runs.shownPath); start one with: \(ShellCommand("train", "gpt"))")
    }
    let hasOrigins = runs.contains { $0.origin != nil }
    var table = Table(
      [
        Table.Column("run"), Table.Column("model"), Table.Column("status"), Table.Column("step", .right),
        Table.Column("held-out loss", .right), Table.Column("unit"), Table.Column("bits per byte", .right),
        Table.Column("time", .right), Table.Column("text"),
      ] + (hasOrigins ? [Table.Column("imported from")] : []))
    for run in runs { table.add(run.cells + (hasOrigins ? [run.origin?.words ?? "—"] : [])) }
    arguments.console.table(table)
  }
}

/// A run as `zoo runs` lists it.
private struct ListedRun {
  private enum State {
    case trained(RunRecord)
    /// A checkpoint without a record of training, and its status.
    case other(CheckpointRecord, String)
    case damaged(any Error)
  }

  private let folder: RunFolder
  private let state: State
  /// Where the model, or the one that its training began with, came from; nil for one that was made here.
  let origin: ImportRecord?

  init(_ folder: RunFolder, _ registry: Registry) {
    self.folder = folder
    func newest() -> CheckpointRecord? {
      folder.allCheckpoints().last.flatMap { try? ModelFile.open($0.url, registry: registry).record }
    }
    do {
      let record = try RunRecord.current(folder)
      state = .trained(record)
      origin = record.startedFrom == nil ? nil : newest()?.imported
    } catch {
      let found = folder.hasRecord ? nil : newest()
      origin = found?.imported
      state =
        found.flatMap { record in
          record.statusWithoutTraining.map { .other(record, $0) }
        } ?? .damaged(error)
    }
  }

  /// The cells of its row.
  var cells: [String] {
    let path = folder.url.shownPath
    switch state {
    case .trained(let record):
      return [
        path, record.model, record.status.rawValue,
        "\(Format.count(record.state.step))/\(Format.count(record.totalSteps))",
        record.evaluation.map { Format.fixed($0.loss, 4) } ?? "—", record.unit,
        record.evaluation?.bitsPerByte.map { Format.fixed($0, 4) } ?? "—",
        Format.duration(record.state.seconds), TextSource.shownName(record.data),
      ]
    case .other(let record, let status):
      return [path, record.name, status, "—", "—", "", "—", "—", "—"]
    case .damaged(let error): return [path, "", "damaged", "", "", "\(error)", "", "", ""]
    }
  }

  /// What `--json` prints of it; nil for a damaged one.
  func node() throws -> Node? {
    var node: Node
    switch state {
    case .trained(let record): node = try RecordFile.node(record)
    case .other(let record, let status):
      node = Node.object([
        "name": Node(.text(folder.name)), "model": Node(.text(record.name)), "status": Node(.text(status)),
        "descriptor": try Node.parse(record.descriptor, file: folder.url.shownPath),
      ])
      if let start = record.startedFrom {
        node["startedFrom"] = Node.object([
          "run": Node(.text(start.run)), "model": Node(.text(start.model)),
          "step": Node(.integer(start.step)),
        ])
      }
      if let classifier = record.classifier {
        node["classifier"] = try? Node.parse(classifier, file: folder.url.shownPath)
      }
    case .damaged: return nil
    }
    if let origin {
      node["imported"] = Node.object([
        "family": Node(.text(origin.family)), "className": Node(.text(origin.className)),
        "folder": Node(.text(origin.folder)),
      ])
    }
    return node
  }
}

extension CheckpointRecord {
  /// The status of a run whose checkpoint holds no training; nil where nothing says how it was made.
  fileprivate var statusWithoutTraining: String? {
    recordsTraining ? nil : isOnlyImported ? "imported" : classifier == nil ? nil : "fine-tuned"
  }
}

extension ImportRecord {
  /// The family, the class and the folder, for a table.
  fileprivate var words: String { "\(folder) (\(family), \(className))" }
}
