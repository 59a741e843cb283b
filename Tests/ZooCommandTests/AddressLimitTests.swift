import Comparison
import Foundation
import TestSupport
import Testing

/// Under a limit of address space (`ulimit -v`), as batch systems set one.
@Suite struct AddressLimitTests {
  private static let short = ["--batch", "2", "--set", "recipe.evaluationWindows=8", "--out", "c"]

  /// A comparison has all its sections: each model in memory takes only the addresses that it uses.
  @Test func aReportIsWhole() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(
        ["compare", "bert", "gpt", "--steps", "2", "--threads", "2"] + Self.short, in: folder,
        addressLimit: 2500 << 20)
      #expect(outcome.status == 0 && !outcome.errors.contains("out of memory"), "\(outcome.errors)")
      let page = try String(contentsOf: folder.appendingPathComponent("c/report.html"), encoding: .utf8)
      for section in ["id='attention'", "id='heads'", "id='glance'"] {
        #expect(page.contains(section), "\(section)")
      }
      #expect(!page.contains("id='problems'"))
    }
  }

  /// Many models stay in memory until the report is written.
  @Test func manyModelsFit() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/bert", "--steps", "1", "--seeds", "20", "--threads", "2"] + Self.short,
        in: folder, addressLimit: 4000 << 20)
      #expect(outcome.status == 0 && !outcome.errors.contains("out of memory"), "\(outcome.errors)")
    }
  }

  /// What cannot fit is refused before anything is made, with the limit's name.
  @Test func theLimitIsNamed() throws {
    try withTemporaryFolder { folder in
      let outcome = try ZooProcess.run(
        ["train", "gpt-4x128", "--out", "r", "--batch", "4096", "--threads", "2"], in: folder,
        addressLimit: 4000 << 20)
      #expect(outcome.status == 2, "\(outcome.errors)")
      #expect(outcome.errors.contains("left here by the limit of address space (ulimit -v) is"))
      #expect(outcome.errors.contains("the same steps fit with --batch "))
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("r").path))
    }
  }
}
