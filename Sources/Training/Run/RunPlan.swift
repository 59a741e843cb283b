import Settings
import Zoo

/// The model and recipe that a run must have, to check a folder before it is used.
package struct RunPlan {
  private let descriptor: ModelDescriptor
  private let recipe: Recipe
  /// Settings of the recipe that may differ.
  private let ignored: Set<String>

  /// - Parameter ignored: settings of the recipe that may differ. The paths of the text and how it is read always
  ///   may, because the text itself is compared.
  package init(_ descriptor: ModelDescriptor, _ recipe: Recipe, ignoring ignored: [String] = []) {
    self.descriptor = descriptor
    self.recipe = recipe
    self.ignored = Set(ignored + ["data", "format", "field", "skipBad"])
  }

  /// Checks that an existing run or checkpoint has this descriptor and recipe, seed included.
  ///
  /// - Parameters:
  ///   - found: the descriptor there, as JSON text.
  ///   - trained: the recipe there, as JSON text.
  ///   - place: what is compared, for the error.
  ///   - suggestion: what to do where it differs.
  /// - Throws: `TrainerError` that names the first difference; `SettingsError` when this program no longer accepts
  ///   them.
  package func expect(
    descriptor found: String, recipe trained: String, at place: String, suggestion: String,
    _ registry: Registry
  ) throws {
    // Read again, so that settings which are new in this program have their defaults on both sides.
    let there = try registry.descriptor(json: found, name: place)
    let recipeThere = try Recipe.recorded(trained, title: place, in: registry.catalog)
    var differences = there.json == descriptor.json ? [] : diff(there.settings, descriptor.settings)
    if there.json != descriptor.json, differences.isEmpty {
      differences = [SettingDifference(path: "model", left: "another one", right: descriptor.name)]
    }
    differences += diff(recipeThere.settings, recipe.settings).filter { difference in
      !ignored.contains { difference.path == $0 || difference.path.hasPrefix($0 + ".") }
    }.map { SettingDifference(path: Recipe.editPrefix + $0.path, left: $0.left, right: $0.right) }
    guard let first = differences.first else { return }
    throw TrainerError(
      place: place,
      reason: "it is not the run that was planned: \(first.path) is \(first.left ?? "not set"), planned is "
        + (first.right ?? "none") + (differences.count > 1 ? " (\(differences.count) settings differ)" : ""),
      suggestion: suggestion)
  }
}
