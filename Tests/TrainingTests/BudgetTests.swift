import Foundation
import Settings
import Tensors
import TestSupport
import Testing
import Zoo

@testable import Training

@Suite struct BudgetTests {
  let bench: TrainingBench
  init() throws { bench = try TrainingBench() }

  /// A run that was prepared for a budget, at its end.
  private func trained(_ preset: String, _ sets: [String]) throws -> Trainer {
    let open = try bench.trainer(preset, ["steps=1"])
    let recipe = try Recipe.load(
      nil, sets: ["batch=3", "evaluationWindows=2"] + sets, registry: bench.registry)
    let (trainer, milliseconds) = try Trainer.prepare(
      open.descriptor, recipe, open.data, registry: bench.registry
    ) { try Context.tested(threads: 1, seed: 1) }
    #expect(milliseconds == nil)
    while !trainer.isFinished { _ = try trainer.step() }
    return trainer
  }

  /// As many steps as fit: one more would be too many.
  @Test(arguments: ["tiny/gpt", "tiny/bert"])
  func aBudgetIsSpentButNotExceeded(_ preset: String) throws {
    let supervised = try trained(preset, ["supervisedTokens=200", "accumulation=2"]).state
    #expect(supervised.supervisedTokens <= 200)
    #expect(supervised.supervisedTokens + supervised.supervisedTokens / supervised.step > 200)

    let one = try trained(preset, ["steps=1"]).state.flops
    let flops = try trained(preset, ["flops=\(4 * one + one / 2)"]).state
    #expect(flops.step == 4 && flops.flops == 4 * one)
    // Exactly four steps' worth is four steps.
    #expect(try trained(preset, ["flops=\(4 * one)"]).state.step == 4)

    // Every token of this tokenizer is a byte: 36 of them a step.
    let bytes = try trained(preset, ["bytes=200"]).state
    #expect(bytes.step == 5 && bytes.tokens == 180)
  }

  /// Twins with different objectives and one budget of supervised tokens: the encoder takes more steps.
  @Test func whatIsSupervisedCountsAndNotWhatIsRead() throws {
    let (gpt, bert) = (
      try trained("tiny/gpt", ["supervisedTokens=72"]).state,
      try trained("tiny/bert", ["supervisedTokens=72"]).state
    )
    #expect(gpt.step == 2 && gpt.supervisedTokens == 72)
    #expect(bert.step == 12 && bert.supervisedTokens == 72)
    let even = try trained("tiny/bert", ["supervisedTokens=72", "objective=any-order"]).state
    // Rows of 12 tokens hide 13 in pairs, and the third row half of them.
    #expect(even.step == 3 && even.supervisedTokens == 57)
  }

  @Test func aBudgetBelowOneStepIsOneStep() throws {
    for budget in ["supervisedTokens=1", "flops=1", "bytes=1", "tokens=1"] {
      #expect(try trained("tiny/gpt", [budget]).state.step == 1, "\(budget)")
    }
  }

  /// What a budget comes to is known only with the text; what somebody wrote is then compared with it.
  @Test(arguments: ["tokens=80", "supervisedTokens=80", "flops=1e6", "bytes=80", "minutes=0.01", "steps=2"])
  func aWrittenRiseLongerThanTheRunIsRefused(_ budget: String) throws {
    let open = try bench.trainer("tiny/gpt", ["steps=1"])
    func steps(_ sets: [String], defaults: [String] = []) throws -> Int {
      let recipe = try Recipe.load(
        nil, defaults: defaults, sets: ["batch=3", "evaluationWindows=2", budget] + sets,
        registry: bench.registry)
      return try Trainer.prepare(open.descriptor, recipe, open.data, registry: bench.registry) {
        try Context.cpu(threads: 1, seed: 1)
      }.trainer.state.totalSteps
    }
    let error = #expect(throws: SettingsError.self) { try steps(["schedule.warmup=99999999"]) }
    let words = "\(try #require(error))"
    #expect(words.contains("schedule.warmup: "))
    let named = try Recipe.load(nil, sets: [budget], registry: bench.registry).budget.description
    #expect(budget == "steps=2" || words.contains("(\(named))"), "\(words)")
    // What nobody wrote adapts, and what is advised is taken.
    _ = try steps([], defaults: ["schedule.warmup=99999999"])
    let advised = try #require(words.split(separator: "did you mean ").last?.prefix { $0.isNumber })
    #expect(try steps(["schedule.warmup=\(advised)"]) >= 1)
    // The steps of a measurement differ from one to the next.
    guard budget != "minutes=0.01" else { return }
    let whole = try steps([])
    #expect(try steps(["schedule.warmup=\(whole)"]) == whole)
    #expect(throws: SettingsError.self) { try steps(["schedule.warmup=\(whole + 1)"]) }
  }

