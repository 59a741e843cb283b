import Foundation
import Text
import Training
import Zoo

extension ReportBuilder {
  func samples() throws -> [ReportData.Sample] {
    try arms.indices.filter { !arms[$0].trained.model.mask.seesFuture }.map { index in
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

  private func isSentence(_ line: String) -> Bool? {
    experiment.corpus.map { $0.automaton.bits(Array((line + "\n").utf8)).isFinite }
  }

  func fills() throws -> [ReportData.Fill] {
    try arms.indices.filter { arms[$0].trained.model.mask.seesFuture }.flatMap { index in
      try maskedSentences(arms[index].trained).map { masked in
        let guesses = try arms[index].trained.fill(masked.text, best: 5)
        return ReportData.Fill(
          arm: index, text: masked.text,
          masks: zip(guesses, masked.correct).map { guesses, correct in
            ReportData.Fill.Mask(
              correct: correct, guesses: guesses.map { .init($0.text, probability: $0.probability) })
          })
      }
    }
  }

  /// Held-out sentences with one or two tokens hidden.
  private func maskedSentences(_ model: LoadedModel) -> [(text: String, correct: [String])] {
    if let corpus = experiment.corpus {
      return corpus.items.prefix(4).compactMap { item in
        // Only a form that is one token can be hidden behind one mask.
        guard model.tokenizer.encode(" " + item.correct).count == 1 else { return nil }
        return (item.left + "[MASK]" + item.right, [" " + item.correct])
      }
    }
    return heldOutLines(model).prefix(3).map { ids in
      var shown = ids
      let place = ids.count / 2
      shown[place] = SpecialTokens.mask
      return (model.tokenizer.decode(shown), [model.tokenizer.decode([ids[place]])])
    }
  }

  private func heldOutLines(_ model: LoadedModel) -> [[Int32]] {
    experiment.source.withHeldOut { text in
      let head = String(decoding: text.prefix(4000), as: UTF8.self)
      return head.split(separator: "\n").map(String.init).filter { $0.count > 24 }.prefix(8).map {
        Array(model.tokenizer.encode($0).prefix(min(24, model.descriptor.context - 1)))
      }
    }
  }

  /// One sentence that all arms read, untrained and trained.
  func attentionPictures() throws -> [AttentionPicture] {
    let sentence: String
    if let item = experiment.corpus?.items.first {
      sentence = item.left + " " + item.correct + item.right.trimmingCharacters(in: .newlines)
    } else {
      let model = arms[0].trained
      sentence = model.tokenizer.decode(heldOutLines(model).first ?? [])
    }
    return try arms.indices.flatMap { index -> [AttentionPicture] in
      let states: [(AttentionPicture.State, LoadedModel)] = [
        (.untrained, try experiment.untrained(arms[index])), (.trained, arms[index].trained),
      ]
      return try states.map { state, model in
        AttentionPicture(arm: index, state: state, maps: try model.attention(sentence))
      }
    }
  }
}

extension AttentionPicture {
  /// The picture of what a model showed.
  public init(arm: Int, state: State, sentence: Int = 0, maps: AttentionMaps) {
    let area = maps.tokens.count * maps.tokens.count
    self.init(
      arm: arm, state: state, sentence: sentence, tokens: maps.tokens,
      probabilities: maps.layers.map { layer in
        (0..<maps.heads).map { Array(layer[$0 * area..<($0 + 1) * area]) }
      })
  }
}

extension TextSource {
  /// The beginning of the held-out text.
  var opening: String { withHeldOut { String(decoding: $0.prefix(200), as: UTF8.self) } }
}
