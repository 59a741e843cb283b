import Settings
import Testing
import Training

@testable import Experiments

/// The names by which rows of the certificate can be declared.
@Suite struct DeclaredRowTests {
  /// What a certificate writes can be declared, and what can be declared is written.
  @Test func theNamesAreThoseOfTheRows() throws {
    let bench = try CertificateBench()
    let plans = try ["gpt", "bert"].map {
      try bench.arm(
        $0, "{ architecture: '\($0)', tokenizer: 'bytes', context: 12, width: 16, layers: 1 }", ["steps=3"])
    }
    let written = try bench.certificate(plans).rows.map(\.what) + [Certificate.textSeen]
    #expect(Set(written) == Set(Certificate.rowNames).subtracting(Certificate.rowsOfTrainedRuns))
    #expect(Set(Certificate.rowNames).count == Certificate.rowNames.count)
    let always = Certificate.costs.union(Certificate.sightAndSupervision).union(
      MatchKind.allCases.flatMap(\.declares))
    #expect(always.isSubset(of: Certificate.rowNames))
  }

  private func suite(_ settings: String) throws -> Suite {
    try Suite(
      try Node.parse(
        "{ summary: 's', arms: [{ model: 'gpt' }, { model: 'bert' }],\n \(settings) }", file: "mine.json5"),
      name: "mine")
  }

  private func refusal(_ settings: String) -> String {
    let error = #expect(throws: SettingsError.self) { try suite(settings) }
    return error?.description ?? ""
  }

  @Test func aSuiteDeclaresMatchesAndTunes() throws {
    let said = try suite(
      """
      declared: ["mask", "FLOPs per step"], match: ["parameters", "supervised"],
      tune: { learningRate: [4e-3, 1e-3, 1], by: "halving", steps: 50 }
      """)
    #expect(said.declared == ["mask", "FLOPs per step"] && said.matches == [.parameters, .supervised])
    #expect(said.tuning == (try Tuning(learningRates: [1e-3, 4e-3, 1], method: .halving, steps: 50)))
    // Names from older versions are those of today.
    #expect(
      try suite("declared: ['FLOPs a step', 'supervised share']").declared
        == ["FLOPs per step", "supervised fraction"])
    let silent = try suite("")
    #expect(silent.declared.isEmpty && silent.matches.isEmpty && silent.tuning == nil)
    #expect(try suite("tune: { learningRate: [1e-3, 2e-3] }").tuning?.method == .grid)
  }

  /// All at once, each with its place and the nearest that is known.
  @Test func unknownWordsAreNamedTogether() {
    let text = refusal(
      """
      declared: ["mask", "supervised fractions", "haed"], match: ["parameter", "flops"],
      tune: { learningRate: [1e-3, 20], bye: "grid" }, seeds: 0
      """)
    for words in [
      "declared.1", "did you mean \"supervised fraction\"?", "declared.2", "did you mean \"head\"?",
      "match.0",
      "did you mean \"parameters\"?", "tune.learningRate", "a number from 0 to 10",
      "did you mean tune.by?",
      "seeds",
      "mine.json5:2:",
    ] {
      #expect(text.contains(words), "\(words) in \(text)")
    }
    #expect(!text.contains("match.1") && !text.contains("declared.0"))
    let both = refusal("match: ['flops', 'supervised']")
    #expect(both.contains("one of the two") && both.contains("mine.json5:2:"), "\(both)")
  }

  @Test(arguments: ["{}", "'learning-rate'", "{ learningRate: [1e-3] }", "{ learningRate: [1e-3, 1e-3] }"])
  func tuningWithoutAChoiceIsRefused(said: String) {
    let text = refusal("tune: \(said)")
    #expect(text.contains("tune.learningRate") && text.contains("two or more different"), "\(text)")
  }
}
