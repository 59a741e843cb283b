import Training
import Zoo

/// One model of a comparison, before it is trained.
public struct ArmPlan: Sendable {
  /// The name in tables and pictures.
  public let name: String
  /// What defines the model; its vocabulary may still be open.
  public let descriptor: ModelDescriptor
  /// What defines its training.
  public let recipe: Recipe

  /// A model and how it is trained.
  public init(name: String, descriptor: ModelDescriptor, recipe: Recipe) {
    self.name = name
    self.descriptor = descriptor
    self.recipe = recipe
  }
}
