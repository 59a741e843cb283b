import Foundation
import Inference
import SyntheticCorpus
import Tensors
import Text
import Training
import Zoo

extension HeldOutSentences {
  /// The questions of a task that probes are fitted for, sentence by sentence.
  ///
  /// - Parameter wordsOfSentence: of how many words of a sentence the class is asked.
  func examples(_ task: ProbeTask, wordsOfSentence: Int = 2) -> [ProbeExample] {
    sentences.indices.flatMap { sentence -> [ProbeExample] in
      let words = sentences[sentence]
      func example(_ word: Int, _ label: Int, _ hasAttractor: Bool = false) -> ProbeExample {
        ProbeExample(
          sentence: sentence, word: word, type: words[word].text.trimmingCharacters(in: .whitespaces),
          label: label, hasAttractor: hasAttractor)
      }
      func shuffled() -> [Int] {
        shuffledPlaces(
          count: words.count, of: words.count,
          key: RandomStream(seed: 1).key("words of probes: \(task.rawValue)", step: sentence))
      }
      switch task {
      case .wordClass:
        return shuffled().prefix(wordsOfSentence).sorted().map { word in
          example(word, WordClass.allCases.firstIndex(of: words[word].construction.wordClass) ?? 0)
        }
      case .depth:
        // Most words are in main clauses, which would make that the answer to nearly every question.
        let depths = words.map { min(2, $0.construction.depth) }
        guard depths.contains(where: { $0 > 0 }) else { return [] }
        let order = shuffled()
        return Set(depths).compactMap { depth in order.first { depths[$0] == depth } }.sorted().map {
          example($0, depths[$0])
        }
      case .number, .numberAcross, .predicted, .predictedAcross:
        return Self.firstVerbs(words).compactMap { verb, agreement in
          agreement.nouns == 0
            ? nil : example(verb - 1, agreement.number.rawValue, agreement.attractors > 0)
        }
      }
    }
  }

  /// The first verb of every subject: later ones come after the number was shown.
  private static func firstVerbs(_ words: [Word]) -> [(verb: Int, agreement: TokenConstruction.Agreement)] {
    var shown: Set<Int> = []
    return words.indices.compactMap { place in
      guard let agreement = words[place].construction.agreement,
        shown.insert(place - agreement.distance - 1).inserted
      else { return nil }
      return (place, agreement)
    }
  }

  /// A sentence as a model reads it, and the place whose vector is read.
  ///
  /// That is the word's last token, or, for what is asked where a verb is predicted, the place that says a mask
  /// behind the word, if the model predicts masked tokens.
  ///
  /// - Parameter side: with the left side alone, the sentence ends at that place.
  func reading(_ example: ProbeExample, of task: ProbeTask, _ side: ChoiceContext, _ model: LoadedModel)
    throws
    -> (ids: [Int32], place: Int)
  {
    let words = sentences[example.sentence].map { model.tokenizer.encode($0.text) }
    var ids = model.frame.before + words[...example.word].joined()
    let isMasked = task.asked.contains(.predicted) && model.predicts == .hidden
    let place = isMasked ? ids.count - model.predictionOffset : ids.count - 1
    let mask = isMasked ? try model.maskToken(for: "the probe of what is predicted") : nil
    if side == .leftOnly {
      if let mask { ids.append(mask) }
    } else {
      var right = Array(words[(example.word + 1)...])
      if let mask { right[0] = right[0].map { _ in mask } }
      ids += right.joined()
    }
    return (ids + model.frame.after, place)
  }
}
