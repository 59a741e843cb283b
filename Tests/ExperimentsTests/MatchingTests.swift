import Settings
import TestSupport
import Testing
import Text
import Training
import Transformer
import Zoo

@testable import Experiments
@testable import Reporting

@Suite struct MatchingTests {
  let bench: CertificateBench
  init() throws { bench = try CertificateBench() }

  private func arm(
    _ architecture: String, _ more: String = "", layers: Int = 2,
    recipe: [String] = ["steps=30", "batch=2"]
  ) throws -> ArmPlan {
    try bench.arm(
      architecture,
      """
      { architecture: '\(architecture)', tokenizer: 'bytes', context: 32, width: 16, layers: \(layers), \(more) }
      """, recipe)
  }

  private func matched(_ plans: [ArmPlan], _ kinds: Set<MatchKind>) throws -> (
    plans: [ArmPlan], matched: [MatchedArm]
  ) {
    try Matching(registry: bench.registry).apply(kinds, to: plans, try bench.data(plans))
  }

  private func refusal(_ plans: [ArmPlan], _ kinds: Set<MatchKind>) -> String {
    let error = #expect(throws: SettingsError.self) { try matched(plans, kinds) }
    return error?.description ?? ""
  }

  /// What an arm is compared with stays, whatever is changed in it.
  @Test func matchingForgetsNothingOfAnArm() throws {
    let made = try arm("bert")
    let plan = ArmPlan(
      name: "b", arm: "a", seedNumber: 2, against: "gpt", descriptor: made.descriptor, recipe: made.recipe)
    for changed in [plan.replacing(recipe: made.recipe), plan.replacing(descriptor: made.descriptor)] {
      #expect(changed.name == "b" && changed.arm == "a" && changed.seedNumber == 2)
      #expect(changed.against == "gpt")
    }
  }

  // MARK: parameters

