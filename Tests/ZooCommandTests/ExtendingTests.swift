import Foundation
import Inference
import Installed
import Kernels
import Settings
import Tensors
import TestSupport
import Testing
import Text
import Training
import Transformer
import Zoo

/// The examples of docs/extending.md: they are there as they are compiled here, and they work.
@Suite struct ExtendingTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func thePageShowsWhatIsCompiled() throws {
    func text(_ path: String) throws -> String {
      try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }
    let examples = try ["ExtendingExamples", "ExtendingCommandExample"].map {
      try text("Tests/ZooCommandTests/\($0).swift")
    }.joined()
    let blocks = try text("docs/extending.md").components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    #expect(blocks.count >= 9)
    for block in blocks {
      #expect(examples.contains(block), "\(block.prefix(60))… differs from ExtendingExamples.swift")
      #expect(block.split(separator: "\n").count <= 50, "\(block.prefix(60))… does not fit on a screen")
    }
  }

  private static func registry() throws -> Registry {
    var registry = try Registry.standard()
    try addDynamicTanh(to: &registry)
    try addAverageAttention(to: &registry)
    try addSkipOne(to: &registry)
    try addSignDescent(to: &registry)
    try addLowercaseBytes(to: &registry)
    try addUncertainty(to: &registry)
    return registry
  }

  @Test(arguments: ["norm: 'dynamic-tanh'", "attention: 'average'"])
  func itHoldsWhatEveryModelHolds(_ block: String) throws {
    let checks = try ModelChecks(
      """
      { architecture: 'gpt', layers: 2, width: 12, context: 24, vocabulary: 30,
        block: { \(block) }, initialisation: { type: 'normal', deviation: 0.2 } }
      """, Self.registry())
    let findings = try checks.findings()
    #expect(findings == [])
  }

  @Test func theOperationHasItsGradient() throws {
    let findings = try squareFindings()
    #expect(findings == [])
  }

  /// One model, trained with the objective, the optimiser and the tokenizer at once.
  @Test func itTrains() throws {
    let registry = try Self.registry()
    let text = Array((0..<400).map { "Line \($0) says \($0 * 7 % 13)\n" }.joined().utf8)
    let source = TextSource(name: "lines", train: text, heldOut: text, startsAtLines: false)
    let open = try registry.descriptor(
      preset: "tiny/gpt", sets: ["tokenizer=lowercase-bytes"], from: try Presets.standard())
    let data = try TrainingData(source, settings: open.tokenizer, registry: registry)
    let recipe = try Recipe.load(
      nil, defaults: ["batch=4", "steps=12", "schedule.warmup=0", "evaluationWindows=6"],
      sets: ["objective=skip-one", "optimiser={ type: 'sign-descent', learningRate: 3e-3 }"],
      registry: registry)
    let descriptor = try registry.descriptor(open, vocabulary: data.tokenizer.vocabularySize)
    let trainer = try Trainer(
      descriptor, recipe, data, registry: registry, context: try Context.cpu(threads: 1), totalSteps: 12)
    #expect(data.tokenizer.decode(data.tokenizer.encode("LINE")) == "line")
    let before = try trainer.evaluate().loss
    while !trainer.isFinished { _ = try trainer.step() }
    #expect(try trainer.evaluate().loss < before - 0.1)
    let model = LoadedModel(
      descriptor, trainer.model, tokenizer: data.tokenizer, context: trainer.context, kind: .decoder,
      startsWithToken: false)
    let nats = try uncertainty(of: model, in: "line 7")
    let limit = log(Double(data.tokenizer.vocabularySize))
    #expect(nats.count >= 6 && nats.allSatisfy { $0 > 0 && $0 <= limit + 1e-3 })
    let (settings, _) = registry.catalog.resolve(Node(.text("uncertainty")), family: "evaluation")
    let evaluation = try registry.member("uncertainty", of: .evaluation)(try #require(settings))
    let figures = try evaluation.measuredFigures(EvaluationSubject(model: model, text: source))
    #expect(figures.map(\.name) == ["uncertainty"] && figures[0].count == descriptor.context)
    #expect(figures[0].value > 0 && figures[0].value <= limit)
  }
}
