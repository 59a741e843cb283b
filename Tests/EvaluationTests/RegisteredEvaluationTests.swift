import Inference
import Installed
import Testing

@testable import Settings

/// Every setting of an evaluation is read when it is made.
@Suite struct RegisteredEvaluationTests {
  @Test func everyDeclaredSettingIsRead() throws {
    let registry = try Registry.standard()
    let reads = SettingReads()
    for name in registry.names(of: .evaluation) {
      let (settings, problems) = registry.catalog.resolve(Node(.text(name)), family: "evaluation")
      #expect(problems.isEmpty)
      let chosen = try #require(settings)
      try SettingReads.$current.withValue(reads) {
        _ = try registry.member(name, of: .evaluation)(chosen)
      }
    }
    let declared = registry.catalog.declarations(family: "evaluation").flatMap { declaration in
      declaration.settings.map { "evaluation.\(declaration.name).\($0.name)" }
    }
    #expect(declared.count >= 6 && declared.allSatisfy(reads.all.contains))
  }
}
