import Foundation
import Tensors
import Text
import Training
import Zoo

extension HeldOutSentences {
  /// The questions of a task that probes are fitted for, sentence by sentence.
  ///
  /// - Parameter wordsOfSentence: how many words of a sentence are asked about where every word could be.
  func examples(_ task: ProbeTask, wordsOfSentence: Int = 2) -> [ProbeExample] {
    sentences.indices.flatMap { sentence -> [ProbeExample] in
      let words = sentences[sentence]
      func example(_ word: Int, _ label: Int, _ hasAttractor: Bool = false) -> ProbeExample {
        ProbeExample(
          sentence: sentence, word: word, type: words[word].text.trimmingCharacters(in: .whitespaces),
          label: label, hasAttractor: hasAttractor)
      }
      switch task {
      case .wordClass, .depth:
        // One draw for both, so that they are asked at the same places.
        let key = RandomStream(seed: 1).key("words of probes", step: sentence)
        let drawn = shuffledPlaces(count: min(wordsOfSentence, words.count), of: words.count, key: key)
        return drawn.sorted().map { word in
          let construction = words[word].construction
          let label =
            task == .depth
            ? min(2, construction.depth) : WordClass.allCases.firstIndex(of: construction.wordClass) ?? 0
          return example(word, label)
        }
      case .number, .numberAcross:
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

  /// A sentence as a model reads it, and the place of a word's last token in it.
  ///
  /// - Parameter side: with the left side alone, the sentence ends at that place.
  func reading(_ example: ProbeExample, _ side: ChoiceContext, _ model: LoadedModel) -> (
    ids: [Int32], place: Int
  ) {
    let words = sentences[example.sentence].map(\.text)
    let left = model.input(words[...example.word].flatMap { model.tokenizer.encode($0) })
    let right =
      side == .leftOnly ? [] : words[(example.word + 1)...].flatMap { model.tokenizer.encode($0) }
    return (left + right, left.count - 1)
  }
}
