import Foundation
import Installed
import Settings
import Text
import Training
import Zoo

@testable import Comparison
@testable import Experiments

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
    try plans.map { try TrainingData(source, settings: $0.descriptor.tokenizer, registry: registry) }
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
  func certificate(
    _ plans: [ArmPlan], declared: Set<String> = [], matched: [MatchedArm] = [], tuning: Tuning? = nil,
    tuned: [TunedArm] = []
  ) throws -> Certificate {
    let data = try data(plans)
    let objectives = try plans.map {
      try $0.recipe.objective(
        for: try registry.architecture($0.descriptor.architecture), registry: registry)
    }
    return Certificate(
      try completed(plans, data), data, try forecasts(plans, data), objectives: objectives,
      declared: declared, matched: matched, tuning: tuning, tuned: tuned)
  }
}

extension Certificate {
  /// The row of that name.
  subscript(what: String) -> CertificateRow? { rows.first { $0.what == what } }
}

/// The published pair of `models/ettin`, each with its objective as published. Only the tokenizer is another,
/// which a test need not train.
enum Ettin {
  static func plans(_ bench: CertificateBench) throws -> [ArmPlan] {
    func arm(_ name: String, _ objective: String) throws -> ArmPlan {
      try bench.arm(
        name, "{ extends: 'ettin/\(name)', tokenizer: 'bytes' }",
        ["steps=1000", "batch=2", "objective=\(objective)"])
    }
    return [
      try arm("encoder-17m", "{ type: 'masked-lm', rate: 0.3 }"), try arm("decoder-17m", "causal-lm"),
    ]
  }
}
