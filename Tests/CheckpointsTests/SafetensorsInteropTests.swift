import Foundation
import TestSupport
import Testing

@testable import Checkpoints

/// The package that others read such files with agrees with us, in both directions.
@Suite("Interop: safetensors", .enabled(if: PythonScript.isAvailable("ZOO_INTEROP_PYTHON")))
struct SafetensorsInteropTests {
  private struct Content: Decodable {
    struct Tensor: Decodable {
      let shape: [Int]
      let bits: [UInt32]
    }
    let metadata: [String: String]
    let tensors: [String: Tensor]
  }

  @Test("Python finds the names, shapes, values and metadata that we wrote")
  func written() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("model.safetensors")
      try SafetensorsTests.write(to: url)
      let found = try PythonScript("read_tensors.py", variable: "ZOO_INTEROP_PYTHON")(
        url.path, as: Content.self)
      for (key, value) in SafetensorsTests.metadata { #expect(found.metadata[key] == value) }
      #expect(Set(found.tensors.keys) == Set(SafetensorsTests.tensors.map(\.name)))
      for tensor in SafetensorsTests.tensors {
        #expect(found.tensors[tensor.name]?.shape == tensor.shape)
        #expect(found.tensors[tensor.name]?.bits == tensor.values.map(\.bitPattern))
      }
    }
  }

  @Test("We find what Python wrote")
  func read() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("theirs.safetensors")
      let wanted = try PythonScript("write_tensors.py", variable: "ZOO_INTEROP_PYTHON")(
        url.path, as: [String: [Double]].self)
      let file = try MappedSafetensors(url)
      #expect(Set(file.names) == Set(wanted.keys))
      #expect(file.metadata == ["by": "safetensors é \"\\"])
      #expect(file.shape(of: "weight") == [2, 3])
      #expect(file.shape(of: "empty") == [0, 4])
      #expect(file.shape(of: "count") == [])
      #expect(file.elementType(of: "half") == "F16")
      #expect(file.elementType(of: "count") == "I64")
      for name in ["weight", "bias", "empty"] {
        try file.verify(name)
        #expect(try SafetensorsTests.values(name, of: file).map(Double.init) == wanted[name])
      }
    }
  }
}
