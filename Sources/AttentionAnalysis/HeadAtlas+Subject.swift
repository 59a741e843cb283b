import Foundation
import Inference
import Settings
import Tensors
import Text
import Training
import Transformer
import Zoo

extension HeadAtlas.Subject {
  /// Checkpoints on the way that the heads during training are shown at, at most.
  private static let maxCheckpoints = 6

  /// A trained model with what its run kept: the model before training, and checkpoints on the way.
  ///
  /// - Parameters:
  ///   - recipe: how it was trained.
  ///   - windows: held-out windows that importance is measured on, at most.
  ///   - folder: the run's; nil: no checkpoints on the way.
  ///   - source: the text whose held-out windows importance is measured on.
  ///   - untrained: makes the model with its initial values; not called where these are not known.
  /// - Throws: `TextError` when the held-out text is too short for a window; `SettingsError`.
  public init(
    arm: Int, _ trained: LoadedModel, recipe: Recipe, step: Int, windows count: Int,
    folder: RunFolder?, source: TextSource, registry: Registry, untrained: @escaping () throws -> LoadedModel
  ) throws {
    let task = try recipe.objective(
      for: try registry.architecture(trained.descriptor.architecture), registry: registry)
    let isFramed = trained.frame.count > 0 && !task.startsWithToken
    let objective: any Objective = isFramed ? FramedObjective(task, in: trained.frame) : task
    let (descriptor, tokenizer) = (trained.descriptor, trained.tokenizer)
    let heldOut = try source.tokenizedHeldOut(tokenizer)
    let ranges = try WindowSampler.frozenRanges(
      heldOut, length: descriptor.context - (isFramed ? trained.frame.count : 0),
      lookAhead: objective.lookAhead, limit: count)
    let examples = try objective.frozen(
      ranges.map { Array(heldOut.ids[$0]) },
      documents: trained.documents.map { _ in ranges.map(heldOut.documentNumbers) }, batch: recipe.batch,
      vocabulary: tokenizer.vocabulary)
    let context = trained.context
    let checkpoints = (folder?.allCheckpoints() ?? []).filter { $0.step > 0 && $0.step < step }
    let kept = Self.spread(checkpoints, Self.maxCheckpoints)
    self.init(
      arm: arm, trained: trained, step: step,
      earlier: (trained.hasKnownInitialValues ? [(step: 0, load: untrained)] : [])
        + kept.map { checkpoint in
          (
            step: checkpoint.step,
            load: { try LoadedModel(checkpoint: checkpoint.url, registry: registry, context: context) }
          )
        }, examples: examples, unit: objective.unit)
  }

  /// Tokens that all heads of a model together are measured on, unless a few windows are more.
  private static let measuredTokens = 200_000

  /// On how many windows importance is measured: the same for every budget, so that models of several budgets are
  /// measured on one text, and fewer for a model of more heads or a longer context, which costs more.
  static func frozenWindows(_ reader: EvaluationSubject.Reader) -> Int {
    min(128, max(8, measuredTokens / ((reader.heads + 1) * reader.context)))
  }

  /// At most `count` of some elements, at even distances.
  private static func spread<Element>(_ elements: [Element], _ count: Int) -> [Element] {
    guard elements.count > count else { return elements }
    return (0..<count).map { elements[$0 * elements.count / count] }
  }
}
