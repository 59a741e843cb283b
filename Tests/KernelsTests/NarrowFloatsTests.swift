import Foundation
import Kernels
import References
import Testing

/// Every number of the two types of two bytes.
@Suite struct NarrowFloatsTests {
  /// (−1)^sign · significand · 2^exponent, by the fields of a number with an exponent of so many bits.
  private static func value(_ bits: UInt16, exponentBits: Int) -> Double {
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

  @Test(arguments: [(NarrowFloat.half, 5), (.bfloat16, 8)])
  func theTwinIsTheDefinition(_ type: NarrowFloat, _ exponentBits: Int) {
    var wrong: [UInt16] = []
    var notNumbers = 0
    for bits in UInt16.min...UInt16.max {
      let (found, wanted) = (
        Reference.widened(bits, type), Self.value(bits, exponentBits: exponentBits)
      )
      if wanted.isNaN {
        notNumbers += 1
        // The payload is at the upper end of the wider one's.
        let payload = UInt32(bits) & (1 << (15 - exponentBits) - 1)
        if !found.isNaN || found.bitPattern & 0x7f_ffff != payload << (8 + exponentBits) {
          wrong.append(bits)
        }
      } else if Double(found) != wanted || found.sign != wanted.sign {
        // Equal, and so is the sign of zero: nothing is rounded.
        wrong.append(bits)
      }
    }
    #expect(wrong.isEmpty && notNumbers == (type == .half ? 2 * 1023 : 2 * 127))
  }

  @Test(arguments: [NarrowFloat.half, .bfloat16]) func everyBitPatternIsTheTwins(_ type: NarrowFloat) {
    let patterns = Array(UInt16.min...UInt16.max)
    // Whole vectors and a rest, at even and odd addresses.
    for (first, count) in [(0, 65_536), (1, 65_535), (7, 17), (31_744, 15), (3, 1), (5, 0)] {
      for shift in [0, 1] {
        let bytes =
          [UInt8](repeating: 0, count: shift)
          + patterns[first..<first + count].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        var y = [Float](repeating: 7, count: count + 1)
        bytes.withUnsafeBytes { bytes in
          if let start = bytes.baseAddress { type.widen(start + shift, count: count, into: &y) }
        }
        let wrong = (0..<count).filter {
          y[$0].bitPattern != Reference.widened(patterns[first + $0], type).bitPattern
        }
        #expect(wrong.isEmpty && y[count] == 7)
      }
    }
  }
}