  /// Another seed or length keeps what was written, and what is read back from a run was checked before.
  @Test func whatWasWrittenIsKnownInChangedRecipesAlone() throws {
    let recipe = try Recipe.load(nil, sets: ["tokens=5", "schedule.warmup=7"], registry: bench.registry)
    let again = try recipe.applying(["seed=2"], bench.registry)
    #expect(throws: SettingsError.self) { try again.expectScheduleFits(steps: 6) }
    try again.expectScheduleFits(steps: 7)
    try Recipe.resolve(
      try Node.parse(recipe.json, file: "r"), title: "r", in: bench.registry.catalog
    ).expectScheduleFits(steps: 6)
  }

  /// Somebody who asks to stop while steps are timed does not wait for the next one.
  @Test func timingIsInterrupted() throws {
    let open = try bench.trainer("tiny/gpt", ["steps=1"])
    let recipe = try Recipe.load(
      nil, sets: ["batch=3", "evaluationWindows=2", "minutes=1"], registry: bench.registry)
    for place in [1, 7, 100] {
      var asked = 0
      #expect(throws: Interruption.self) {
        try Trainer.prepare(
          open.descriptor, recipe, open.data, registry: bench.registry,
          shouldInterrupt: {
            asked += 1
            return asked >= place
          },
          makeContext: { try Context.cpu(threads: 1, seed: 1) })
      }
      #expect(asked == place)
    }
  }

  /// The words of the arithmetic, without a run.
  @Test func stepsFollowFromWhatAStepBrings() {
    let yield = StepYield(tokens: 100, supervised: 30, flops: 1000)
    func steps(_ budget: Budget) -> Int? { budget.steps(yield, bytesPerToken: 2.5) }
    #expect(steps(.steps(7)) == 7)
    #expect(steps(.tokens(1099)) == 10)
    #expect(steps(.supervisedTokens(1099)) == 36)
    #expect(steps(.flops(1e6)) == 1000)
    #expect(steps(.bytes(1099)) == 4)
    #expect(steps(.minutes(1)) == nil)
    #expect(steps(.flops(1e27)) == 1_000_000_000_000_000)
  }

  @Test func twoBudgetsAreRefusedByName() throws {
    for (index, first) in Budget.settings.enumerated() {
      for second in Budget.settings[(index + 1)...] {
        let error = #expect(throws: SettingsError.self) {
          try Recipe.load(nil, sets: ["\(first)=5", "\(second)=6"], registry: bench.registry)
        }
        #expect(error?.description.contains("a run has one budget") == true, "\(first) and \(second)")
        #expect(error?.description.contains(first) == true && error?.description.contains(second) == true)
      }
    }
  }

  @Test func everyBudgetIsReadFromItsSetting() throws {
    let read: [(String, Budget)] = [
      ("steps=5", .steps(5)), ("tokens=5", .tokens(5)), ("minutes=5", .minutes(5)),
      ("supervisedTokens=5", .supervisedTokens(5)), ("flops=1e15", .flops(1e15)), ("bytes=5", .bytes(5)),
    ]
    #expect(read.map { $0.0.prefix { $0 != "=" } } == Budget.settings.map { $0[...] })
    for (set, budget) in read {
      #expect(try Recipe.load(nil, sets: [set], registry: bench.registry).budget == budget)
    }
    #expect("\(Budget.flops(2e9))" == "2000000000 FLOPs" && "\(Budget.flops(1e18))" == "1e+18 FLOPs")
  }
}