  /// The nearest of all widths, found by building every one.
  @Test(arguments: ["gelu", "swiglu"])
  func theWidthOfTheFeedForwardBringsTheParametersNearest(_ kind: String) throws {
    let plans = [
      try arm("bert", "block: { feedForward: { hidden: 90 } }"),
      try arm("gpt", "block: { feedForward: '\(kind)' }"),
    ]
    let result = try matched(plans, [.parameters])
    let wanted = try bench.forecasts(plans, try bench.data(plans))[0].parameters
    func count(_ plan: ArmPlan) throws -> Int {
      try bench.forecasts([plan], try bench.data([plan]))[0].parameters
    }
    let reached = try count(result.plans[1])
    var best = Int.max
    for width in 1...120 {
      let other = try arm("gpt", "block: { feedForward: { type: '\(kind)', hidden: \(width) } }")
      best = min(best, abs(try count(other) - wanted))
    }
    #expect(abs(reached - wanted) == best)
    #expect(try count(plans[1]) != reached)
    #expect(result.plans[0].descriptor.node == plans[0].descriptor.node)
    let done = try #require(result.matched.first)
    let width = try #require(
      result.plans[1].descriptor.settings[ModelSettings.blocks][0][BlockSettings.feedForward][
        FeedForwardSettings.hidden])
    #expect(done.changes == ["feed-forward width \(kind == "gelu" ? 64 : 48) → \(width)"])
    #expect(done.reached == "\(Number.grouped(reached)) parameters")
    #expect(done.wanted == "\(Number.grouped(wanted)) parameters")
  }

  @Test func equalParametersAreLeftAlone() throws {
    let result = try matched([try arm("gpt"), try arm("gpt", "dropout: 0.1")], [.parameters])
    #expect(result.matched[0].changes.isEmpty && result.matched[0].summary.hasPrefix("nothing to change"))
  }

  @Test func parametersThatCannotBeReachedAreRefused() throws {
    let small = try bench.arm(
      "small", "{ architecture: 'gpt', tokenizer: 'bytes', context: 32, width: 8, layers: 1 }", ["steps=3"])
    let words = refusal([small, try arm("gpt")], [.parameters])
    #expect(words.contains("narrowest feed-forward it has more") && words.contains("fewer layers"))
    let mixed = try arm("gpt", "overrides: [{ layers: 0, feedForward: { hidden: 8 } }]")
    let kinds = refusal([small, mixed], [.parameters])
    #expect(kinds.contains("several kinds or widths") && kinds.contains("block.feedForward=gelu"))
    #expect(words.hasPrefix("--match parameters: 1 problem"))
  }

  // MARK: receptive field

  private func reach(_ plan: ArmPlan) throws -> [Reach] {
    try bench.forecasts([plan], try bench.data([plan]))[0].layerReach
  }

  @Test func aDecoderLooksTwiceAsFarBackAsAnEncoderToEachSide() throws {
    let encoder = try arm("bert", "block: { attention: { window: 5 } }")
    let decoder = try arm("gpt", "block: { attention: { window: 5 } }")
    let wider = try matched([encoder, decoder], [.receptiveField])
    #expect(try reach(wider.plans[1]) == [Reach](repeating: Reach(before: 8, after: 0, tokens: 9), count: 2))
    #expect(wider.matched[0].changes == ["window 5 → 9 in all layers"] && wider.matched[0].remains == nil)
    let narrower = try matched([decoder, encoder], [.receptiveField])
    #expect(
      try reach(narrower.plans[1]) == [Reach](repeating: Reach(before: 2, after: 2, tokens: 5), count: 2))
    // Through both layers, too, they see equally many tokens.
    for plans in [wider.plans, narrower.plans] {
      let tops = try bench.forecasts(plans, try bench.data(plans)).map(\.topReach.tokens)
      #expect(tops[0] == tops[1])
    }
    // No window at all, and one that is narrowed.
    let open = try matched([decoder, try arm("bert")], [.receptiveField])
    #expect(open.matched[0].changes == ["window none → 3 in all layers"])
  }

  @Test func oneMaskTakesTheWindowOverAsItIs() throws {
    let mixed = try arm("gpt", "overrides: [{ layers: 0, attention: { window: 40 } }]")
    let result = try matched(
      [mixed, try arm("gpt", "block: { attention: { window: 7 } }")], [.receptiveField])
    let windows = result.plans[1].descriptor.settings[ModelSettings.blocks].map {
      $0[BlockSettings.attention][AttentionSettings.window]
    }
    #expect(windows == [40, nil])
    #expect(result.matched[0].changes == ["window 7 → 40 in layers 0", "window 7 → none in layers 1"])
    // Other depths: one window for all layers goes over, several do not.
    let deep = try arm("gpt", layers: 3)
    let uniform = try arm("gpt", "block: { attention: { window: 4 } }")
    #expect(try reach(try matched([uniform, deep], [.receptiveField]).plans[1]).map(\.tokens) == [4, 4, 4])
    #expect(refusal([mixed, deep], [.receptiveField]).contains("did you mean gpt with layers=2?"))
  }

  /// Local and global layers by a pattern: the windows that are found are in its place.
  @Test func aPatternOfGlobalLayersIsWrittenOut() throws {
    let local = try arm("gpt", "block: { attention: { window: 5 } }")
    let patterned = try arm("gpt", "block: { attention: { window: 7, globalEvery: 2 } }")
    #expect(try reach(patterned).map(\.tokens).last == 7)
    let narrowed = try matched([local, patterned], [.receptiveField])
    #expect(try reach(narrowed.plans[1]).map(\.tokens) == [5, 5])
    #expect(narrowed.matched[0].changes == ["window none → 5 in layers 0", "window 7 → 5 in layers 1"])
    let opened = try matched([patterned, local], [.receptiveField])
    #expect(try reach(opened.plans[1]) == reach(opened.plans[0]))
    #expect(opened.matched[0].changes == ["window 5 → none in layers 0", "window 5 → 7 in layers 1"])
  }

  @Test func fieldsThatCannotBeEqualAreRefused() throws {
    let (encoder, decoder) = (try arm("bert"), try arm("gpt"))
    // Both without a window: a suggestion that works is part of the refusal.
    for (first, second, window) in [(encoder, decoder, 16), (decoder, encoder, 31)] {
      let words = refusal([first, second], [.receptiveField])
      #expect(words.contains("has no window"), "\(words)")
      #expect(words.contains("did you mean \(first.name) with block.attention.window=\(window)?"), "\(words)")
      let changed = try arm(first.name, "block: { attention: { window: \(window) } }")
      let fields = try matched([changed, second], [.receptiveField]).plans.map { try reach($0)[0].tokens }
      #expect(fields == [31, 31])
    }
    // An even number of tokens has no middle.
    let even = refusal([try arm("gpt", "block: { attention: { window: 6 } }"), encoder], [.receptiveField])
    #expect(even.contains("6 tokens") && even.contains("blocks.0.attention.window=5"), "\(even)")
    // 39 tokens of 32 are no window.
    let wide = refusal([try arm("bert", "block: { attention: { window: 20 } }"), decoder], [.receptiveField])
    #expect(wide.contains("39 tokens") && wide.contains("blocks.0.attention.window=16"), "\(wide)")
    let narrowed = refusal(
      [encoder, try arm("gpt", "block: { attention: { window: 4 } }")], [.receptiveField])
    #expect(narrowed.contains("layer 0 of bert has no window"))
  }

  /// The published pair: local layers are made equal, global ones cannot be, and the certificate says so.
  @Test func theLocalLayersOfTheEttinPairAreMatched() throws {
    let plans = try Ettin.plans(bench)
    let result = try matched(plans, [.receptiveField])
    #expect(try reach(result.plans[1]).map(\.tokens) == [1024, 129, 129, 1024, 129, 129, 1024])
    let done = try #require(result.matched.first)
    #expect(
      done.summary
        == "window 65 → 129 in layers 1, 2, 4, 5: 129 tokens in a window; layers 0, 3, 6 have none and remain unequal"
    )
    #expect(done.wanted == "129 tokens in a window" && done.remains != nil)
    let declared = Certificate.declared(by: result.matched)
    #expect(!declared.contains("receptive field of a layer") && declared.contains("FLOPs per step"))
    let back = try matched(plans.reversed(), [.receptiveField])
    #expect(try reach(back.plans[1])[1] == Reach(before: 32, after: 32, tokens: 65))
  }

  // MARK: steps

  @Test func supervisedTokensDecideTheSteps() throws {
    // 32 of 32 against 5 of 32 tokens: 1,920 supervised tokens are 192 steps of 10.
    let plans = [try arm("gpt"), try arm("bert", recipe: ["tokens=1920", "batch=2"])]
    let result = try matched(plans, [.supervised])
    #expect(result.plans[1].recipe.budget == .steps(192))
    #expect(result.matched[0].changes == ["steps 30 → 192"])
    #expect(result.matched[0].wanted == result.matched[0].reached)
    // The other way about 300 tokens are 4.7 steps of 64.
    let back = try matched(plans.reversed(), [.supervised])
    #expect(back.plans[1].recipe.budget == .steps(5))
    #expect(
      back.matched[0].reached == "320 supervised tokens" && back.matched[0].wanted == "300 supervised tokens")
    // The rest of the recipe stays.
    #expect(back.plans[1].recipe.batch == 2)
  }

  /// What is matched is what training then counts.
  @Test(arguments: [MatchKind.flops, .supervised])
  func trainedArmsHaveSpentTheSame(kind: MatchKind) throws {
    let plans = try matched(
      [try arm("gpt", recipe: ["steps=5", "batch=2"]), try arm("bert", recipe: ["steps=5", "batch=3"])],
      [kind]
    ).plans
    let data = try bench.data(plans)
    let spent = try zip(try bench.completed(plans, data), data).map { plan, data -> (Double, Double) in
      let (trainer, _) = try Trainer.prepare(
        plan.descriptor, plan.recipe, data, registry: bench.registry
      ) { try .cpu(threads: 1) }
      while !trainer.isFinished { _ = try trainer.step() }
      let all = kind == .flops ? Double(trainer.state.flops) : Double(trainer.state.supervisedTokens)
      return (all, all / Double(trainer.state.step))
    }
    // Half a step is as near as it gets.
    #expect(abs(spent[0].0 - spent[1].0) <= spent[1].1 / 2)
  }

  @Test func stepsThatCannotBeKnownOrTakenAreRefused() throws {
    let timed = refusal([try arm("gpt", recipe: ["minutes=3"]), try arm("bert")], [.flops])
    #expect(timed.contains("3 minutes") && timed.contains("did you mean --flops"))
    let short = refusal(
      [try arm("bert", recipe: ["steps=1", "batch=1"]), try arm("gpt", recipe: ["batch=8"])], [.supervised])
    #expect(short.contains("256 supervised tokens in one step"), "\(short)")
    #expect(short.contains("at least 52 steps for bert"), "\(short)")
    #expect(refusal([try arm("gpt"), try arm("bert")], [.flops, .supervised]).contains("one of the two"))
  }

  // MARK: together, shown and recorded

  /// Windows and widths come before steps, which depend on them.
  @Test func severalMatchesHoldTogether() throws {
    let plans = [
      try arm("bert", "block: { attention: { window: 5 } }"),
      try arm("gpt", "block: { attention: { window: 5 } }"),
    ]
    let result = try matched(plans, [.flops, .parameters, .receptiveField])
    #expect(result.matched.map(\.kind) == [.receptiveField, .parameters, .flops])
    let data = try bench.data(plans)
    let forecasts = try bench.forecasts(result.plans, data)
    #expect(forecasts[1].layerReach.map(\.tokens) == [9, 9])
    #expect(abs(forecasts[0].parameters - forecasts[1].parameters) <= 33)
    guard case .steps(let steps) = result.plans[1].recipe.budget else {
      Issue.record("\(result.plans[1].recipe.budget)")
      return
    }
    let (wanted, own) = (30 * Double(forecasts[0].step.flops), Double(forecasts[1].step.flops))
    #expect(abs(wanted - Double(steps) * own) <= own / 2)
  }

  @Test func theCertificateShowsWhatWasChangedAndFlagsNothingOfIt() throws {
    let result = try matched([try arm("gpt"), try arm("bert")], [.supervised])
    let certificate = try bench.certificate(
      result.plans, declared: Certificate.costs.union(["objective", "mask", "head"]), matched: result.matched)
    let row = try #require(certificate["matched: supervised"])
    #expect(
      row.values == ["1,920 supervised tokens", "steps 30 → 192: 1,920 supervised tokens"])
    #expect(!row.equal && row.declared)
    #expect(certificate["supervised tokens of the run"]?.equal == true)
    #expect(certificate["steps of the run"]?.declared == true && certificate["budget"]?.declared == true)
    #expect(certificate.declared.contains("text seen while training"))
    // What was not asked for is flagged as before.
    #expect(
      Set(certificate.undeclared.map(\.what)).isSuperset(of: [
        "supervised fraction", "receptive field of a layer",
      ]))
  }

  @Test func aStoppedExperimentKeepsWhatWasMatched() throws {
    try withTemporaryFolder { folder in
      let result = try matched([try arm("gpt"), try arm("bert")], [.supervised, .parameters])
      try ExperimentRecord(
        result.plans, title: "t", command: "c", declared: [], design: Design(), matched: result.matched
      ).write(to: folder)
      let read = try ExperimentRecord.read(from: folder)
      #expect(read.matched == result.matched && read.matched?.count == 2)
      let plans = try read.plans(bench.registry)
      #expect(plans.map(\.recipe.budget) == result.plans.map(\.recipe.budget))
      #expect(plans.map(\.descriptor.settings) == result.plans.map(\.descriptor.settings))
    }
  }
}
