import CommandLineKit
import Comparison
import Experiments
import Foundation
import Settings
import Training
import Zoo

/// What a command line says of one arm: a model, and what is changed in it alone.
struct ArmWords {
  /// A preset or a descriptor file.
  let model: String
  /// Edits `path=value`; those of `recipe.path=value` change the arm's training.
  let edits: [String]

  /// Reads `"bert recipe.objective=any-order"`: a model, and after spaces its edits.
  init(_ text: String) {
    guard !FileManager.default.fileExists(atPath: text) else {
      self.init(model: text, edits: [])
      return
    }
    var edits: [String] = []
    let words = text.split(separator: " ").map(String.init)
    for word in words.dropFirst() {
      // A value may have spaces in it; an edit begins with a path.
      let path = word.prefix { $0 != "=" }
      let isEdit =
        path.count < word.count && path.allSatisfy { $0.isLetter || $0.isNumber || ".*".contains($0) }
      if isEdit || edits.isEmpty { edits.append(word) } else { edits[edits.count - 1] += " " + word }
    }
    self.init(model: words.first ?? "", edits: edits)
  }

  init(model: String, edits: [String]) {
    self.model = model
    self.edits = edits
  }

  /// A name for tables: the model's with the edits in short.
  var name: String { ([base] + edits.map(Suite.shortName)).joined(separator: "-") }

  /// The model's own name: a file's without its folder and ending.
  private var base: String {
    let file = model.split(separator: "/").last.map(String.init) ?? model
    let suffix = ".json5"
    return file.hasSuffix(suffix) && file != suffix ? String(file.dropLast(suffix.count)) : file
  }

  /// The names of several arms, each different: those that are alike in short have their edits in full, and of those
  /// that are still alike the later ones get a number.
  static func names(_ arms: [ArmWords]) -> [String] {
    let short = arms.map(\.name)
    let full = zip(arms, short).map { arm, name in
      short.count { $0 == name } > 1 && !arm.edits.isEmpty
        ? ([arm.base] + arm.edits).joined(separator: " ") : name
    }
    return DistinctNames.numbered(full)
  }

  /// The plan of the arm, its edits after those of the command line.
  ///
  /// - Parameters:
  ///   - shared: edits of all arms, before those of the command line.
  ///   - against: the arm that it is compared with; nil: the first.
  /// - Throws: `SettingsError` with everything that is wrong.
  func plan(
    _ name: String, _ arguments: ParsedArguments, _ workplace: Workplace, shared: [String] = [],
    against: String? = nil
  ) throws -> ArmPlan {
    let recipe = shared.filter { $0.hasPrefix(RecipeOptions.prefix) }.map {
      String($0.dropFirst(RecipeOptions.prefix.count))
    }
    let (descriptor, ownRecipe) = try SettingsError.both {
      try workplace.descriptor(model, arguments, defaults: shared, edits: edits)
    } _: {
      try RecipeOptions.recipe(
        arguments, workplace.registry,
        defaults: RecipeOptions.standing(ExperimentJob.recipe, after: recipe) + recipe, edits: edits)
    }
    return ArmPlan(
      name: name, against: against, words: ([model] + edits).joined(separator: " "), descriptor: descriptor,
      recipe: ownRecipe)
  }
}

extension ExperimentJob {
  /// What the arms of a comparison differ in by design. Of twins the mask and the objective are the question;
  /// two other models that differ in what a position sees or in what is supervised may do so by oversight.
  static func declared(_ arms: [ArmWords]) -> Set<String> {
    arms.allSatisfy { publishedNames[$0.model] != nil } ? whatTwinsDifferIn : whatKindsDifferIn
  }
}

extension ArmPlan {
  /// The same arm with a later seed: the recipe's own for the first, the next ones after it.
  ///
  /// - Throws: `SettingsError` when the seed is not accepted.
  func repeated(_ number: Int, _ registry: Registry) throws -> ArmPlan {
    guard number > 1 else { return self }
    return ArmPlan(
      name: "\(name)-seed-\(number)", arm: name, seedNumber: number, against: against, words: words,
      descriptor: descriptor,
      recipe: try recipe.applying(["seed=\(Int(recipe.seed) + number - 1)"], registry))
  }

  /// The same arm with its text read from another place.
  ///
  /// - Parameter paths: files and folders.
  /// - Throws: `SettingsError`, never in practice.
  func reading(_ paths: [String], _ registry: Registry) throws -> ArmPlan {
    replacing(recipe: try recipe.applying([Recipe.edit(data: paths)], registry))
  }
}
