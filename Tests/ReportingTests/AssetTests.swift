import Foundation
import TestSupport
import Testing

@testable import Reporting

/// The style sheet and the script are in the program, whole and as they are in the sources.
@Suite struct AssetTests {
  private func file(_ name: String) throws -> String {
    try String(
      contentsOf: ModelFixture.root.appendingPathComponent("Sources/CReportAssets/\(name)"), encoding: .utf8)
  }

  @Test func filesAreInTheProgram() throws {
    #expect(ReportAssets.script == (try file("script.js")))
    #expect(ReportAssets.styleSheet.hasSuffix(try file("style.css")))
  }

  /// Nothing in them ends the element that holds them.
  @Test func nothingEndsItsElement() {
    for text in [ReportAssets.script, ReportAssets.styleSheet] {
      #expect(!text.contains("]]>") && !text.lowercased().contains("</s"))
    }
  }

  /// Every class of a model's colour exists, in light and dark.
  @Test func everyColourHasBothThemes() {
    for index in 0..<ChartMark.count {
      #expect(ReportAssets.styleSheet.contains("--c\(index):light-dark(\(Palette.light[index]),#"))
      #expect(ReportAssets.styleSheet.contains(".c\(index){--c:var(--c\(index))}"))
    }
    #expect(Palette.light.count == ChartMark.count)
  }
}
