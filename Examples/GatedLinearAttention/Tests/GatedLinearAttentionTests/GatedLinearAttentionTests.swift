import Installed
import Settings
import Tensors
import TestKit
import Testing
import Zoo

@testable import GatedLinearAttention

@Suite struct GatedLinearAttentionTests {
  private static func checks(_ more: String = "") throws -> ModelChecks {
    var registry = try Registry.standard()
    try register(in: &registry)
    return try ModelChecks(
      """
      { architecture: 'gpt', layers: 2, width: 12, context: 24, vocabulary: 30, position: 'none',
        block: { attention: { type: 'gated-linear'\(more) } },
        initialisation: { type: 'normal', deviation: 0.2 } }
      """, registry)
  }

  @Test(arguments: ["", ", stateWidth: 6", ", stateWidth: 12"])
  func itHoldsWhatEveryModelHolds(_ more: String) throws {
    let checks = try Self.checks(more)
    #expect(try checks.build().model.usesCache)
    let findings = try checks.findings()
    #expect(findings == [])
  }

  @Test func aRecurrenceKnowsTheOrder() throws {
    #expect(try Self.checks().permutation() > 1e-4)
  }

  @Test func aStateThatDoesNotDivideTheWidthIsRefused() throws {
    let error = #expect(throws: SettingsError.self) { try Self.checks(", stateWidth: 5") }
    #expect(error?.problems.first?.path == "blocks.*.attention.stateWidth")
    #expect(error?.problems.first?.nearest == "4" || error?.problems.first?.nearest == "6")
  }

  @Test func theProgramKnowsIt() throws {
    let model = """
      { architecture: 'gpt', layers: 2, width: 16, position: 'none', block: { attention: 'gated-linear' } }
      """
    let findings = try programFindings("gla-zoo", model: model, naming: "gated-linear")
    #expect(findings == [])
  }
}
