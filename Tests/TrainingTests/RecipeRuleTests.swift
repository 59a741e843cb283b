import Foundation
import Installed
import Settings
import TestSupport
import Testing
import Text
import Zoo

@testable import Training

/// Settings that only together make sense, and what a recipe says of its text.
@Suite struct RecipeRuleTests {
  let registry: Registry
  init() throws { registry = try Registry.standard() }

  private func message(_ sets: [String], defaults: [String] = []) -> String? {
    do { _ = try Recipe.load(nil, defaults: defaults, sets: sets, registry: registry) } catch {
      return "\(error)"
    }
    return nil
  }

  @Test(arguments: [
    (
      ["objective={ type: 'masked-lm', mask: 0.9, random: 0.5 }"],
      "random 0.5 with mask 0.9"
    ),
    (
      ["objective=masked-lm", "objective.random=0.3"], "did you mean random=0.2?"
    ),
    (
      ["steps=50", "schedule.warmup=60"],
      "did you mean 5?"
    ),
    (["schedule.warmup=2001"], "in a run of 2000"),
    (
      ["steps=100", "schedule={ type: 'warmup-stable-decay', warmup: 60, decay: 0.5 }"],
      "60 warm-up and 50 decay steps"
    ),
  ])
  func whatDoesNotFitTogetherIsRefused(_ sets: [String], _ words: String) throws {
    let found = try #require(message(sets))
    #expect(found.contains(words), "\(found)")
    // What was trained so before is still read.
    _ = try Recipe.resolve(
      Node(.object([])), title: "recipe", sets: sets, in: registry.catalog)
  }

  @Test(arguments: [
    ["objective={ type: 'masked-lm', mask: 0.7, random: 0.3 }"],
    ["objective={ type: 'masked-lm', mask: 1, random: 0 }"],
    ["steps=50", "schedule.warmup=50"], ["steps=2"], ["tokens=5", "schedule.warmup=100"],
    ["steps=2", "schedule=linear"],
    ["steps=100", "schedule={ type: 'warmup-stable-decay', warmup: 50, decay: 0.5 }"],
  ])
  func theNearestThatFitsIsTaken(_ sets: [String]) { #expect(message(sets) == nil) }

  @Test func aDefaultOfACommandIsNoMistakeOfTheUser() {
    #expect(message(["steps=2"], defaults: ["schedule.warmup=100"]) == nil)
    #expect(message(["steps=2", "schedule.warmup=100"]) != nil)
  }

  @Test func aListOfPathsIsExact() throws {
    func data(_ value: String) throws -> [String]? {
      try Recipe.load(nil, sets: ["data=" + value], registry: registry).data
    }
    #expect(try data("embedded") == nil)
    #expect(try data("'a.txt,b.txt'") == ["a.txt", "b.txt"])
    #expect(try data("['a,b.txt', 'c.txt']") == ["a,b.txt", "c.txt"])
    #expect(try data("['embedded']") == ["embedded"] && data("'./embedded'") == ["./embedded"])
    let recipe = try Recipe.load(nil, sets: ["data=['a,b.txt']"], registry: registry)
    let again = try Recipe.resolve(
      try Node.parse(recipe.json, file: "r"), title: "r", in: registry.catalog)
    #expect(again.data == ["a,b.txt"] && again.settings == recipe.settings)
  }

}

/// What the tokenizer does not know is counted, told and in no bits per byte.
@Suite struct UnknownTextTests {
  @Test(arguments: [
    ("characters", "a line of text\n", true), ("characters", "a l\u{EF}ne of text\n", false),
    ("bytes", "a l\u{EF}ne of text\n", true), ("wordpiece", "a line of text\n", false),
  ])
  func bitsPerByteNeedTheWholeText(_ kind: String, _ heldOut: String, _ isWhole: Bool) throws {
    let registry = try Registry.standard()
    func text(_ line: String) -> [UInt8] { Array(String(repeating: line, count: 60).utf8) }
    let source = TextSource(
      name: "lines", train: text("a line of text\n"), heldOut: text(heldOut), startsAtLines: false)
    let open = try registry.descriptor(
      preset: "tiny/gpt", sets: ["tokenizer=\(kind)", "context=16"], from: try Presets.standard())
    let data = try TrainingData(source, settings: open.tokenizer, registry: registry)
    #expect(data.keepsHeldOutText == isWhole)
    let unknown = heldOut.contains("\u{EF}") && kind == "characters"
    #expect(data.remarks.count == (unknown ? 1 : 0))
    if unknown {
      #expect(
        data.remarks[0].hasPrefix("lines: 60 of the 900 tokens of the held-out text are characters that"))
    }
    let trainer = try Trainer(
      try registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize),
      try Recipe.load(nil, sets: ["batch=2", "steps=1", "evaluationWindows=2"], registry: registry), data,
      registry: registry, context: try .tested(threads: 1), totalSteps: 1)
    #expect((try trainer.evaluate().bitsPerByte != nil) == isWhole)
  }
}
