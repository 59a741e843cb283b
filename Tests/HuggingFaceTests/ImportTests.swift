import Foundation
import HuggingFace
import Installed
import Settings
import TestSupport
import Testing
import Zoo

@Suite("Models of the hub")
struct ImportTests {
  @Test("compute what transformers computed, layer by layer", arguments: HubCase.kept)
  func equal(_ name: String) throws {
    try withTemporaryFolder { folder in
      let found = try HubCase(kept: name).differences(try HubCase(kept: name).imported(into: folder))
      #expect(found.keys.contains { $0.hasSuffix("logits") } && found.keys.contains { $0.hasSuffix("Norm") })
      for (output, difference) in found { #expect(difference < 1e-4, "\(name): \(output)") }
    }
  }

  @Test("are the same after export and import", arguments: HubCase.kept)
  func exported(_ name: String) throws {
    try withTemporaryFolder { folder in
      let given = HubCase(kept: name)
      let exported = HubCase(folder: folder.appendingPathComponent("exported"))
      let again = folder.appendingPathComponent("again")
      for new in [exported.folder, again] {
        try FileManager.default.createDirectory(at: new, withIntermediateDirectories: false)
      }
      let first = try given.imported(into: folder)
      try HubExport(first, registry: try Registry.standard()).writeModel(to: exported.folder)
      for file in ["inputs.json", "expected.safetensors"] {
        try FileManager.default.copyItem(
          at: given.folder.appendingPathComponent(file), to: exported.folder.appendingPathComponent(file))
      }
      let second = try exported.imported(into: again)
      #expect(second.record.descriptor == first.record.descriptor)
      #expect(try exported.differences(second) == given.differences(first))
    }
  }
}
