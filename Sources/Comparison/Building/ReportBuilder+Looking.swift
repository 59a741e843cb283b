import AttentionAnalysis
import Experiments
import Inference
import Transformer
import Zoo

extension ReportBuilder {
  /// The sentence as all arms see it, untrained and trained; and of imported encoders, which were trained on pairs of
  /// sentences, two that are read together.
  func attentionPictures() throws -> [AttentionPicture] {
    let readers = arms.map { EvaluationSubject.Reader($0.trained) }
    guard let sentence = ShownSentence.choose(experiment.source, readers) else { return [] }
    // An arm that lost its positions shows what the others would look at without them.
    let lacks = arms.map { $0.plan.descriptor.settings.value(of: ModelSettings.position)?.type == "none" }
    let isAboutPositions = lacks.contains(true) && lacks.contains(false)
    let paired = arms.indices.filter { arms[$0].trained.isImported && arms[$0].trained.kind == .encoder }
    let pair =
      paired.isEmpty ? nil : ShownSentence.choosePair(experiment.source, paired.map { arms[$0].trained })
    return try arms.indices.flatMap { index -> [AttentionPicture] in
      let arm = arms[index]
      let states: [(AttentionPicture.State, LoadedModel)] =
        isAboutPositions && lacks[index]
        ? [(.withoutPositions, arm.trained)]
        : [(.untrained, try experiment.untrained(arm)), (.trained, arm.trained)]
      return try states.flatMap { state, model in
        var pictures = [AttentionPicture(arm: index, state: state, maps: try model.attention(sentence))]
        if let pair, paired.contains(index) {
          let maps = try model.attention(pair.first, pair: pair.second)
          pictures.append(AttentionPicture(arm: index, state: state, sentence: 1, maps: maps))
        }
        return pictures
      }
    }
  }
}
