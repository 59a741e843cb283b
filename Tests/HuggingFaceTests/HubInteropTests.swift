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
      var exported: [String] = []
      for name in names {
        do { if try compare(name, in: folder) { exported.append(name) } } catch {
          Issue.record(error, "\(name)")
        }
      }
      let differences = try PythonScript("hub_models.py", variable: "ZOO_INTEROP_PYTHON")(
        "check", folder.path, as: [String: [String: Double]].self)
      #expect(Set(differences.keys) == Set(exported))
      for (name, found) in differences {
        #expect(!found.isEmpty)
        for (parameter, difference) in found {
          // Gains that files count from zero are kept from one, and so rounded.
          let isShifted = name.hasPrefix("gemma") && parameter.contains("norm")
          #expect(difference <= (isShifted ? 1.2e-7 : 0), "\(name) exported: \(parameter)")
        }
      }
    }
  }

  /// Imports a case, compares what it computes and writes, and exports it beside the original.
  ///
  /// - Returns: whether it was exported; a family whose classes are not in transformers is not.
  private func compare(_ name: String, in folder: URL) throws -> Bool {
    let hubCase = HubCase(folder: folder.appendingPathComponent(name))
    let (target, exported) = (
      folder.appendingPathComponent(name + "-ours"), folder.appendingPathComponent(name + "-exported")
    )
    for new in [target, exported] {
      try FileManager.default.createDirectory(at: new, withIntermediateDirectories: false)
    }
    let checkpoint = try hubCase.imported(into: target)
    let differences = try hubCase.differences(checkpoint)
    #expect(!differences.isEmpty)
    for (output, difference) in differences {
      #expect(difference < (output.hasSuffix("Norm") ? 1e-3 : 1e-4), "\(name): \(output)")
    }
    let (written, wanted) = try hubCase.written(by: checkpoint)
    #expect(written == wanted, "\(name)")
    let registry = try Registry.standard()
    guard name != "neobert" else {
      #expect(throws: HubError.self) { try HubExport(checkpoint, registry: registry) }
      return false
    }
    try HubExport(checkpoint, registry: registry).writeModel(to: exported)
    return true
  }
}
