import Foundation
import TestSupport
import Testing

@testable import Checkpoints

/// Every number of the two types of two bytes, against its definition in double precision.
@Suite struct FloatConversionTests {
  /// (−1)^sign · significand · 2^exponent, by the fields of a number with an exponent of so many bits.
  static func value(_ bits: UInt16, exponentBits: Int) -> Double {
    let fractionBits = 15 - exponentBits
    let bias = 1 << (exponentBits - 1) - 1
    let exponent = Int(bits >> UInt16(fractionBits)) & (1 << exponentBits - 1)
    let fraction = Double(Int(bits) & (1 << fractionBits - 1)) / Double(1 << fractionBits)
    let magnitude: Double
    switch exponent {
    case 1 << exponentBits - 1: magnitude = fraction == 0 ? .infinity : .nan
    case 0: magnitude = scalbn(fraction, 1 - bias)
    default: magnitude = scalbn(1 + fraction, exponent - bias)
    }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }

  @Test(arguments: [("F16", 5), ("BF16", 8)]) func everyBitPattern(_ type: String, _ exponentBits: Int) {
    let convert = type == "F16" ? FloatConversion.half : FloatConversion.bfloat16
    var wrong: [UInt16] = []
    var (numbers, notNumbers) = (0, 0)
    for bits in UInt16.min...UInt16.max {
      let (found, wanted) = (convert(bits), Self.value(bits, exponentBits: exponentBits))
      if wanted.isNaN {
        notNumbers += 1
        if !found.isNaN { wrong.append(bits) }
      } else {
        numbers += 1
        // Equal, and so is the sign of zero: nothing is rounded.
        if Double(found) != wanted || found.sign != wanted.sign { wrong.append(bits) }
      }
    }
    #expect(wrong.isEmpty)
    #expect(notNumbers == (type == "F16" ? 2 * 1023 : 2 * 127) && numbers + notNumbers == 65_536)
  }

  /// A file as another program would write it: one tensor of all bit patterns.
  static func write(_ type: String, _ bytes: Data, shape: [Int], to url: URL) throws {
    let header = """
      {"weight":{"dtype":"\(type)","shape":\(shape),"data_offsets":[0,\(bytes.count)]}}
      """
    var data = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    try (data + Data(header.utf8) + bytes).write(to: url)
  }

  @Test(arguments: [("F16", 5), ("BF16", 8)]) func filesOfOtherProgramsAreConverted(
    _ type: String, _ exponentBits: Int
  ) throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("other.safetensors")
      let patterns = Array(UInt16.min...UInt16.max)
      try Self.write(
        type, Data(patterns.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }), shape: [256, 256], to: url)
      let file = try MappedSafetensors(url)
      var values = [Float](repeating: 7, count: 65_536)
      try values.withUnsafeMutableBytes { try file.copyFloats("weight", to: $0) }
      let wrong = patterns.indices.filter {
        let wanted = Self.value(patterns[$0], exponentBits: exponentBits)
        return wanted.isNaN ? !values[$0].isNaN : Double(values[$0]) != wanted
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
