import Settings
import Tensors
import Training
import Transformer
import Zoo

/// Makes the second and later arms of a comparison equal to the first in what was asked for, by changing
/// their descriptors or their recipes.
public struct Matching {
  private let registry: Registry

  /// Matching of models from a registry.
  public init(registry: Registry) { self.registry = registry }

  /// The arms with everything after the first changed, and what was changed.
  ///
  /// - Parameters:
  ///   - kinds: what is to be equal.
  ///   - plans: the arms; the first is the reference.
  ///   - data: the tokenised text of each arm.
  /// - Throws: `SettingsError` that names the arm and the nearest choice where arms cannot be made equal; what
  ///   building models throws.
  public func apply(_ kinds: Set<MatchKind>, to plans: [ArmPlan], _ data: [TrainingData]) throws -> (
    plans: [ArmPlan], matched: [MatchedArm]
  ) {
    if let problem = Self.contradiction(kinds) { throw SettingsError(title: "--match", problems: [problem]) }
    let first = MatchSide(plan: plans[0], data: data[0], registry: registry)
    var (changed, matched) = ([plans[0]], [MatchedArm]())
    for index in plans.indices.dropFirst() {
      var side = MatchSide(plan: plans[index], data: data[index], registry: registry)
      for kind in MatchKind.allCases where kinds.contains(kind) {
        let (plan, done) = try matching(kind).match(side, to: first)
        side.plan = plan
        matched.append(done)
      }
      changed.append(side.plan)
    }
    return (changed, matched)
  }

  /// Why not all of this can be made equal at once; nil when it can.
  static func contradiction(_ kinds: Set<MatchKind>) -> Problem? {
    guard kinds.isSuperset(of: [.flops, .supervised]) else { return nil }
    return Problem(
      path: "flops and supervised", allowed: "one of the two",
      reason: "both set the number of steps of a run")
  }

  private func matching(_ kind: MatchKind) -> any ArmMatch {
    switch kind {
    case .receptiveField: ReceptiveFieldMatch()
    case .parameters: ParameterMatch()
    case .flops: StepsMatch(kind: .flops, unit: "FLOPs", flag: "--flops") { Double($0.flops) }
    case .supervised:
      StepsMatch(kind: .supervised, unit: "supervised tokens", flag: "--supervised-tokens") {
        Double($0.supervised)
      }
    }
  }
}

/// One way of making an arm equal to another.
protocol ArmMatch {
  /// What is made equal.
  var kind: MatchKind { get }
  /// The arm, changed, and what was changed.
  ///
  /// - Throws: `SettingsError` where it cannot be done.
  func match(_ arm: MatchSide, to first: MatchSide) throws -> (ArmPlan, MatchedArm)
}

extension ArmMatch {
  /// Why two arms cannot be made equal.
  func refusal(
    _ arm: MatchSide, found: String? = nil, allowed: String? = nil, reason: String, nearest: String? = nil
  ) -> SettingsError {
    SettingsError(
      title: "--match \(kind.rawValue)",
      problems: [
        Problem(path: arm.plan.name, found: found, allowed: allowed, reason: reason, nearest: nearest)
      ])
  }
}

/// One arm with what is needed to build and measure it on shapes alone.
struct MatchSide {
  var plan: ArmPlan
  let data: TrainingData
  let registry: Registry

  /// The arm with edits `path=value` on its descriptor.
  ///
  /// - Throws: `SettingsError` when they are not accepted.
  func edited(_ sets: [String]) throws -> ArmPlan {
    plan.replacing(
      descriptor: try registry.resolve(plan.descriptor.node, name: plan.descriptor.name, sets: sets))
  }

  /// The model on a device that computes nothing.
  func model() throws -> any LanguageModel {
    let complete = try registry.descriptor(plan.descriptor, vocabulary: data.tokenizer.vocabularySize)
    return try registry.build(complete, in: try .dry(threads: 1, seed: plan.recipe.seed), trains: false)
  }

  /// What one training step brings.
  func yield() throws -> StepYield {
    let complete = try registry.descriptor(plan.descriptor, vocabulary: data.tokenizer.vocabularySize)
    return try StepYield(complete, plan.recipe, data, registry: registry)
  }
}
