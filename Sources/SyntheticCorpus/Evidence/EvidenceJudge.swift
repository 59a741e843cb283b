import Foundation

/// Finds where in a sentence it is said which of two words is hidden, from the exact probabilities.
struct EvidenceJudge {
  private let automaton: ByteAutomaton
  private let anywhere: ExpectedVisits
  /// The states that a sentence can be in where a word begins.
  private let beforeWord: [ExpectedVisits.Visit]
  /// Those after a word, wherever the word is.
  private var behindWord: [String: [ExpectedVisits.Visit]] = [:]
  /// A side tells it if the right word is at least as probable as this among the two.
  static let decisive = 0.95
  /// A side tells nothing if each of the two is at most as probable as this.
  static let undecided = 0.75

  init(_ automaton: ByteAutomaton) {
    self.automaton = automaton
    anywhere = ExpectedVisits(automaton)
    beforeWord = anywhere.states(after: " ")
  }

  /// The side of the evidence; nil where the sentence does not decide, or not fully.
  mutating func side(of cut: CutSentence) -> EvidenceItem.Side? {
    let whole = Self.share(
      exp2(-automaton.bits("\(cut.left) \(cut.word)\(cut.right)".utf8)),
      exp2(-automaton.bits("\(cut.left) \(cut.other)\(cut.right)".utf8)))
    guard whole >= Self.decisive else { return nil }
    let known = automaton.wordDistribution(left: cut.left)
    func probability(_ word: String) -> Double { known.first { $0.word == word }?.probability ?? 0 }
    // The right side takes much longer, and is only asked where it matters.
    guard let left = Self.tells(Self.share(probability(cut.word), probability(cut.other))),
      let right = Self.tells(Self.share(expected(cut.word, cut.right), expected(cut.other, cut.right)))
    else { return nil }
    switch (left, right) {
    case (true, false): return .left
    case (false, true): return .right
    case (true, true): return .both
    case (false, false): return nil
    }
  }

  /// The expected number of times that a sentence holds a word with this behind it.
  private mutating func expected(_ word: String, _ right: String) -> Double {
    let start = behindWord[word] ?? anywhere.states(after: word, from: beforeWord)
    behindWord[word] = start
    return anywhere.states(after: right, from: start).reduce(0) { $0 + $1.count }
  }

  private static func share(_ word: Double, _ other: Double) -> Double {
    word + other > 0 ? word / (word + other) : 0
  }

  /// Whether a fraction of the right word decides; nil for neither yes nor no.
  private static func tells(_ share: Double) -> Bool? {
    if share >= decisive { return true }
    return max(share, 1 - share) <= undecided ? false : nil
  }
}

/// The expected number of occurrences of a piece of text in a sentence.
struct ExpectedVisits {
  private let transitions: WeightedAutomaton<UInt8>
  /// How often each state is passed in a sentence.
  private let visits: [Double]

  init(_ automaton: ByteAutomaton) {
    let transitions = automaton.transitions
    var visits = [Double](repeating: 0, count: transitions.stateCount)
    visits[0] = 1
    // States are after those they lead to; 0 is both ends.
    for state in [0] + Array(1..<visits.count).reversed() where visits[state] > 0 {
      for edge in transitions.edges(state) where transitions.target(edge) != 0 {
        visits[transitions.target(edge)] += visits[state] * transitions.probabilities[edge]
      }
    }
    self.transitions = transitions
    self.visits = visits
  }

  /// A state and how often a sentence is expected to get there.
  typealias Visit = (state: Int, count: Double)

  /// Where a sentence may be behind a text, in order of the states, so that sums are the same in every process.
  ///
  /// - Parameter start: where the text begins; nil: anywhere.
  func states(after text: String, from start: [Visit]? = nil) -> [Visit] {
    var found = start ?? visits.enumerated().map { (state: $0.offset, count: $0.element) }
    for byte in text.utf8 {
      let next = found.compactMap { visit in
        transitions.edge(visit.state, byte).map { edge in
          (
            state: transitions.target(edge),
            count: visit.count * transitions.probabilities[edge]
          )
        }
      }.sorted { ($0.state, $0.count) < ($1.state, $1.count) }
      found = []
      for visit in next {
        if let last = found.last, last.state == visit.state {
          found[found.count - 1].count += visit.count
        } else {
          found.append(visit)
        }
      }
    }
    return found
  }
}
