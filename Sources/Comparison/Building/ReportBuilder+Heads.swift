import AttentionAnalysis
import Experiments
import Foundation
import Tensors
import Text
import Training
import Zoo

extension ReportBuilder {
  /// What every head of every arm does; nil where the held-out text has no lines to read.
  func heads() throws -> HeadResults? {
    let subjects = try arms.indices.map { index -> HeadAtlas.Subject in
      let arm = arms[index]
      return try HeadAtlas.Subject(
        arm: index, arm.trained, recipe: arm.plan.recipe, step: arm.record.state.step,
        windows: HeadAtlas.Subject.frozenWindows(arm.plan.descriptor),
        folder: arm.folder, source: experiment.source, registry: experiment.registry
      ) { try experiment.untrained(arm) }
    }
    return try HeadAtlas(
      subjects, source: experiment.source, items: experiment.corpus?.items ?? [], shown: shownSentence()
    ).make()
  }
}
