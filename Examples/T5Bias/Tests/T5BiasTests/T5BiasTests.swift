import Installed
import Settings
import Tensors
import TestKit
import Testing
import Zoo

@testable import T5Bias

@Suite struct T5BiasTests {
  private static func registry() throws -> Registry {
    var registry = try Registry.standard()
    try register(in: &registry)
    return registry
  }

  private static func model(_ architecture: String, _ position: String, vocabulary: Int? = 30) -> String {
    """
    { architecture: '\(architecture)', layers: 2, width: 12, context: 24, \(vocabulary.map { "vocabulary: \($0)," } ?? "")
      position: \(position), block: { attention: { type: 'grouped-query', heads: 4, keyValueHeads: 2 } },
      initialisation: { type: 'normal', deviation: 0.2 } }
    """
  }

  private static let small = "{ type: 't5', buckets: 8, farthest: 9"

  @Test(arguments: [("gpt", "\(small), bothSides: false }"), ("gpt", "'t5'"), ("bert", "\(small) }")])
  func itHoldsWhatEveryModelHolds(_ architecture: String, _ position: String) throws {
    let findings = try ModelChecks(Self.model(architecture, position), Self.registry()).findings()
    #expect(findings == [])
  }

  @Test func anEncoderKnowsTheOrderByIt() throws {
    for (position, knows) in [("'none'", false), ("\(Self.small) }", true)] {
      let largest = try ModelChecks(Self.model("bert", position), Self.registry()).permutation()
      #expect((largest > 1e-4) == knows, "\(position): \(largest)")
    }
  }

  /// All layers read one table.
  @Test func itHasOneTable() throws {
    let (model, _) = try ModelChecks(Self.model("gpt", "'t5'"), Self.registry()).build()
    let tables = model.parameters.all.filter { $0.name.contains("position") }
    #expect(tables.map(\.name) == ["embedding.position.heads4.weight"])
    #expect(tables.map(\.tensor.shape.sizes) == [[32, 4]])
  }

  /// The buckets of the published code, for 32 buckets up to a distance of 128.
  @Test func bucketsAreThePublishedOnes() {
    func buckets(bothSides: Bool) -> [Int] {
      [-300, -128, -100, -20, -16, -12, -8, -7, -1, 0, 1, 7, 8, 12, 100, 300].map {
        RelativeBias.bucket(of: $0, buckets: 32, farthest: 128, bothSides: bothSides)
      }
    }
    #expect(buckets(bothSides: true) == [15, 15, 15, 10, 10, 9, 8, 7, 1, 0, 17, 23, 24, 25, 31, 31])
    #expect(buckets(bothSides: false) == [31, 31, 30, 17, 16, 12, 8, 7, 1, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func aDistanceThatIsTooNearIsRefused() throws {
    let error = #expect(throws: SettingsError.self) {
      try ModelChecks(Self.model("gpt", "{ type: 't5', buckets: 64, farthest: 16 }"), Self.registry())
    }
    #expect(error?.problems.map(\.path) == ["position.farthest"])
  }

  @Test func theProgramKnowsIt() throws {
    let model = Self.model("gpt", "'t5'", vocabulary: nil)
    let findings = try programFindings("t5-zoo", model: model, naming: "t5")
    #expect(findings == [])
  }
}
