import AttentionAnalysis
import Experiments
import Foundation
import Inference
import Text
import Training
import Transformer
import Zoo

extension ReportBuilder {
  func samples() throws -> [ReportData.Sample] {
    try arms.indices.filter { arms[$0].trained.predicts == .next }.map { index in
      var options = GenerationOptions()
      options.tokens = 120
      options.temperature = 0.8
      let model = arms[index].trained
      let prompt = model.startsWithToken ? "" : String(experiment.source.opening.prefix(16))
      let text = try model.generate(prompt: prompt, options: options)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
      return ReportData.Sample(
        arm: index, prompt: prompt, settings: "temperature 0.8, seed \(options.seed)",
        sentences: lines.enumerated().map { place, line in
          // The last line is cut off by the length, and so has no verdict.
          let isWhole = place < lines.count - 1 || text.hasSuffix("\n")
          return ReportData.Sample.Sentence(line, wellFormed: isWhole ? isSentence(line) : nil)
        })
    }
  }

  /// Whether the grammar can make a line; nil for other text.
  func isSentence(_ line: String) -> Bool? {
    experiment.corpus.map { $0.automaton.bits(Array((line + "\n").utf8)).isFinite }
  }

  func fills() throws -> [ReportData.Fill] {
    try arms.indices.filter { arms[$0].trained.predicts == .hidden }.flatMap { index -> [ReportData.Fill] in
      let written = arms[index].trained.maskText
      return try maskedSentences(arms[index].trained).map { masked in
        let guesses = try arms[index].trained.fill(masked.text, best: 5)
        return ReportData.Fill(
          arm: index, text: masked.text.replacingOccurrences(of: written, with: "[MASK]"),
          masks: zip(guesses, masked.correct).map { guesses, correct in
            ReportData.Fill.Mask(
              correct: correct, guesses: guesses.map { .init($0.text, probability: $0.probability) })
          })
      }
    }
  }

  /// Held-out sentences with one or two tokens hidden.
  private func maskedSentences(_ model: LoadedModel) throws -> [(text: String, correct: [String])] {
    let mask = try model.maskToken(for: "fills of held-out sentences")
    let written = model.maskText
    // Only a form that is one token can be hidden behind one mask.
    let items = (experiment.corpus?.items.prefix(4) ?? []).filter {
      model.tokenizer.encode(" " + $0.correct).count == 1
    }
    let sentences = items.map { (text: $0.left + written + $0.right, correct: [" " + $0.correct]) }
    let lines = heldOutLines(model).prefix(3).map { ids in
      var shown = ids
      let place = ids.count / 2
      shown[place] = mask
      return (text: model.tokenizer.decode(shown), correct: [model.tokenizer.decode([ids[place]])])
    }
    let fitting = sentences.filter { model.fits($0.text) }
    return fitting.isEmpty ? lines.filter { model.fits($0.text) } : fitting
  }

  private func heldOutLines(_ model: LoadedModel) -> [[Int32]] {
    experiment.source.withHeldOut { text in
      // A line of blanks has no tokens in some tokenizers, and a context of one token no room for a line.
      TextLines.filled(UnsafeBufferPointer(rebasing: text.prefix(4000))).filter { $0.count > 24 }.prefix(8)
        .map {
          Array(model.tokenizer.encode($0).prefix(min(24, model.descriptor.context - 1)))
        }.filter { !$0.isEmpty }
    }
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

extension TextSource {
  /// The beginning of the held-out text.
  var opening: String { withHeldOut { String(decoding: $0.prefix(200), as: UTF8.self) } }
}
