import Inference
import Installed
import Settings
import Testing
import Text

@testable import Evaluation
@testable import Experiments

/// What a comparison asks, and what is left out for what it costs.
@Suite struct EvaluationPlanTests {
  private let registry: Registry
  init() throws { registry = try Registry.standard() }

  private func names(_ design: Design, isOneText: Bool = true, isEmbedded: Bool = true) throws -> [String] {
    try PlannedEvaluation.all(design, isOneText: isOneText, isEmbedded: isEmbedded, registry).map(
      \.asked.settings.type)
  }

  @Test func theTextDecidesWhatIsAskedWithoutAWord() throws {
    let all = [
      "divergence", "likelihood", "cloze", "hidden-words", "verb-forms", "minimal-pairs", "samples",
      "writing", "fills", "heads",
    ]
    #expect(try names(Design()) == all)
    #expect(
      try names(Design(), isEmbedded: false)
        == ["likelihood", "hidden-words", "samples", "writing", "fills", "heads"])
    #expect(try names(Design(), isOneText: false, isEmbedded: false) == ["samples"])
    // A part that this registry lacks is not asked for.
    #expect(
      try PlannedEvaluation.all(Design(), isOneText: true, isEmbedded: true, Registry()).isEmpty)
  }

  /// What decides a comparison without a declaration is measured with every seed; the rest of the first one.
  @Test func whatDecidesIsAskedOfEverySeed() throws {
    let planned = try PlannedEvaluation.all(Design(), isOneText: true, isEmbedded: true, registry)
    let names = planned.filter(\.isOfAllSeeds).map(\.asked.settings.type)
    #expect(names == ["divergence", "likelihood", "cloze", "hidden-words", "verb-forms"])
    // Asked for, it is made once, and all its figures are tested.
    let asked = try PlannedEvaluation.all(
      Design(evaluations: ["likelihood"]), isOneText: true, isEmbedded: true, registry)
    #expect(asked.count == planned.count && asked.last?.asked.settings.type == "likelihood")
    #expect(asked.last?.isTestedOverSeeds == true)
  }

  /// `--probes` and `--fine-tune` are words for evaluations; one that is named twice is made once.
  @Test func wordsOfTheirOwnAreEvaluations() throws {
    let design = Design(probes: true, tasks: [.wordClass], evaluations: ["writing", "probes"])
    let planned = try PlannedEvaluation.all(design, isOneText: true, isEmbedded: true, registry)
    let asked = planned.filter(\.isAskedFor)
    #expect(asked.map(\.asked.settings.type) == ["writing", "probes", "fine-tuning"])
    #expect(asked.map(\.isTestedOverSeeds) == [true, true, false])
    #expect(asked.last?.asked.listing["task"]?.contains("word-class") == true)
    #expect(planned.count { $0.asked.settings.type == "writing" } == 1)
    #expect(try names(design, isEmbedded: false).suffix(2) == ["writing", "probes"])
  }

  @Test func whatCostsTooMuchIsLeftOutUnlessItIsAskedFor() throws {
    // Bytes make sentences long, and an encoder reads a sentence of a pair once a token.
    let reader = EvaluationSubject.Reader(
      tokenizer: TokenizerPipeline.bytes, context: 128, isEncoder: true, heads: 16)
    func costs(_ design: Design, trained: Int?) throws -> [String: EvaluationPlan.Cost] {
      let plan = EvaluationPlan(
        try PlannedEvaluation.all(design, isOneText: true, isEmbedded: true, registry),
        [.init(name: "bert", reader: reader, trained: trained)])
      return Dictionary(uniqueKeysWithValues: plan.costs.map { ($0.name, $0) })
    }
    let short = try #require(try costs(Design(), trained: 1000)["minimal-pairs"])
    #expect(short.isLeftOut && short.reason?.contains("--with minimal-pairs") == true)
    #expect(short.reason?.contains("bert") == true)
    // Small ones are made however short the training was.
    #expect(try costs(Design(), trained: 1000)["fills"]?.isLeftOut == false)
    let share = try #require(short.share)
    let long = try #require(try costs(Design(), trained: 100_000_000)["minimal-pairs"])
    #expect(!long.isLeftOut && abs((long.share ?? 0) * 100_000 - share) < 1e-6 * share)
    let asked = try costs(
      Design(evaluations: ["{ type: 'minimal-pairs', count: 40 }"]), trained: 1000)
    #expect(asked["minimal-pairs"]?.isLeftOut == false && asked["minimal-pairs"]?.reason == nil)
    let unknown = try #require(try costs(Design(), trained: nil)["minimal-pairs"])
    #expect(unknown.share == nil && !unknown.isLeftOut)
  }

  /// An evaluation takes as long as its part of the training of the models whose training is known.
  @Test func theTimeIsAPartOfTheTraining() throws {
    let reader = EvaluationSubject.Reader(
      tokenizer: TokenizerPipeline.bytes, context: 128, isEncoder: true, heads: 16)
    let plan = EvaluationPlan(
      try PlannedEvaluation.all(Design(), isOneText: true, isEmbedded: true, registry),
      [
        .init(name: "bert", reader: reader, trained: 1000),
        .init(name: "imported", reader: reader, trained: nil),
      ])
    let costs = plan.costs
    #expect(costs.contains { $0.isLeftOut })
    let times = plan.times(training: [60, 90])
    #expect(times.map(\.cost.name) == costs.map(\.name))
    for (cost, seconds) in times {
      #expect((cost.share == nil) == (seconds == nil))
      if let share = cost.share, let seconds { #expect(abs(seconds - 60 * share) <= 1e-9 * seconds) }
    }
  }

  /// A token costs one pass forward; in training one forward and one backward, which costs two.
  @Test func theShareCountsPasses() {
    #expect(EvaluationBudget.share(300, trained: 100) == 1)
    #expect(!EvaluationBudget.isTooMuch(nil, trained: 1))
    #expect(!EvaluationBudget.isTooMuch(EvaluationBudget.freeTokens, trained: 1))
    #expect(EvaluationBudget.isTooMuch(EvaluationBudget.freeTokens + 1, trained: 1))
    #expect(!EvaluationBudget.isTooMuch(1.4e9, trained: 1_000_000_000))
  }
}
