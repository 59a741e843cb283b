import Foundation
import Testing

@testable import Comparison

/// Bits per byte: which are comparable, and with which floor.
@Suite struct ComparableBitsTests {
  @Test func likelihoodsOfOneTextAreComparable() {
    func reason(_ bytes: [Int], isOneText: Bool = true) -> String? {
      ReportBuilder.reasonAgainstBitsPerByte(of: bytes, isOneText: isOneText)
    }
    #expect(
      reason([1000, 1000]) == nil && reason([1000, 1100]) == nil && reason([]) == nil && reason([7]) == nil)
    #expect(reason([1000, 1101, 1050])?.contains("different parts") == true)
    #expect(reason([1000, 1000], isOneText: false)?.contains("different texts") == true)
  }

  /// A model that was scored on other bytes is compared with the least that is possible on those.
  @Test func eachModelHasTheFloorOfItsBytes() throws {
    var data = ReportFixture.full(arms: 2)
    let floor = ReportData.Floor(
      entropy: 0.5,
      models: [
        .init(name: "first", bitsPerByte: 0.75, arm: 0),
        .init(name: "second", bitsPerByte: 0.75, arm: 1, entropy: 0.25),
      ], baselines: [.init(name: "zlib", bitsPerByte: 2)])
    #expect((floor.models + floor.baselines).map(floor.ratio) == [1.5, 3, 4])
    data.floor = floor
    let page = String(describing: try #require(SectionResults.floor(data)))
    for ratio in ["1.50 ×", "3.00 ×", "4.00 ×"] { #expect(page.contains(ratio)) }
    // Records from before this was possible have no floor of their own.
    let old = try JSONDecoder().decode(
      ReportData.Floor.Entry.self, from: Data(#"{"name": "a", "bitsPerByte": 1.0}"#.utf8))
    #expect(old.entropy == nil)
  }
}
