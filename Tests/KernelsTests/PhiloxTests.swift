import Testing

@testable import Kernels

@Suite struct PhiloxTests {
  /// The known answers that the authors publish with Random123.
  @Test func knownAnswers() {
    let ones = UInt32.max
    #expect(
      philox(SIMD4(0, 0, 0, 0), key: PhiloxKey(low: 0, high: 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      philox(SIMD4(ones, ones, ones, ones), key: PhiloxKey(low: ones, high: ones))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      philox(
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: PhiloxKey(low: 0xa409_3822, high: 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func eightAtOnceAreTheSame() {
    let key = PhiloxKey(low: 0xdead_beef, high: 0x1234_5678)
    for group in [0, 1, 1 << 20, (1 << 29) - 1, 1 << 29, 1 << 40] {
      let words = philox8(group: group, key: key)
      for lane in 0..<8 {
        let counter = UInt64(group * 8 + lane)
        let expected = philox(
          SIMD4(UInt32(truncatingIfNeeded: counter), UInt32(counter >> 32), 0, 0), key: key)
        #expect(SIMD4(words.0[lane], words.1[lane], words.2[lane], words.3[lane]) == expected)
      }
    }
  }
}

@Suite struct DropoutTests {
  @Test(arguments: [0, 1, 7, 8, 63, 64, 65, 127, 200, 1000])
  func fastMaskIsTheSpecifiedOne(count: Int) {
    var random = Operands(seed: count)
    let dropout = Dropout(rate: 0.3, key: PhiloxKey(low: 5, high: UInt32(count)))
    for first in [0, 8, 64, 1, 61, 5 * 64 + 7, (1 << 35) + 3] {
      let (x, added) = (random.floats(count), random.floats(count))
      var (plain, joined) = (x, x)
      dropout.apply(from: first, count: count, x, &plain)
      dropout.apply(from: first, count: count, x, adding: added, &joined)
      for index in 0..<count {
        let factor = dropout.factor(at: first + index)
        #expect(plain[index] == x[index] * factor)
        #expect(joined[index] == added[index].addingProduct(x[index], factor))
      }
    }
  }

  @Test(arguments: [0.0, 0.1, 0.5, 0.9, 0.999_999] as [Float])
  func shareAndScaleAreRight(rate: Float) {
    let dropout = Dropout(rate: rate, key: PhiloxKey(low: 1, high: 2))
    let count = 100_000
    let kept = (0..<count).filter { dropout.factor(at: $0) != 0 }.count
    let deviation = (Double(count) * Double(rate) * Double(1 - rate)).squareRoot()
    #expect(abs(Double(kept) - Double(count) * Double(1 - rate)) <= 5 * deviation + 2)
    // What is kept makes up for what is dropped.
    let keptShare = 1 / dropout.scale
    #expect(abs(keptShare - (1 - rate)) < 1e-5 || rate > 0.9999)
    #expect((0..<64).allSatisfy { [0, dropout.scale].contains(dropout.factor(at: $0)) })
  }

  @Test func masksOfOtherKeysDiffer() {
    let masks = (0..<4).map { key in
      (0..<256).map { Dropout(rate: 0.5, key: PhiloxKey(low: key, high: 0)).factor(at: $0) }
    }
    for first in 0..<4 { for second in 0..<first { #expect(masks[first] != masks[second]) } }
  }
}
