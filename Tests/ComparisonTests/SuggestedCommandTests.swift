import Installed
import Settings
import Testing
import Training
import Zoo

@testable import Comparison

@Suite struct SuggestedCommands {
  /// A suggested comparison reads the text as the compared models did: fields and weights behind their texts.
  @Test func theTextIsReadAsItWas() throws {
    let registry = try Registry.standard()
    func options(_ sets: String...) throws -> [String] {
      ReportBuilder.textOptions(try Recipe.load(nil, sets: sets, registry: registry))
    }
    #expect(try options().isEmpty)
    #expect(
      try options(#"data=["a.csv", "b.jsonl"]"#, #"field=["body", "content"]"#, "weights=[1, 0.5]") == [
        "--data", "a.csv", "--field", "body", "--weight", "1", "--data", "b.jsonl", "--field", "content",
        "--weight", "0.5",
      ])
    #expect(
      try options(#"data="a.txt""#, #"field="body""#, #"format="jsonl""#, "skipBad=true")
        == ["--data", "a.txt", "--field", "body", "--format", "jsonl", "--skip-bad"])
  }
}
