import Foundation
import HuggingFace
import Installed
import Settings
import TestSupport
import Testing
import Zoo

@Suite("Interop: transformers", .enabled(if: PythonScript.isAvailable("ZOO_INTEROP_PYTHON")))
struct HubInteropTests {
  @Test("every case of every family computes the same here, and there after export")
  func families() throws {
    try withTemporaryFolder { folder in
      let names = try PythonScript("hub_models.py", variable: "ZOO_INTEROP_PYTHON")(
        "make", folder.path, as: [String].self)
      #expect(names.count >= 9)
      for name in names {
        let hubCase = HubCase(folder: folder.appendingPathComponent(name))
        let target = folder.appendingPathComponent(name + "-ours")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: false)
        let checkpoint = try hubCase.imported(into: target)
        for (output, difference) in try hubCase.differences(checkpoint) {
          #expect(difference < (output.hasSuffix("Norm") ? 1e-3 : 1e-4), "\(name): \(output)")
        }
        let exported = folder.appendingPathComponent(name + "-exported")
        try FileManager.default.createDirectory(at: exported, withIntermediateDirectories: false)
        try HubExport(checkpoint, registry: try Registry.standard()).writeModel(to: exported)
        let differences = try PythonScript("hub_models.py", variable: "ZOO_INTEROP_PYTHON")(
          "check", hubCase.folder.path, exported.path, as: [String: Double].self)
        for (output, difference) in differences { #expect(difference == 0, "\(name) exported: \(output)") }
        #expect(!differences.isEmpty)
      }
    }
  }
}
