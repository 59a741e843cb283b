import Foundation
import Installed
import Settings
import Text
import Training
import Zoo

@testable import Comparison

/// Arms over a small text, planned but never trained.
struct CertificateBench {
  let registry: Registry
  let source: TextSource

  init(bytes: Int = 4000) throws {
    registry = try Registry.standard()
    let line = Array("the keeper of the tall towers sees what nobody else has seen\n".utf8)
    let text = (0..<bytes).map { line[$0 % line.count] }
    source = TextSource(name: "towers", train: text, heldOut: text, startsAtLines: false)
  }

  /// An arm of descriptor text, `extends` presets allowed, and of edits `path=value` on a recipe.
  func arm(_ name: String, _ descriptor: String, _ recipe: [String]) throws -> ArmPlan {
    let presets = try Presets.standard()
    let node = try Extension.resolve(try Node.parse(descriptor, file: name), name: name) { base, _ in
      try presets.load(base).node
    }
    return ArmPlan(
      name: name, descriptor: try registry.resolve(node, name: name),
      recipe: try Recipe.load(nil, sets: ["evaluationWindows=2"] + recipe, registry: registry))
  }

  func data(_ plans: [ArmPlan]) throws -> [TrainingData] {
    try plans.map { try TrainingData(source, settings: $0.descriptor.tokenizer) }
  }

  func completed(_ plans: [ArmPlan], _ data: [TrainingData]) throws -> [ArmPlan] {
    try zip(plans, data).map {
      $0.replacing(
        descriptor: try registry.descriptor($0.descriptor, vocabulary: $1.tokenizer.vocabularySize))
    }
  }

  func forecasts(_ plans: [ArmPlan], _ data: [TrainingData]) throws -> [RunForecast] {
    try zip(try completed(plans, data), data).map {
      try RunForecast($0.descriptor, $0.recipe, $1, registry: registry, threads: 1)
    }
  }

  /// The certificate of some arms.
  func certificate(_ plans: [ArmPlan], declared: Set<String> = [], matched: [MatchedArm] = []) throws
    -> Certificate
  {
    let data = try data(plans)
    let objectives = try plans.map {
      try $0.recipe.objective(
        for: try registry.architecture($0.descriptor.architecture), registry: registry)
    }
    return Certificate(
      try completed(plans, data), data, try forecasts(plans, data), objectives: objectives,
      declared: declared, matched: matched)
  }
}

extension Certificate {
  /// The row of that name.
  subscript(what: String) -> ReportData.CertificateRow? { rows.first { $0.what == what } }
}

/// The smallest models of the Ettin suite, as published: one body, an encoder and a decoder of it.
///
/// Every third layer sees the whole text; between them the encoder sees 64 tokens to each side and the
/// decoder 64 to the left. The encoder is trained on 30 % of the tokens.
///
/// - Source: Weller et al., "Seq vs Seq: an open suite of paired encoders and decoders", 2025; the body:
///   Warner et al., "ModernBERT", 2024.
enum Ettin {
  private static let body = """
    tokenizer: "bytes", vocabulary: 50368, context: 1024, width: 256, layers: 7, position: "rotary",
    embedding: { norm: true },
    block: {
      placement: "pre", norm: { type: "layer", bias: false },
      attention: { type: "multi-head", heads: 4, bias: false, window: 65 },
      feedForward: { type: "geglu", hidden: 384, bias: false },
    },
    overrides: [
      { layers: 0, attention: { window: null } }, { layers: 3, attention: { window: null } },
      { layers: 6, attention: { window: null } },
    ],
    """

  static func plans(_ bench: CertificateBench, recipe: [String] = ["steps=1000", "batch=2"]) throws
    -> [ArmPlan]
  {
    [
      try bench.arm(
        "ettin-encoder-17m", "{ architecture: 'bert', \(body) head: { type: 'masked-lm' } }",
        recipe + ["objective={ type: 'masked-lm', rate: 0.3 }"]),
      try bench.arm(
        "ettin-decoder-17m", "{ architecture: 'gpt', \(body) head: { type: 'lm' } }",
        recipe + ["objective=causal-lm"]),
    ]
  }
}
