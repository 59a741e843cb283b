import Foundation
import SyntheticCorpus
import Tensors
import Text
import Training

/// A sentence of the embedded grammar with one word hidden, and a closed set of words of its class to choose
/// from.
///
/// The other candidates are drawn from the whole class, each as often, whatever the context: so that knowing the
/// set says nothing of which one it is, and the best possible choice is the candidate that the grammar finds
/// most probable.
package struct ClozeItem: Sendable, Equatable {
  /// The sentence up to the word, without a space at the end.
  package let left: String
  /// The candidates, sorted.
  package let candidates: [String]
  /// Index of the word that stands there.
  package let correct: Int
  /// The rest of the sentence with its line end.
  package let right: String
  /// The class of the word.
  package let wordClass: WordClass

  /// Most candidates of an item.
  package static let mostCandidates = 8
  /// The classes that are asked about: those of whose words some fit a sentence and others do not.
  package static let classes: [WordClass] = [.determiner, .adjective, .subject, .otherNoun, .verb]

  /// Items of some sentences, one of each that has a word of the class whose turn it is: `count` of every class,
  /// if there are so many.
  ///
  /// Which word is hidden follows from what stands before it and from its class: the first of its class, or the
  /// second where chance wants that. So the words behind it, and which word of the class it is, have no part in
  /// the choice, and the grammar's probabilities hold for the items.
  package static func draw(_ sentences: [[HeldOutSentences.Word]], ofEachClass count: Int, seed: UInt64 = 1)
    -> [ClozeItem]
  {
    let words = Dictionary(uniqueKeysWithValues: classes.map { ($0, $0.words) })
    var made: [WordClass: Int] = [:]
    return sentences.indices.compactMap { index -> ClozeItem? in
      let (sentence, wordClass) = (sentences[index], classes[index % classes.count])
      // The first word has no left side.
      let places = sentence.indices.filter { $0 > 0 && sentence[$0].construction.wordClass == wordClass }
      let which = Int(RandomStream(seed: seed).key("word of a cloze", step: index).low % 2)
      guard places.indices.contains(which), made[wordClass, default: 0] < count else { return nil }
      made[wordClass, default: 0] += 1
      return ClozeItem(
        sentence, hiding: places[which], among: words[wordClass] ?? [], seed: seed, step: index)
    }
  }

  /// The sentence with a candidate in it.
  package func sentence(_ candidate: String) -> String { "\(left) \(candidate)\(right)" }

  /// The exact probability of each candidate, given that it is one of them.
  package func truth(_ automaton: ByteAutomaton, _ side: ChoiceContext) -> [Double] {
    let known = automaton.wordDistribution(left: left, right: side == .leftOnly ? nil : right)
    let ofWord = Dictionary(known.map { ($0.word, $0.probability) }, uniquingKeysWith: { first, _ in first })
    let shares = candidates.map { ofWord[$0] ?? 0 }
    let total = shares.reduce(0, +)
    return shares.map { $0 / total }
  }
}

extension ClozeItem {
  fileprivate init(
    _ sentence: [HeldOutSentences.Word], hiding place: Int, among all: [String], seed: UInt64, step: Int
  ) {
    func text(_ words: ArraySlice<HeldOutSentences.Word>) -> String { words.map(\.text).joined() }
    let hidden = String(sentence[place].text.drop { $0 == " " })
    let others = all.filter { $0 != hidden }
    let drawn = shuffledPlaces(
      count: min(Self.mostCandidates - 1, others.count), of: others.count,
      key: RandomStream(seed: seed).key("candidates of a cloze", step: step)
    ).map { others[$0] }
    left = text(sentence[..<place])
    right = text(sentence[(place + 1)...])
    candidates = (drawn + [hidden]).sorted()
    correct = candidates.firstIndex(of: hidden) ?? 0
    wordClass = sentence[place].construction.wordClass
  }
}
