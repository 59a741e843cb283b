import Foundation
import TestSupport
import Testing

@testable import Comparison
@testable import Experiments
@testable import Training

/// Records say the version of their format: files from before this was recorded are read, and those of a later program
/// are refused by name.
@Suite struct FormatVersionTests {
  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/5f2c9a2")

  private func object(_ url: URL) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
  }

  /// Reads an old file without a number, the same as this program writes it, and the same with the next number.
  private func walks(_ url: URL, write: () throws -> Void, read: () throws -> Void) throws {
    #expect(try object(url)["format"] == nil)
    try read()
    try write()
    #expect(try object(url)["format"] as? Int == FormatVersion.current)
    try read()
    let written = try object(url)
    for wrong in [FormatVersion.current + 1, 0] {
      let changed = written.merging(["format": wrong]) { $1 }
      try JSONSerialization.data(withJSONObject: changed).write(to: url)
      let error = #expect(throws: TrainerError.self) { try read() }
      #expect(error?.place.hasSuffix(url.lastPathComponent) == true)
      #expect(
        error?.reason
          == "the file has format \(wrong), and this program reads formats 1 to \(FormatVersion.current)")
    }
    try JSONSerialization.data(withJSONObject: written.merging(["format": "x"]) { $1 }).write(to: url)
    let error = #expect(throws: TrainerError.self) { try read() }
    #expect(error?.reason.contains("damaged") == true)
  }

  @Test func everyRecordHasOne() throws {
    try withTemporaryFolder { folder in
      for name in ["run", "comparison"] {
        try FileManager.default.copyItem(
          at: Self.fixture.appendingPathComponent(name), to: folder.appendingPathComponent(name))
      }
      let run = RunFolder(folder.appendingPathComponent("run"))
      let record = try RunRecord.read(run)
      try walks(run.record, write: { try record.write(to: run) }, read: { _ = try RunRecord.read(run) })

      let group = folder.appendingPathComponent("comparison")
      let experiment = try ExperimentRecord.read(from: group)
      try walks(
        group.appendingPathComponent("experiment.json"), write: { try experiment.write(to: group) },
        read: { _ = try ExperimentRecord.read(from: group) })

      let tuning = try Tuning(learningRates: [0.001, 0.002])
      let tuned = TunedArm(arm: "gpt", unit: "nats per token", seed: 1)
      let trials = folder.appendingPathComponent("trials.json")
      try JSONEncoder().encode(tuned).write(to: trials)
      try walks(
        trials, write: { try tuned.write(to: folder) },
        read: { _ = try tuned.continued(in: folder, tuning) })
    }
  }

  @Test func aReportHasOne() throws {
    try withTemporaryFolder { folder in
      let group = folder.appendingPathComponent("runs/comparison")
      try FileManager.default.createDirectory(
        at: group.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Self.fixture.appendingPathComponent("comparison"), to: group)
      let file = group.appendingPathComponent("report.json")
      let draw = ["figure", "curves", "comparison", "--force", "--out", "curves.svg"]
      #expect(try object(file)["format"] == nil)
      let old = try ZooProcess.run(draw, in: folder)
      #expect(old.status == 0, "\(old.errors)")
      let later = try object(file).merging(["format": FormatVersion.current + 1]) { $1 }
      try JSONSerialization.data(withJSONObject: later).write(to: file)
      let refused = try ZooProcess.run(draw, in: folder)
      #expect(
        refused.status != 0
          && refused.errors.contains(
            "report.json: the file has format \(FormatVersion.current + 1)")
      )
    }
  }
}
