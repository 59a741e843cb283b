import Training
import Zoo

/// One model of a comparison, before it is trained.
public struct ArmPlan: Sendable {
  /// The name in tables and pictures.
  public let name: String
  /// The name of the run's folder within that of the comparison.
  public let folderName: String
  /// The name that all seeds of this arm share: that of the first.
  public let arm: String
  /// Which repetition of the arm this is, from 1 on.
  public let seedNumber: Int
  /// The name of the arm that this one is compared with; nil: the first.
  public let against: String?
  /// What was typed of it: a preset or a file, and the edits of it alone; nil: not known.
  package let words: String?
  /// What defines the model; its vocabulary may still be open.
  public let descriptor: ModelDescriptor
  /// What defines its training.
  public let recipe: Recipe

  /// A model and how it is trained.
  ///
  /// - Parameters:
  ///   - name: the name of the arm.
  ///   - folderName: nil: made from the name.
  ///   - arm: the name of the arm that this seed belongs to; nil: the name itself.
  ///   - seedNumber: the number of the seed in the arm, from 1.
  ///   - against: the name of the arm it is compared with; nil: the first.
  ///   - words: what was typed of it; nil: not known.
  ///   - descriptor: the descriptor of the model.
  ///   - recipe: the recipe.
  public init(
    name: String, folderName: String? = nil, arm: String? = nil, seedNumber: Int = 1, against: String? = nil,
    words: String? = nil, descriptor: ModelDescriptor, recipe: Recipe
  ) {
    self.name = name
    self.folderName = folderName ?? FolderName.component(of: name)
    self.arm = arm ?? name
    self.seedNumber = seedNumber
    self.against = against
    self.words = words
    self.descriptor = descriptor
    self.recipe = recipe
  }

  /// The same arm with another descriptor, such as one whose vocabulary is filled in, or with another recipe, such as
  /// one of another length.
  package func replacing(descriptor: ModelDescriptor? = nil, recipe: Recipe? = nil) -> ArmPlan {
    replacing(folderName: folderName, descriptor: descriptor, recipe: recipe)
  }

  private func replacing(
    folderName: String, descriptor: ModelDescriptor? = nil, recipe: Recipe? = nil
  ) -> ArmPlan {
    ArmPlan(
      name: name, folderName: folderName, arm: arm, seedNumber: seedNumber, against: against,
      words: words, descriptor: descriptor ?? self.descriptor, recipe: recipe ?? self.recipe)
  }

  /// The plans with a folder each, whose name no other has.
  ///
  /// - Throws: `TrainerError` for a name that two plans have, an empty one, or one with control characters.
  public static func withFolders(_ plans: [ArmPlan]) throws -> [ArmPlan] {
    try expectDistinctNames(plans)
    return zip(plans, FolderName.distinct(plans.map(\.name))).map { $0.replacing(folderName: $1) }
  }

  /// Checks that tables can tell the plans apart.
  ///
  /// - Throws: as `withFolders`.
  static func expectDistinctNames(_ plans: [ArmPlan]) throws {
    var known: Set<String> = []
    for plan in plans {
      let shown = plan.name.debugDescription
      guard !plan.name.allSatisfy(\.isWhitespace) else {
        throw TrainerError(place: "model \(shown)", reason: "its name is empty", suggestion: "give it a name")
      }
      guard !plan.name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
        throw TrainerError(
          place: "model \(shown)", reason: "its name contains control characters",
          suggestion: "choose a name without line ends or control characters")
      }
      guard known.insert(plan.name).inserted else {
        throw TrainerError(
          place: "model \(shown)", reason: "two of the models would have this name",
          suggestion: "give them different names, or leave one of them out")
      }
    }
  }
}
