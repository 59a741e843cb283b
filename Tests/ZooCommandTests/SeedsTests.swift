import Comparison
import Evaluation
import Foundation
import Inference
import TestSupport
import Testing
import Training

/// A comparison over several seeds, as it is typed.
@Suite struct SeedsTests {
  @Test func everyArmIsTrainedWithEverySeedAndThePairsAreCompared() throws {
    try withTemporaryFolder { folder in
      let settings = ["tokenizer=bytes", "recipe.evaluationWindows=2"].flatMap { ["--set", $0] }
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/gpt position=none recipe.optimiser={ type: 'adamw', decay: 0 }"]
          + ["--steps", "3", "--batch", "2", "--seeds", "3", "--out", "c"] + settings, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let json = try Data(contentsOf: folder.appendingPathComponent("c/report.json"))
      let report = try JSONDecoder().decode(ReportData.self, from: json)
      let second = "gpt-position=none-optimiser=-type-adamw-decay-0"
      #expect(report.arms.map(\.name) == ["gpt", second])
      let seeds = try #require(report.seeds)
      #expect(seeds.count == 3)
      let primary = try #require(seeds.measures.first)
      #expect(primary.name.contains("likelihood") && primary.values.map(\.count) == [3, 3])
      // Another seed is another run, and the two arms differ.
      #expect(Set(primary.values.flatMap { $0 }).count == 6)
      let difference = try #require(primary.differences.first)
      let pairs = zip(primary.values[1], primary.values[0]).map { $0 - $1 }
      #expect(abs(difference.mean.value - pairs.reduce(0, +) / 3) < 1e-9)
      #expect(report.allConclusions.first.map { $0.isDecided == false && $0.isLeading } == true)
      for name in ["gpt", "gpt-seed-2", "gpt-seed-3", second, second + "-seed-3"] {
        let record = folder.appendingPathComponent("c/\(name)/run.json").path
        #expect(FileManager.default.fileExists(atPath: record), "\(name)")
      }
    }
  }

  /// A clear difference is decided by the sixth seed, and no seventh is trained, also when it continues later.
  @Test func seedsAreAddedUntilItIsDecided() throws {
    try withTemporaryFolder { folder in
      let settings = ["tokenizer=bytes", "recipe.evaluationWindows=2"].flatMap { ["--set", $0] }
      func compare(_ options: [String]) throws -> ZooProcess.Outcome {
        try ZooProcess.run(
          [
            "compare", "tiny/gpt", "tiny/gpt recipe.optimiser.learningRate=1e-9", "--steps", "4", "--batch",
            "2",
          ]
            + ["--until-decided", "--out", "c"] + options + settings, in: folder)
      }
      let refused = try compare(["--seeds", "5"])
      #expect(refused.status == 2 && refused.errors.contains("give --seeds 6 or more"), "\(refused.errors)")
      let outcome = try compare(["--seeds", "8"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("at most 16 runs") && outcome.output.contains("decided after 6 seeds"))
      for round in 1...2 {
        let json = try Data(contentsOf: folder.appendingPathComponent("c/report.json"))
        let seeds = try #require(try JSONDecoder().decode(ReportData.self, from: json).seeds)
        #expect(seeds.count == 6 && seeds.isSequential == true)
        let difference = try #require(seeds.measures.first?.differences.first)
        #expect(difference.mean.value > 0 && (difference.corrected ?? 1) <= 0.05)
        #expect((difference.median?.interval?.low ?? 0) > 0 && difference.overItems != nil)
        let seventh = folder.appendingPathComponent("c/gpt-seed-7").path
        #expect(!FileManager.default.fileExists(atPath: seventh))
        guard round == 1 else { continue }
        let again = try ZooProcess.run(["compare", "--resume", "c"], in: folder)
        #expect(again.status == 0 && again.output.contains("decided after 6 seeds"), "\(again.errors)")
      }
    }
  }

  /// Two models that no seed tells apart cannot be decided by the few seeds that are left, and none of those is trained.
  @Test func seedsThatCouldDecideNothingAreNotTrained() throws {
    try withTemporaryFolder { folder in
      let settings = ["tokenizer=bytes", "recipe.evaluationWindows=2"].flatMap { ["--set", $0] }
      let outcome = try ZooProcess.run(
        ["compare", "tiny/gpt", "tiny/gpt block.norm=layer", "--steps", "2", "--batch", "2", "--seeds", "7"]
          + ["--until-decided", "--out", "c"] + settings, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.output.contains("stopped after 2 seeds: 5 more could not decide"), "\(outcome.output)")
      let json = try Data(contentsOf: folder.appendingPathComponent("c/report.json"))
      let seeds = try #require(try JSONDecoder().decode(ReportData.self, from: json).seeds)
      #expect(seeds.count == 2 && seeds.maxCount == 7 && seeds.isDeclared == false)
      #expect(seeds.measures.first?.differences.first?.isEqual == true)
    }
  }

  /// The distance to the exact distributions is measured for every seed, and may be what decides.
  @Test func exactDistributionsMayDecide() throws {
    try withTemporaryFolder { folder in
      let suite = """
        { summary: "s", primary: "divergence-left-only", seeds: 2,
          set: ["recipe.steps=3", "recipe.batch=2", "recipe.evaluationWindows=2", "context=40",
                "tokenizer={ type: 'byte-bpe', vocabulary: 700 }"],
          arms: [{ name: "a", model: "tiny/gpt" }, { name: "b", model: "tiny/gpt", set: ["position=none"] }] }
        """
      try Data(suite.utf8).write(to: folder.appendingPathComponent("s.json5"))
      let outcome = try ZooProcess.run(["compare", "s.json5", "--out", "c"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let json = try Data(contentsOf: folder.appendingPathComponent("c/report.json"))
      let report = try JSONDecoder().decode(ReportData.self, from: json)
      let seeds = try #require(report.seeds)
      let primary = try #require(seeds.measures.first)
      #expect(
        primary.name == "divergence from the exact distribution, left side only" && !primary.moreIsBetter)
      #expect(seeds.isDeclared == true && seeds.missing == nil && primary.values.map(\.count) == [2, 2])
      // The first seed's is what the report shows of exact distributions.
      let shown = try #require(report.evaluations?.first { $0.evaluation == "divergence" })
      #expect(
        shown.figures.compactMap(\.first?.value) == primary.values.map { $0[0] }
          && primary.values.joined().allSatisfy { $0 > 1 })
      // Every run keeps what it answered, so that no later report asks it again.
      for run in ["a", "b", "a-seed-2", "b-seed-2"] {
        let kept = EvaluationStore(RunFolder(folder.appendingPathComponent("c/\(run)"))).all()
        #expect(Set(kept.map(\.question.evaluation)).isSuperset(of: ["likelihood", "divergence"]), "\(run)")
      }
      #expect(primary.differences.first?.overItems != nil)
    }
  }
}
