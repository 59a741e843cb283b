/// A sentence of the embedded grammar with one word hidden, and another word that might be there but for what is
/// said elsewhere in the sentence.
///
/// The two differ in number ("key", "keys"; "trims", "trim") or in what they are or are said of ("key", "dog";
/// "rusty", "leafy"). For every item there is another with the same two candidates between the same two neighbours,
/// in which the other one is right. So the frequency of the words and their neighbours on either side tell nothing:
/// a model that uses only those is right in exactly one half of the items.
package struct EvidenceItem: Sendable, Hashable {
  /// Where in the sentence it is said which of the two is right.
  package enum Side: String, Sendable, CaseIterable, Codable {
    /// Before the word, and not behind it.
    case left
    /// Behind the word, and not before it.
    case right
    /// On both sides: either alone tells it.
    case both
  }

  /// What the two candidates differ in.
  package enum Question: String, Sendable, CaseIterable, Codable {
    /// Number.
    case number
    /// What a noun is, or what a verb or an adjective is said of.
    case kind
  }

  /// The sentence up to the word, without a space at the end.
  package let left: String
  /// The candidates, sorted.
  package let candidates: [String]
  /// Index of the word at this place.
  package let correct: Int
  /// The rest of the sentence with its line end.
  package let right: String
  /// The side of the evidence.
  package let side: Side
  /// What the candidates differ in.
  package let question: Question

  /// An item.
  package init(
    left: String, candidates: [String], correct: Int, right: String, side: Side, question: Question
  ) {
    self.left = left
    self.candidates = candidates
    self.correct = correct
    self.right = right
    self.side = side
    self.question = question
  }

  /// The sentence with a candidate in it.
  package func sentence(_ candidate: String) -> String { "\(left) \(candidate)\(right)" }

  /// Items with evidence on one side, half of them for each question.
  package static let countOfSide = 100

  /// The items of every comparison, the same for every budget. None is a sentence of the training text.
  package static let frozen: [EvidenceItem] = {
    let source = GeneratedCorpus.make().source
    return draw(countOfSide, seed: 1, notIn: source.trainedLines())
  }()

  /// The frozen items that can be used: an item goes with its mirror, or what is left would no longer be
  /// even.
  package static func frozen(where canBeAsked: (EvidenceItem) -> Bool) -> [EvidenceItem] {
    stride(from: 0, to: frozen.count, by: 2).flatMap { first in
      let pair = frozen[first..<first + 2]
      return pair.allSatisfy(canBeAsked) ? Array(pair) : []
    }
  }
}
