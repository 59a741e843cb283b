import Experiments
import Foundation
import Inference
import Text
import Training
import Zoo

extension ReportBuilder {
  /// Texts of all models, measured alike: as many, as long, at temperature 1, which draws from what a model
  /// believes.
  func writing() throws -> [ReportData.Writing] {
    let count = 32
    let training = experiment.source.withTrain { text in
      Set(TextLines.filled(text).map { Data($0.utf8) })
    }
    return try arms.indices.compactMap { index in
      let model = arms[index].trained
      var options = GenerationOptions()
      options.tokens = min(64, model.descriptor.context)
      options.hasSeedByText = true
      // A model without a start token continues from the end of a sentence.
      let prompt = model.predicts == .next && !model.startsWithToken ? "\n" : ""
      let texts = try model.generate(prompts: [String](repeating: prompt, count: count), options: options)
      let measure = WritingMeasure(texts)
      guard !measure.sentences.isEmpty else { return nil }
      return ReportData.Writing(
        arm: index,
        how: model.predicts == .next ? "from left to right" : "masks unmasked in random order",
        texts: count, sentences: measure.sentences.count,
        wellFormed: experiment.corpus == nil ? nil : measure.share { isSentence($0) == true },
        copied: measure.share { training.contains(Data($0.utf8)) },
        distinct: (1...4).map(measure.distinct))
    }
  }
}
