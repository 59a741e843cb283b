import Foundation
import Installed
import Settings
import TestSupport
import Testing

@testable import Experiments

/// Suites as files: what they say is what is run, and everything that is wrong in one is said at once.
@Suite struct SuiteTests {
  private func suite(_ text: String) throws -> Suite {
    try Suite(
      try Node.parse(text, file: "mine.json5"), name: "mine",
      evaluations: try Registry.standard().catalog.declarations(family: "evaluation"))
  }

  /// A suite names registered evaluations with their settings, and lets one of their figures decide.
  @Test func evaluationsAreNamedAndMayDecide() throws {
    let arms = "arms: [{ model: 'gpt' }, { model: 'bert' }]"
    let asked = try suite(
      "{ summary: 's', evaluations: ['verb-forms', { type: 'hidden-words', count: 5 }], primary: 'verb-forms', \(arms) }"
    )
    #expect(
      asked.design.evaluations
        == [
          "{\"type\": \"verb-forms\"}", "{\"type\": \"hidden-words\", \"count\": 5, \"seed\": 1}",
        ].map { try? Node.parse($0, file: "").json() })
    #expect(asked.design.primary == .figure(evaluation: "verb-forms", name: nil))
    let figure = PrimaryMeasure.figure(evaluation: "hidden-words", name: "hidden words, both sides given")
    #expect(figure.rawValue == "hidden-words/hidden words, both sides given")
    #expect(PrimaryMeasure(rawValue: figure.rawValue) == figure)
    #expect(PrimaryMeasure(rawValue: "hidden-words")?.names(figure) == true && !figure.names(.likelihood))
    for (text, words) in [
      ("primary: 'verb-forms'", "nor an evaluation of this suite"),
      ("primary: '/'", "nor an evaluation of this suite"),
      ("evaluations: ['verbforms']", "did you mean verb-forms?"),
      ("evaluations: [{ type: 'hidden-words', counts: 5 }]", "did you mean evaluations.0.count?"),
      ("evaluations: ['verb-forms'], primary: 'verb-form'", "did you mean verb-forms?"),
    ] {
      let error = #expect(throws: SettingsError.self) { try suite("{ summary: 's', \(text), \(arms) }") }
      #expect("\(error.map { "\($0)" } ?? "")".contains(words), "\(text): \(error.map { "\($0)" } ?? "")")
    }
    let names = PrimaryMeasure.names
    #expect(names.count == 8 && names.allSatisfy { PrimaryMeasure(rawValue: $0)?.rawValue == $0 })
    #expect(PrimaryMeasure(rawValue: "held-out-loss") == .heldOutLoss)
    #expect(PrimaryMeasure(rawValue: "likelihood") == .likelihood)
  }

  /// Measures that became figures of evaluations keep the names that suites and records have for them.
  @Test(arguments: [
    ("likelihood", "likelihood", "bits per byte"),
    ("divergence-both-sides", "divergence", "divergence from the exact distribution, both sides"),
    ("divergence-left-only", "divergence", "divergence from the exact distribution, left side only"),
    ("verbs-both-sides", "verb-forms", "verb forms, both sides given"),
    ("verbs-left-only", "verb-forms", "verb forms, left side given"),
    ("cloze-both-sides", "cloze", "cloze, both sides given"),
    ("cloze-left-only", "cloze", "cloze, left side given"),
  ])
  func namesOfFiguresStay(_ name: String, _ evaluation: String, _ figure: String) throws {
    let measure = PrimaryMeasure.figure(evaluation: evaluation, name: figure)
    #expect(PrimaryMeasure(rawValue: name) == measure && measure.rawValue == name)
    #expect(PrimaryMeasure(rawValue: "\(evaluation)/\(figure)") == measure)
    let suite = try suite(
      "{ summary: 's', primary: '\(name)', arms: [{ model: 'gpt' }, { model: 'bert' }] }")
    #expect(suite.design.primary == measure)
    let kept = try JSONDecoder().decode(Design.self, from: JSONEncoder().encode(suite.design))
    #expect(kept.primary == measure)
    // The evaluation has a figure of that name.
    let (settings, _) = try Registry.standard().catalog.resolve(Node(.text(evaluation)), family: "evaluation")
    #expect(settings != nil)
  }

  @Test func whatIsWrittenIsWhatIsMeant() throws {
    let suite = try suite(
      """
      { summary: "s", seeds: 4, path: true, primary: "verbs-left-only", set: ["recipe.steps=5"],
        declared: ["mask"],
        arms: [{ model: "gpt" }, { model: "bert", set: ["mask=causal", "recipe.batch=2"] },
               { model: "bert", name: "last" }, { model: "bert", name: "other", against: "gpt" }] }
      """)
    #expect(suite.seeds == 4 && suite.sets == ["recipe.steps=5"] && suite.declared == ["mask"])
    #expect(
      suite.design.primary == PrimaryMeasure(rawValue: "verbs-left-only") && suite.design.isPath
        && suite.design.question == "s")
    #expect(suite.design.isDeclared && !Design().isDeclared)
    let plain = try self.suite("{ summary: 's', arms: [{ model: 'gpt' }, { model: 'bert' }] }")
    #expect(plain.design.primary == .likelihood && !plain.design.isDeclared)
    let kept = try JSONDecoder().decode(Design.self, from: JSONEncoder().encode(plain.design))
    #expect(!kept.isDeclared)
    let old = try JSONDecoder().decode(
      Design.self, from: Data(#"{"primary":"likelihood","isPath":false}"#.utf8))
    #expect(old.isDeclared && !old.addsSeeds)
    #expect(suite.arms.map(\.name) == ["gpt", "bert-mask=causal-batch=2", "last", "other"])
    // On a path an arm is compared with the one before, unless it says otherwise.
    #expect(suite.arms.map(\.against) == [nil, "gpt", "bert-mask=causal-batch=2", "gpt"])
    #expect(suite.arms[1].sets == ["mask=causal", "recipe.batch=2"])
  }

  @Test func everyMistakeIsNamedWithItsPlace() throws {
    let error = #expect(throws: SettingsError.self) {
      try suite(
        """
        { summary: "s", seedz: 3, primary: "likelyhood",
          arms: [{ name: "a" }, { model: "gpt", sets: ["x=1"] }, { model: "gpt", set: [7] }] }
        """)
    }
    let text = try #require(error).description
    for words in [
      "seedz", "did you mean seeds?", "did you mean likelihood?", "arms.0.model", "did you mean arms.1.set?",
      "arms.2.set", "mine.json5:2:",
    ] {
      #expect(text.contains(words), "\(words) in \(text)")
    }
    let second = #expect(throws: SettingsError.self) {
      try suite(
        """
        { summary: "s", arms: [{ model: "gpt", name: "a" }, { model: "bert", name: "a" },
          { model: "bert", name: "b", against: "aa" }] }
        """)
    }
    let more = try #require(second).description
    for words in ["two arms have this name", "did you mean a?"] {
      #expect(more.contains(words), "\(words) in \(more)")
    }
    #expect(throws: SettingsError.self) { try suite("{ summary: 's', arms: [{ model: 'gpt' }] }") }
  }

  @Test func aFileIsASuiteToo() throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("own.json5").path
      try Data("{ summary: 'own', arms: [{ model: 'gpt' }, { model: 'bert' }] }".utf8).write(
        to: URL(fileURLWithPath: path))
      #expect(try SuiteLibrary.standard(Registry.standard()).load(path).name == "own")
      let error = #expect(throws: SettingsError.self) {
        try SuiteLibrary.standard(Registry.standard()).load("maskingrate")
      }
      #expect(error?.description.contains("did you mean masking-rate?") == true)
    }
  }
}
