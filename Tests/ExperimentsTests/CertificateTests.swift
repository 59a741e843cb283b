import Settings
import Testing
import Text
import Training
import Transformer
import Zoo

@testable import Experiments

@Suite struct CertificateTests {
  /// Nobody has said that the published pair differs in what a layer sees and in how much is supervised.
  @Test(arguments: [[], Certificate.costs.union(["objective", "mask", "head"])] as [Set<String>])
  func theEttinPairIsFlagged(declared: Set<String>) throws {
    let bench = try CertificateBench()
    let certificate = try bench.certificate(try Ettin.plans(bench), declared: declared)
    let flagged = Set(certificate.undeclared.map(\.what))
    #expect(flagged.isSuperset(of: ["receptive field of a layer", "supervised fraction"]))
    // 17 million parameters, as the pair is called.
    #expect(certificate["parameters"]?.values.allSatisfy { $0.hasPrefix("16") || $0.hasPrefix("17") } == true)
    let layer = try #require(certificate["receptive field of a layer"])
    #expect(
      layer.values == [
        "layers 0, 3, 6: 1024 tokens (at most 1023 before, 1023 after); "
          + "the other 4: 129 tokens (64 before, 64 after)",
        "layers 0, 3, 6: 1024 tokens (1023 before, none after); "
          + "the other 4: 65 tokens (64 before, none after)",
      ])
    let supervised = try #require(certificate["supervised fraction"])
    #expect(supervised.values == ["30.0 %, 307 of 1024", "100.0 %, 1024 of 1024"])
    // What is the same is not flagged: the text, the window that is cut from it, the batch, the budget.
    let equal = ["text", "windows", "batch", "budget", "steps of the run", "text read by the run"]
    for what in equal { #expect(certificate[what]?.equal == true, "\(what)") }
  }

  /// Every text that is mixed is named with its weight; flags of objectives are words.
  @Test func textsAndObjectivesAreInWords() throws {
    let bench = try CertificateBench()
    let model = "{ architecture: 'gpt', tokenizer: 'bytes', context: 12, width: 16, layers: 2 }"
    let certificate = try bench.certificate([
      try bench.arm(
        "a", model,
        [
          "steps=5", "data=['x/a.csv','b.csv']", "weights=[2,0.5]",
          "objective={ type: 'causal-lm', start: false }",
        ]),
      try bench.arm("b", model, ["steps=5", "data=['a.csv','b.csv']", "objective=causal-lm"]),
    ])
    let texts = certificate["text"]?.values ?? []
    #expect(texts.first?.hasPrefix("a.csv (weight 2) and b.csv (weight 0.5), ") == true, "\(texts)")
    #expect(texts.last?.hasPrefix("a.csv and b.csv, ") == true)
    #expect(certificate["objective"]?.values == ["causal-lm, no start token", "causal-lm"])
  }

  @Test func sharesAndCostsAreThoseOfARun() throws {
    let bench = try CertificateBench()
    let sizes = "tokenizer: 'bytes', context: 12, width: 16, layers: 2"
    let recipe = ["batch=3", "steps=5"]
    let plans = [
      try bench.arm("causal", "{ architecture: 'gpt', \(sizes) }", recipe),
      try bench.arm("masked", "{ architecture: 'bert', \(sizes) }", recipe),
      try bench.arm("any", "{ architecture: 'bert', \(sizes) }", recipe + ["objective=any-order"]),
    ]
    let certificate = try bench.certificate(plans)
    // Of 12 tokens 15 % are 2; any number from 1 to 12 is 6.5 on average, where three rows have 13 + 6.
    #expect(
      certificate["supervised fraction"]?.values == [
        "100.0 %, 12 of 12", "16.7 %, 2 of 12", "52.8 % expected, 6.3 of 12 on average",
      ])
    #expect(certificate["supervised tokens of the run"]?.values == ["180", "30", "95"])
    #expect(certificate["steps of the run"]?.equal == true)
    #expect(certificate["text bytes per token"]?.values == ["1.000", "1.000", "1.000"])
    #expect(certificate["text read by the run"]?.values[0] == "180 bytes, 4.50 % of the text")

