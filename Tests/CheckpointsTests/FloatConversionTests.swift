import Foundation
import Kernels
import References
import TestSupport
import Testing

@testable import Checkpoints

/// Files of numbers of two bytes.
@Suite struct FloatConversionTests {
  /// A file as another program would write it: one tensor of all bit patterns.
  static func write(_ type: String, _ bytes: Data, shape: [Int], to url: URL) throws {
    let header = """
      {"weight":{"dtype":"\(type)","shape":\(shape),"data_offsets":[0,\(bytes.count)]}}
      """
    var data = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    try (data + Data(header.utf8) + bytes).write(to: url)
  }

  @Test(arguments: [("F16", NarrowFloat.half), ("BF16", .bfloat16)])
  func filesOfOtherProgramsAreConverted(_ type: String, _ narrow: NarrowFloat) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("other.safetensors")
      let patterns = Array(UInt16.min...UInt16.max)
      try Self.write(
        type, Data(patterns.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }), shape: [256, 256], to: url)
      let file = try MappedSafetensors(url)
      var values = [Float](repeating: 7, count: 65_536)
      try values.withUnsafeMutableBytes { try file.copyFloats("weight", to: $0) }
      let wrong = patterns.indices.filter {
        values[$0].bitPattern != Reference.widened(patterns[$0], narrow).bitPattern
      }
      #expect(wrong.isEmpty)
    }
  }

  @Test func otherTypesAreRefusedByName() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("other.safetensors")
      try Self.write("I64", Data(count: 16), shape: [2], to: url)
      let file = try MappedSafetensors(url)
      var values: [Float] = [7, 7]
      let error = #expect(throws: CheckpointError.self) {
        try values.withUnsafeMutableBytes { try file.copyFloats("weight", to: $0) }
      }
      #expect(error?.description.contains("weight") == true)
      #expect(error?.reason == "has elements of type I64; supported types of weights: F32, F16, BF16")
      #expect(values == [7, 7])
      #expect(throws: CheckpointError.self) {
        try values.withUnsafeMutableBytes { try file.copyFloats("wait", to: $0) }
      }
    }
  }
}
