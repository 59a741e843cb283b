import Foundation
import Settings
import Text
import Wording
import Zoo

/// Finds the text of a run, and checks that it is unchanged.
package struct RunText {
  /// The record of the run; nil where only a checkpoint is left.
  private let record: RunRecord?
  /// Opens the text of a recipe.
  private let open: (Recipe) throws -> TextSource

  /// The suggestion for a text of the run that has changed.
  ///
  /// - Parameter run: the path of a run that can be resumed with its text elsewhere; nil where only the old place will
  ///   do.
  package static func restoreAdvice(run: String? = nil) -> String {
    let said = "restore the original text"
    guard let run else { return said }
    return said + ", or name its new place with: "
      + "\(ShellCommand("train", "--resume", run, "--data", "PATH"))"
  }
  /// The suggestion for a changed text that is only evaluated on.
  package static let evaluationAdvice =
    "restore the original text, or name the text to evaluate on with --data"

  /// - Parameters:
  ///   - record: nil where the text cannot be compared with the recorded one.
  ///   - open: opens the text of a recipe.
  package init(of record: RunRecord?, open: @escaping (Recipe) throws -> TextSource) {
    self.record = record
    self.open = open
  }

  /// The text that the run was begun with. Its name stays the recorded one, because windows are dealt in an order
  /// that follows from it.
  ///
  /// - Parameter advice: what to do where the text is another one.
  /// - Throws: `TrainerError` when it cannot be read, or its SHA-256 is not the recorded one; `TextError` when it cannot
  ///   be read and nothing is recorded.
  package func source(_ recipe: Recipe, advice: String, _ registry: Registry) throws -> TextSource {
    guard let record else { return try open(recipe) }
    let source: TextSource
    do { source = try open(try located(recipe, registry)) } catch let error as TextError {
      throw TrainerError(place: error.place, reason: error.reason, suggestion: advice)
    }
    guard source.fingerprint == record.dataFingerprint else {
      throw TrainerError(
        place: recipe.data?.joined(separator: ", ") ?? "embedded",
        reason: "the text differs from the one that the run was trained on",
        suggestion: advice)
    }
    return source.named(record.data)
  }

  /// The recipe with the paths of its text as they are from here: a relative one that leads nowhere is a path in the
  /// folder that the run was started in.
  private func located(_ recipe: Recipe, _ registry: Registry) throws -> Recipe {
    guard let record else { return recipe }
    let isOlder = (try? Node.parse(record.recipe, file: record.name))?[RecipeSettings.format.name] == nil
    let recipe = isOlder ? try recipe.applying([Recipe.asText], registry) : recipe
    return try record.startedIn.map { try recipe.locatingText(from: $0, registry) } ?? recipe
  }
}

extension Recipe {
  /// The recipe with the paths of its text as they are from here: a relative one that leads nowhere is a path in
  /// `folder`.
  ///
  /// - Throws: `SettingsError`, never in practice.
  package func locatingText(from folder: String, _ registry: Registry) throws -> Recipe {
    guard let paths = data else { return self }
    let manager = FileManager.default
    let found = paths.map { path -> String in
      let other = (folder as NSString).appendingPathComponent(path)
      return !path.hasPrefix("/") && !manager.fileExists(atPath: path) && manager.fileExists(atPath: other)
        ? other : path
    }
    guard found != paths else { return self }
    return try applying([Self.edit(data: found)], registry)
  }

  /// The edits of a recipe that name a text and how it is read.
  package var textEdits: [String] {
    (data.map { [Self.edit(data: $0)] } ?? [])
      + settings.listing.filter { Self.readingSettings.contains($0.path) }.map { "\($0.path)=\($0.value)" }
  }

  /// The settings that say how a text is read.
  package static let readingSettings: Set<String> = {
    let keys: [any SettingKey] = [
      RecipeSettings.weights, RecipeSettings.format, RecipeSettings.field, RecipeSettings.skipBad,
    ]
    return Set(keys.map(\.setting.name))
  }()

  /// The edits of a recipe whose text is replaced by one that is not mixed and is read by the names of its files.
  package static let usualReading = [
    "weights=[]", "format=auto", "field=\(DataReading.defaultField)", "skipBad=false",
  ]

  /// The edit that names files and folders of text: one as a text, several or one with a comma as a list, which
  /// names them exactly.
  package static func edit(data paths: [String]) -> String {
    let isExact = paths.count > 1 || paths.contains { $0.contains(",") }
    let value: Node.Value = isExact ? .list(paths.map { Node(.text($0)) }) : .text(paths.first ?? "embedded")
    return "data=" + Node(value).json()
  }
}
