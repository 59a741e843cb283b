import CommandLineKit
import Comparison
import Foundation
import TestSupport
import Testing

@testable import ZooCommand

/// Suites and paths, as they are typed.
@Suite struct SuiteCommandTests {
  @Test func aWalkTurnsOneDialAtATime() throws {
    let walk = try AxisWalk([
      "mask=causal,prefix,bidirectional", "recipe.objective={ type: 'a', b: [1,2] },x",
    ])
    #expect(
      walk.steps.map { $0[0] } == [
        "mask=causal", "mask=prefix", "mask=bidirectional", "mask=bidirectional",
      ])
    #expect(walk.steps[0][1] == "recipe.objective={ type: 'a', b: [1,2] }")
    #expect(walk.steps[3][1] == "recipe.objective=x")
    #expect(walk.name(1) == "mask=prefix" && walk.name(3) == "objective=x")
    for (index, step) in walk.steps.enumerated().dropFirst() {
      #expect(zip(step, walk.steps[index - 1]).count { $0 != $1 } == 1)
    }
    for wrong in [["mask"], ["mask=causal"], ["mask=a,"], ["mask=a,b", "mask=c,d"]] {
      #expect(throws: UsageError.self) { try AxisWalk(wrong) }
    }
  }

  @Test func theClockRefinesItsEstimate() {
    let start = Date(timeIntervalSince1970: 0)
    var clock = ExperimentClock(estimates: [100, 100, 200], began: start)
    #expect(clock.total == 400)
    clock.begin(0, done: 0)
    #expect(clock.words(done: 0, now: start) == "run 1 of 3, 6 min 40 s left of all")
    // Twice as slow as estimated: what is left takes twice as long.
    #expect(clock.words(done: 0.5, now: start + 100) == "run 1 of 3, 11 min 40 s left of all")
    // What was done in an earlier session took no time in this one.
    clock.begin(1, done: 0.5)
    #expect(clock.words(done: 0.5, now: start + 200) == "run 2 of 3, 8 min 20 s left of all")
  }

  @Test func laterEditsReplaceEarlierOnes() {
    let earlier = ["steps=3", "batch=4", "optimiser.beta2=0.9", "mask=causal"]
    #expect(
      RecipeOptions.standing(earlier, after: ["tokens=9", "optimiser=adamw"]) == ["batch=4", "mask=causal"])
    #expect(
      RecipeOptions.standing(earlier, after: ["batch=5", "mask.length=3"]) == [
        earlier[0], earlier[2], earlier[3],
      ])
  }

  /// Where the loss is declared to decide, an arm is compared with one of its own objective, and no decoder against
  /// an encoder.
  private func lossesDecideWithinEachKind(_ folder: URL) throws {
    let suite = """
      { summary: "what a part does", seeds: 2, primary: "held-out-loss",
        set: ["recipe.steps=2", "tokenizer=bytes", "recipe.evaluationWindows=2", "recipe.batch=2"],
        arms: [
          { name: "gpt", model: "tiny/gpt" },
          { name: "gpt-lost", model: "tiny/gpt", set: ["position=none"] },
          { name: "bert", model: "tiny/bert", set: ["pooler=false"] },
          { name: "bert-lost", model: "tiny/bert", set: ["pooler=false", "position=none"], against: "bert" },
        ] }
      """
    try Data(suite.utf8).write(to: folder.appendingPathComponent("parts.json5"))
    let outcome = try ZooProcess.run(["compare", "parts.json5", "--out", "p"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try JSONDecoder().decode(
      ReportData.self, from: try Data(contentsOf: folder.appendingPathComponent("p/report.json")))
    let losses = try #require(report.seeds?.measures.first)
    #expect(losses.name == "held-out loss" && losses.values.map(\.count) == [2, 2, 2, 2])
    #expect(losses.differences.map(\.arm) == [1, 3] && losses.differences.map(\.against) == [0, 2])
    #expect(losses.reason?.contains("different tasks") == true)
  }

  @Test func aSuiteIsRunAndItsPathIsDrawn() throws {
    try withTemporaryFolder { folder in
      let suite = """
        { summary: "what a tiny path shows", seeds: 2, path: true, primary: "held-out-loss",
          set: ["recipe.steps=50", "pooler=false", "tokenizer=bytes", "recipe.evaluationWindows=2", "recipe.batch=2"],
          arms: [
            { name: "next", model: "tiny/bert", set: ["mask=causal", "recipe.objective=causal-lm"] },
            { name: "lost", model: "tiny/bert", set: ["mask=causal", "recipe.objective=causal-lm", "position=none"] },
            { name: "hidden", model: "tiny/bert", set: ["mask=causal"] },
            { name: "more", model: "tiny/bert", set: ["mask=causal", "recipe.objective={ type: 'masked-lm', rate: 0.5 }"] },
          ] }
        """
      try Data(suite.utf8).write(to: folder.appendingPathComponent("mine.json5"))
      // The command line is over what the suite says of all arms.
      let outcome = try ZooProcess.run(["compare", "mine.json5", "--steps", "2", "--out", "m"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("what a tiny path shows") && outcome.output.contains("8 runs, "))
      let report = try JSONDecoder().decode(
        ReportData.self, from: try Data(contentsOf: folder.appendingPathComponent("m/report.json")))
      #expect(
        report.arms.map(\.name) == ["next", "lost", "hidden", "more"]
          && report.arms.allSatisfy { $0.steps == 2 })
      #expect(report.arms.map(\.objective) == ["causal-lm", "causal-lm", "masked-lm", "masked-lm, rate 0.5"])
      // Losses with other shares hidden measure other things.
      let losses = report.heldOut.filter { $0.measure.hasPrefix("held-out loss") }
      #expect(losses.count == 3 && losses.allSatisfy { !$0.comparable })
      let seeds = try #require(report.seeds)
      #expect(seeds.isPath == true && seeds.count == 2)
      // What was declared to decide is no one measure here: the likelihood of those that have one stands in.
      #expect(seeds.missing == .heldOutLoss)
      #expect(seeds.measures.dropFirst().allSatisfy { $0.name.hasPrefix("divergence") })
      #expect(seeds.measures[0].values.map(\.count) == [2, 2, 0, 0])
      #expect(seeds.measures[0].differences.map(\.against) == [0])
      #expect(report.allConclusions.first?.statement.contains("declared to decide") == true)
      for file in ["report.md", "report.tex", "more-seed-2/run.json"] {
        #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("m/\(file)").path))
      }
      let page = try String(contentsOf: folder.appendingPathComponent("m/report.html"), encoding: .utf8)
      #expect(page.contains("one change at a time") && page.contains("In short"))
      try lossesDecideWithinEachKind(folder)
      let wrong = try ZooProcess.run(["compare", "mine.json5", "--as-published"], in: folder)
      #expect(wrong.status == 2)
      let none = try ZooProcess.run(["ablate", "tiny/gpt"], in: folder)
      #expect(none.status == 2 && none.errors.contains("--axis"))
    }
  }
}
