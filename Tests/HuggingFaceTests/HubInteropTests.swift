import Foundation
import HuggingFace
import Installed
import Settings
import TestSupport
import Testing
import Zoo

@Suite("Interop: transformers", .enabled(if: PythonScript.isAvailable("ZOO_INTEROP_PYTHON")))
struct HubInteropTests {
  /// Whether every case of every family is run; else the first of each, on the longest inputs and with padding.
  private static let runsAll = ProcessInfo.processInfo.environment["ZOO_INTEROP_ALL"] != nil

  @Test("a family computes the same here, and there after export; a mistake would be found")
  func families() throws {
    try withTemporaryFolder { folder in
      let script = try PythonScript("hub_models.py", variable: "ZOO_INTEROP_PYTHON")
      let made =
        try Self.runsAll
        ? script("make", folder.path, as: [String: String].self)
        : script("make", folder.path, "--first", as: [String: String].self)
      #expect(try Set(made.values) == Set(Registry.standard().names(of: .hubFamily)))
      #expect(!Self.runsAll || Set(WrongVariant.all.map(\.hubCase)).isSubset(of: made.keys))
      var exported: [String] = []
      for name in made.keys.sorted() {
        do { if try compare(name, in: folder) { exported.append(name) } } catch {
          Issue.record(error, "\(name)")
        }
      }
      let differences = try script("check", folder.path, as: [String: [String: Double]].self)
      #expect(Set(differences.keys) == Set(exported))
      for (name, found) in differences {
        #expect(found.count > 1 && found["outputs"] != nil)
        for (parameter, difference) in found {
          // Gains that files count from zero are kept from one, and so rounded.
          let isShifted = name.hasPrefix("gemma") && parameter.contains("norm")
          let allowed = parameter == "outputs" ? 1e-4 : isShifted ? 1.2e-7 : 0
          #expect(difference <= allowed, "\(name) exported: \(parameter)")
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
    if name.hasPrefix("albert") {
      // Copies of a layer compute the same as a shared one, so no input shows whether layers are shared: the tensors do.
      let layers = checkpoint.names.filter { $0.hasPrefix("blocks.") }
      #expect(!layers.isEmpty && layers.allSatisfy { $0.hasPrefix("blocks.0.") })
    }
    let differences = try hubCase.differences(checkpoint)
    #expect(!differences.isEmpty)
    for (output, difference) in differences {
      #expect(difference < (output.hasSuffix("Norm") ? 1e-3 : 1e-4), "\(name): \(output)")
    }
    let (written, wanted) = try hubCase.written(by: checkpoint)
    #expect(written == wanted, "\(name)")
    for variant in WrongVariant.all where variant.hubCase == name {
      let move = try variant.move(of: checkpoint, on: try hubCase.inputs(), in: target)
      #expect(move >= WrongVariant.smallestMove, "\(variant)")
    }
    let registry = try Registry.standard()
    guard name != "neobert" else {
      #expect(throws: HubError.self) { try HubExport(checkpoint, registry: registry) }
      return false
    }
    try HubExport(checkpoint, registry: registry).writeModel(to: exported)
    return true
  }
}
