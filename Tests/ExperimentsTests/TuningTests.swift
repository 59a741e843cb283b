import Foundation
import Settings
import TestSupport
import Testing
import Training

@testable import Experiments

/// What is tried, what is chosen, and how it is shown: without training anything.
@Suite struct TuningTests {
  private func tuning(_ rates: [Double], _ method: Tuning.Method = .grid, steps: Int? = nil) throws -> Tuning
  {
    try Tuning(learningRates: rates, method: method, steps: steps)
  }

  private func rates(_ count: Int) -> [Double] { (1...count).map { 1e-4 * Double($0) } }

  @Test func aGridTriesEveryRateAtFullLength() throws {
    let grid = try tuning([4e-3, 1e-3, 2e-3])
    #expect(grid.learningRates == [1e-3, 2e-3, 4e-3])
    #expect(grid.rungs(run: 300) == [Tuning.Rung(rates: 3, steps: 300)])
    #expect(grid.trials == 3 && grid.steps(run: 300) == 900)
    #expect(try tuning([1e-3, 2e-3], steps: 20).rungs(run: 300) == [Tuning.Rung(rates: 2, steps: 20)])
  }

  @Test func halvingKeepsTheBetterHalfForTwiceAsLong() throws {
    #expect(
      try tuning(rates(8), .halving).rungs(run: 400) == [
        Tuning.Rung(rates: 8, steps: 100), Tuning.Rung(rates: 4, steps: 200),
        Tuning.Rung(rates: 2, steps: 400),
      ])
    for count in 2...17 {
      let halving = try tuning(rates(count), .halving)
      let rungs = halving.rungs(run: 1024)
      #expect(rungs.first?.rates == count && rungs.last == Tuning.Rung(rates: 2, steps: 1024))
      for (early, late) in zip(rungs, rungs.dropFirst()) {
        #expect(late.rates == (early.rates + 1) / 2 && late.steps == 2 * early.steps, "\(count)")
      }
      // As many trials whatever an arm's length.
      #expect(halving.rungs(run: 3).map(\.rates) == rungs.map(\.rates))
      #expect(halving.rungs(run: 1).allSatisfy { $0.steps == 1 })
      #expect(halving.trials == rungs.reduce(0) { $0 + $1.rates })
      #expect(halving.steps(run: 1024) == rungs.reduce(0) { $0 + $1.rates * $1.steps })
    }
  }

  @Test(
    arguments: [
      ([], "0 rates"), ([1e-3], "1 rate"), ([1e-3, 1e-3], "0.001"), ([0, 1], "0.0"), ([1, 11], "11"),
    ] as [([Double], String)])
  func whatLeavesNoChoiceIsRefused(rates: [Double], found: String) {
    let refusal = #expect(throws: TuningRefusal.self) { try tuning(rates) }
    #expect(refusal?.found.hasPrefix(found) == true)
    #expect(throws: TuningRefusal.self) { try tuning([.nan, 1e-3]) }
  }

  private func arm(_ trials: [(rung: Int, rate: Double, loss: Double?)]) -> TunedArm {
    TunedArm(
      arm: "gpt", unit: "nats", seed: 7,
      trials: trials.map { Trial(rung: $0.rung, learningRate: $0.rate, steps: 5, loss: $0.loss) })
  }

  /// Against the smallest of all losses, looked for one by one.
  @Test func theRateWithTheLowestLossIsChosen() throws {
    var random = RepeatableRandom(seed: 5)
    for _ in 0..<200 {
      let count = random.integer(2...6)
      let trials = (1...count).map { place in
        (1, Double(place) * 1e-3, random.integer(0...5) == 0 ? nil : Double(random.integer(0...4)))
      }
      var best: (Double, Double)?
      for (_, rate, loss) in trials {
        if let loss, best.map({ loss < $0.1 }) ?? true { best = (rate, loss) }
      }
      #expect(arm(trials).chosen == best?.0)
    }
  }

  @Test func onlyTheLastRoundDecides() {
    let halving = arm([
      (1, 1, 0.1), (1, 2, 0.4), (1, 3, 0.2), (1, 4, nil), (2, 1, 0.9), (2, 3, 0.8),
    ])
    #expect(halving.best(2, ofRung: 1) == [1, 3])
    #expect(halving.best(4, ofRung: 1) == [1, 2, 3, 4])
    #expect(halving.chosen == 3 && halving.end == nil && halving.warning == nil)
    #expect(arm([(1, 1, nil), (1, 2, nil)]).chosen == nil)
    // Of equal losses the lower rate.
    #expect(arm([(1, 2, 0.5), (1, 1, 0.5)]).chosen == 1)
  }

  @Test func aRateAtTheEndOfTheGridIsSaid() {
    let low = arm([(1, 1, 0.1), (1, 2, 0.4)])
    let high = arm([(1, 1, 0.3), (1, 2, 0.2)])
    #expect(low.end == "lowest" && low.warning?.contains("a lower one may be better") == true)
    #expect(high.end == "highest" && high.warning?.contains("a higher one may be better") == true)
  }

  // MARK: recipes of trials

  private func bench(_ recipe: [String] = ["steps=40", "batch=2"]) throws -> (CertificateBench, [ArmPlan]) {
    let bench = try CertificateBench()
    let sizes = "tokenizer: 'bytes', context: 12, width: 16, layers: 1"
    return (
      bench,
      try ["gpt", "bert"].map { try bench.arm($0, "{ architecture: '\($0)', \(sizes) }", recipe) }
    )
  }

  @Test func aTrialIsTheArmWithAnotherRateSeedLengthAndText() throws {
    let (bench, plans) = try bench(["tokens=960", "batch=2", "schedule.warmup=20", "seed=5"])
    let trial = try tuning([1e-3, 2e-3]).trial(of: plans[0], 2e-3, steps: 10, run: 40, bench.registry).recipe
    #expect(trial.learningRate == 2e-3)
    #expect(trial.seed == 1_000_005 && trial.tuningShare == 0.1 && trial.budget == .steps(10))
    // A quarter of the length has a quarter of the rise.
    #expect(trial.schedule[ScheduleSettings.warmup] == 5)
    #expect(trial.batch == plans[0].recipe.batch)
    #expect(plans[0].recipe.tuningShare == nil)
    let whole = try tuning([1e-3, 2e-3]).trial(of: plans[0], 1e-3, steps: 40, run: 40, bench.registry).recipe
    #expect(whole.schedule[ScheduleSettings.warmup] == 20)
    #expect(Tuning.seed(of: try recipe(bench, ["seed=\(Int.max)"])) == Int.max - 1_000_000)
  }

  private func recipe(_ bench: CertificateBench, _ sets: [String]) throws -> Recipe {
    try Recipe.load(nil, sets: sets, registry: bench.registry)
  }

  @Test func oneRateHoldsForAllSeedsOfAnArm() throws {
    let (bench, plans) = try bench()
    let seeds = plans.flatMap { plan in
      (1...3).map {
        ArmPlan(
          name: "\(plan.name)-\($0)", arm: plan.name, seedNumber: $0, against: "x",
          descriptor: plan.descriptor,
          recipe: plan.recipe)
      }
    }
    let tuned = [arm([(1, 1e-4, 0.1), (1, 2e-4, 0.3)])]
    let trained = try Tuning.applying(tuned, to: seeds, bench.registry)
    let rates = trained.map { $0.recipe.learningRate }
    #expect(rates == [1e-4, 1e-4, 1e-4, 1e-3, 1e-3, 1e-3])
    #expect(trained.map(\.name) == seeds.map(\.name) && trained.allSatisfy { $0.against == "x" })
  }

  @Test func armsWithoutAKnownLengthOrWithATuningTextAreRefused() throws {
    func refusal(_ recipe: [String], steps: Int? = nil) throws -> String {
      let (bench, plans) = try bench(recipe)
      do {
        try tuning([1e-3, 2e-3], steps: steps).check(plans, bench.registry)
        return ""
      } catch let error as SettingsError { return error.description }
    }
    #expect(try refusal(["minutes=3"]).contains("--tune-steps"))
    #expect(try refusal(["minutes=3"], steps: 9) == "")
    #expect(try refusal(["steps=3", "tuningShare=0.2"]).contains("gpt, recipe.tuningShare"))
    #expect(try refusal(["steps=3"]) == "")
  }

  // MARK: certificate and report

  @Test func theCertificateSaysWhatWasTriedAndChosen() throws {
    let (bench, plans) = try bench()
    #expect(try bench.certificate(plans)["tuning trials"]?.values == ["none", "none"])
    #expect(try bench.certificate(plans)["optimiser"]?.values[0].contains("learningRate") == true)
    let grid = try tuning([1e-3, 2e-3, 4e-3])
    let before = try bench.certificate(plans, tuning: grid)
    let row = try #require(before["tuning trials"])
    #expect(row.values[0] == "3, of 0.001, 0.002, 0.004; each as long as the run" && row.equal)
    #expect(before["learning rate"]?.values == ["to be chosen by trials", "to be chosen by trials"])

    func tuned(_ arm: String, _ best: Double, rates: [Double] = [1e-3, 2e-3, 4e-3]) -> TunedArm {
      TunedArm(
        arm: arm, unit: "nats", seed: 7,
        trials: rates.map { Trial(rung: 1, learningRate: $0, steps: 40, loss: abs($0 - best)) })
    }
    let arms = [tuned("gpt", 2e-3), tuned("bert", 4e-3)]
    let chosen = try Tuning.applying(arms, to: plans, bench.registry)
    let after = try bench.certificate(chosen, tuning: grid, tuned: arms)
    #expect(after["tuning trials"]?.equal == true)
    let rate = try #require(after["learning rate"])
    #expect(rate.values == ["0.002", "0.004"] && !rate.equal && rate.declared)
    #expect(rate.note.contains("0.004, the best of bert, is the highest") && !rate.note.contains("of gpt"))
    // The rest of the optimiser is the same, and nobody is told otherwise.
    #expect(after["optimiser"]?.equal == true)
    #expect(after["optimiser"]?.values[0].contains("learningRate") == false)
    // Another number of trials is no equal tuning.
    let unequal = try bench.certificate(
      chosen, tuning: grid, tuned: [arms[0], tuned("bert", 2e-3, rates: [1e-3, 2e-3])])
    #expect(unequal["tuning trials"]?.equal == false && unequal["tuning trials"]?.declared == false)
    let halving = try tuning([1e-3, 2e-3, 4e-3, 8e-3], .halving, steps: 200)
    #expect(halving.words(nil).hasPrefix("6, of 0.001, 0.002, 0.004, 0.008; better halves"))
    #expect(halving.words(nil).hasSuffix("the last 200 steps"))
  }

  @Test func aStoppedComparisonKeepsWhatItTries() throws {
    try withTemporaryFolder { folder in
      let (_, plans) = try bench()
      let wanted = try tuning([1e-5, 2e-3], .halving, steps: 9)
      try ExperimentRecord(
        plans, title: "t", command: "c", declared: [], design: Design(), tuning: wanted
      ).write(to: folder)
      #expect(try ExperimentRecord.read(from: folder).tuning == wanted)
    }
  }
}