    let data = try bench.data(plans)
    for (index, plan) in try bench.completed(plans, data).enumerated() {
      let trainer = try Trainer(
        plan.descriptor, plan.recipe, data[index], registry: bench.registry, context: .cpu(threads: 1),
        totalSteps: 5)
      while !trainer.isFinished { _ = try trainer.step() }
      func shown(_ what: String) -> String? {
        certificate[what]?.values[index].filter { $0.isNumber }
      }
      #expect(shown("supervised tokens of the run") == "\(trainer.state.supervisedTokens)")
      #expect(shown("FLOPs of the run") == "\(trainer.state.flops)")
      let perToken = Double(trainer.state.flops) / Double(trainer.state.tokens)
      #expect(shown("FLOPs per token, training") == "\(Int(perToken.rounded()))")
      let all = trainer.model.parameters.all
      let embedded = all.filter { $0.name.hasPrefix("embedding.") }.reduce(0) { $0 + $1.tensor.shape.count }
      #expect(embedded > 0)
      #expect(
        shown("parameters without embeddings") == "\(trainer.model.parameters.count - embedded)")
    }
  }

  /// Arms whose products are rounded otherwise are not equal in that.
  @Test func precisionIsARow() throws {
    let bench = try CertificateBench()
    let model = "{ architecture: 'gpt', tokenizer: 'bytes', context: 12, width: 16, layers: 1 }"
    let plans = [
      try bench.arm("single", model, ["steps=5"]),
      try bench.arm("half", model, ["steps=5", "precision=bf16"]),
    ]
    let row = try #require(try bench.certificate(plans)["precision"])
    #expect(row.values == ["fp32", "bf16"] && !row.equal)
  }

  @Test func weightsThatARunBeganWithReplaceTheSeed() throws {
    let bench = try CertificateBench()
    let model = "{ architecture: 'gpt', tokenizer: 'bytes', context: 12, width: 16, layers: 1 }"
    let arms = try ["a", "b"].map { try bench.arm($0, model, ["steps=2"]) }
    let certificate = try bench.certificate(arms)
    func row(_ starts: [Int: StartRecord]) throws -> CertificateRow {
      try #require(certificate.withStarts(starts).rows.first { $0.what == Certificate.initialTensors })
    }
    let (first, second) = (
      StartRecord(run: "runs/x", model: "x", step: 7), StartRecord(run: "runs/y", model: "y", step: 7)
    )
    let none = try row([:])
    let one = try row([1: first])
    #expect(one.values == [none.values[0], "weights of runs/x, step 7"] && !one.equal)
    let same = try row([0: first, 1: first])
    #expect(same.equal && !same.declared && same.values[0] == same.values[1])
    #expect(try !row([0: first, 1: second]).equal)
    // Nothing else changes, and an arm that is not there is left out.
    func others(_ certificate: Certificate) -> [[String]] {
      certificate.rows.filter { $0.what != Certificate.initialTensors }.map(\.values)
    }
    #expect(others(certificate.withStarts([1: first, 5: second])) == others(certificate))
  }

  /// Minutes become steps only when a step has been timed: nothing is said of the whole run.
  @Test func aBudgetInMinutesSaysNothingOfTheWholeRun() throws {
    let bench = try CertificateBench()
    let plan = try bench.arm(
      "gpt", "{ architecture: 'gpt', tokenizer: 'bytes', context: 12, width: 16, layers: 1 }",
      ["batch=2", "minutes=3"])
    let certificate = try bench.certificate([plan, plan])
    #expect(certificate["steps of the run"] == nil && certificate["FLOPs of the run"] == nil)
    #expect(certificate["FLOPs per token, training"]?.equal == true)
  }

  /// Layers that see alike are named together, and where they are is part of what is compared.
  @Test func layersAreNamedByWhatTheySee() {
    let (wide, narrow) = (
      Reach(before: 9, after: 9, tokens: 10), Reach(before: 2, after: 0, tokens: 3)
    )
    #expect([wide, wide].words == "10 tokens (at most 9 before, 9 after)")
    #expect(
      [narrow, wide, narrow].words
        == "layer 1: 10 tokens (at most 9 before, 9 after); the other 2: 3 tokens (2 before, none after)")
    #expect([narrow, narrow, wide].words != [narrow, wide, narrow].words)
    #expect(Reach(before: 0, after: 0, tokens: 1).words == "1 token (none before, none after)")
  }

  /// A model's own layers, not the descriptor's words, decide what is seen.
  @Test func aModelKnowsItsWindows() throws {
    let bench = try CertificateBench()
    let plan = try bench.arm("window", "{ extends: 'tiny/window' }", ["batch=2"])
    let forecast = try bench.forecasts([plan], try bench.data([plan]))[0]
    #expect(
      forecast.layerReach == [
        Reach(before: 2, after: 0, tokens: 3), Reach(before: 11, after: 0, tokens: 12),
      ])
    #expect(forecast.topReach == Reach(before: 11, after: 0, tokens: 12))
  }
}
