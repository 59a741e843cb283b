import Evaluation
import Inference
import SyntheticCorpus
import Text

/// The items that all models of a comparison are asked alike, and which of them a model gets right.
package struct FrozenChoices {
  /// Choices between two forms of a verb.
  var verbs: [VerbItem] = []
  /// Choices of a hidden word.
  package var words: [HiddenWordItem] = []
  /// Choices of one of two words, by where the evidence stands; none for text without a grammar.
  package var evidence: [EvidenceItem] = []
  /// The exact probabilities of the text; nil where they are not known.
  var automaton: ByteAutomaton?

  /// Which of the items a model gets right, by how much of the text it is given; nothing for what it cannot be
  /// asked.
  package struct Answers {
    /// Choices between two forms of a verb.
    var verbs: [ChoiceContext: [Bool]] = [:]
    /// Choices of a hidden word.
    package var words: [ChoiceContext: [Bool]] = [:]
    /// The probability of each candidate of the items by evidence, `[items][candidates]`.
    package var evidence: [ChoiceContext: [[Double]]] = [:]
  }

  /// The verb items that fit into the context of every reader: all models are asked the same.
  static func verbs(_ items: [VerbItem], fitting readers: [(tokenizer: any Tokenizer, context: Int)])
    -> [VerbItem]
  {
    items.filter { item in
      let text = item.left + " " + item.correct + item.right
      return readers.allSatisfy { $0.tokenizer.encode(text).count + 2 <= $0.context }
    }
  }

  /// A model's answers.
  ///
  /// - Parameter isFinal: whether an encoder is asked the items by evidence from the left side alone, too, for which it
  ///   reads a whole window each.
  /// - Throws: `MemoryError`.
  func answers(_ model: LoadedModel, isFinal: Bool) throws -> Answers {
    var answers = Answers()
    if !verbs.isEmpty {
      let scoring = ChoiceScoring(model)
      answers.verbs = try Dictionary(
        uniqueKeysWithValues: ChoiceContext.allCases.map { ($0, try scoring.right(verbs, $0)) })
    }
    if !words.isEmpty {
      let scoring = HiddenWordScoring(model)
      answers.words = try Dictionary(
        uniqueKeysWithValues: scoring.sides.map { ($0, try scoring.right(words, $0)) })
    }
    if !evidence.isEmpty {
      let scoring = ClozeScoring(model)
      let sides = model.predicts == .next || isFinal ? scoring.sides : [.bothSides]
      answers.evidence = try Dictionary(
        uniqueKeysWithValues: sides.filter(scoring.sides.contains).map {
          ($0, try scoring.probabilities(evidence, $0))
        })
    }
    return answers
  }
}
