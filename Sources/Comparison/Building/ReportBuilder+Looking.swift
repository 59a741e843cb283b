import AttentionAnalysis
import Evaluation
import Experiments
import Foundation
import Inference
import Text
import Training
import Transformer
import Zoo

extension ReportBuilder {
  private func heldOutLines(_ model: LoadedModel) -> [[Int32]] {
    HeldOutLines.tokens(experiment.source, model.tokenizer, context: model.descriptor.context)
  }

  /// One sentence that all arms read; nil where there is none.
  func shownSentence() -> String? {
    let lines = arms.flatMap { arm in heldOutLines(arm.trained).map { arm.trained.tokenizer.decode($0) } }
    let items = experiment.corpus?.items.prefix(8).map {
      $0.left + " " + $0.correct + $0.right.trimmingCharacters(in: .newlines)
    }
    return ((items ?? []) + lines).first { line in arms.allSatisfy { $0.trained.fits(line) } }
  }

  /// The sentence as all arms see it, untrained and trained.
  func attentionPictures() throws -> [AttentionPicture] {
    guard let sentence = shownSentence() else { return [] }
    // An arm that lost its positions shows what the others would look at without them.
    let lacks = arms.map { $0.plan.descriptor.settings.value(of: ModelSettings.position)?.type == "none" }
    let isAboutPositions = lacks.contains(true) && lacks.contains(false)
    return try arms.indices.flatMap { index -> [AttentionPicture] in
      let arm = arms[index]
      let states: [(AttentionPicture.State, LoadedModel)] =
        isAboutPositions && lacks[index]
        ? [(.withoutPositions, arm.trained)]
        : [(.untrained, try experiment.untrained(arm)), (.trained, arm.trained)]
      return try states.map { state, model in
        AttentionPicture(arm: index, state: state, maps: try model.attention(sentence))
      }
    }
  }
}
