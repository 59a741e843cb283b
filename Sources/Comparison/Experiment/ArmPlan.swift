import Training
import Zoo

/// One model of a comparison, before it is trained.
public struct ArmPlan: Sendable {
  /// The name in tables and pictures, and of the run's folder.
  public let name: String
  /// The name that all seeds of this arm share: that of the first.
  public let arm: String
  /// Which repetition of the arm this is, from 1 on.
  public let seedNumber: Int
  /// The name of the arm that this one is held against; nil: the first.
  public let against: String?
  /// What defines the model; its vocabulary may still be open.
  public let descriptor: ModelDescriptor
  /// What defines its training.
  public let recipe: Recipe

  /// A model and how it is trained.
  public init(
    name: String, arm: String? = nil, seedNumber: Int = 1, against: String? = nil,
    descriptor: ModelDescriptor, recipe: Recipe
  ) {
    self.name = name
    self.arm = arm ?? name
    self.seedNumber = seedNumber
    self.against = against
    self.descriptor = descriptor
    self.recipe = recipe
  }

  /// The same arm with another descriptor, such as one whose vocabulary is filled in.
  func replacing(descriptor: ModelDescriptor) -> ArmPlan {
    ArmPlan(
      name: name, arm: arm, seedNumber: seedNumber, against: against, descriptor: descriptor, recipe: recipe)
  }

  /// The same arm with another recipe, such as one of another length.
  func replacing(recipe: Recipe) -> ArmPlan {
    ArmPlan(
      name: name, arm: arm, seedNumber: seedNumber, against: against, descriptor: descriptor, recipe: recipe)
  }
}
