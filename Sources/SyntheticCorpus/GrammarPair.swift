import Text

/// A sentence of the embedded grammar, and one that differs in one word and is ungrammatical.
public struct GrammarPair: Sendable, Hashable {
  /// What the two differ in.
  public enum Paradigm: String, Sendable, CaseIterable, Codable {
    /// Subject and verb with no noun between them.
    case verbAfterSubject = "verb_after_subject"
    /// With a noun of the other number between.
    case verbOneAttractor = "verb_one_attractor"
    /// With two nouns of the other number between.
    case verbTwoAttractors = "verb_two_attractors"
    /// With "that the chefs own" between, whose subject has the other number.
    case verbObjectRelative = "verb_across_object_relative"
    /// With "that own the keys" between, whose object has the other number.
    case verbSubjectRelative = "verb_across_subject_relative"
    /// The verb inside "that the chefs own", where the main subject has the other number.
    case verbInObjectRelative = "verb_in_object_relative"
    /// The verb inside "that own the keys".
    case verbInSubjectRelative = "verb_in_subject_relative"
    /// The verb after "and", behind a noun of the other number.
    case secondVerb = "verb_after_and"
    /// "these keys"
    case determinerNoun = "determiner_noun"
    /// "these old keys"
    case determinerAdjectiveNoun = "determiner_adjective_noun"
    /// ", like all tools": the number of the subject, once more at the end.
    case comparisonNumber = "comparison_number"
    /// ", like all tools": what the subject is.
    case comparisonKind = "comparison_kind"
    /// "are rusty": what may be said of the subject.
    case adjectiveKind = "adjective_kind"
    /// "own the keys": who may do that.
    case verbKind = "verb_kind"

    /// Whether it is about number (`agreement`) or about what fits to what (`selection`).
    public var field: String {
      switch self {
      case .comparisonKind, .adjectiveKind, .verbKind: "selection"
      default: "agreement"
      }
    }
  }

  /// The sentence, without its line end.
  public let good: String
  /// The same with the wrong word.
  public let bad: String
  /// What is wrong.
  public let paradigm: Paradigm

  /// Pairs and what was drawn and not taken.
  public struct Drawn: Sendable {
    /// As many of every paradigm, paradigm by paradigm.
    public let pairs: [GrammarPair]
    /// Sentences that would have made a pair, but are in the training text.
    public let droppedAsTrained: Int
  }

  /// Draws pairs: for each paradigm, `count` different sentences that are not in the training text, half
  /// of them with a singular subject.
  ///
  /// No sentence makes two pairs. The wrong sentence is one that the grammar cannot make, from the wrong word
  /// on or later; so it cannot be in any text of it either.
  ///
  /// - Parameters:
  ///   - count: the number of pairs of each paradigm.
  ///   - seed: decides which.
  ///   - source: sentences in the training part of this text are left out.
  public static func draw(_ count: Int, seed: UInt64, notIn source: TextSource) -> Drawn {
    let (grammar, automaton) = (GeneratedCorpus.shared.grammar, GeneratedCorpus.shared.automaton)
    let trained = source.trainedLines()
    var random = SeededGenerator(seed: seed, name: "minimal pairs")
    var sampler = GrammarSampler(grammar)
    let maker = PairMaker(grammar)
    var found: [Paradigm: [GrammarPair]] = [:]
    var seen: Set<String> = []
    var dropped = 0
    var sentence: [Int] = []
    while Paradigm.allCases.contains(where: { found[$0, default: []].count < count }) {
      sampler.draw(into: &sentence, using: &random)
      guard sentence.count <= maxWords else { continue }
      let reading = PairSentence(sentence, grammar)
      for paradigm in Paradigm.allCases {
        let made = found[paradigm, default: []].count
        // The numbers alternate, so that knowing one number is worth nothing.
        guard made < count, reading.number == (made.isMultiple(of: 2) ? .singular : .plural),
          let (place, word) = maker.change(reading, for: paradigm, using: &random)
        else { continue }
        var wrong = sentence
        wrong[place] = word
        let (good, bad) = (maker.text(sentence), maker.text(wrong))
        // What the grammar can read in another way is no mistake.
        guard automaton.bits((bad + "\n").utf8) == .infinity, seen.insert(good).inserted else { continue }
        if trained.contains(good) {
          dropped += 1
        } else {
          found[paradigm, default: []].append(GrammarPair(good: good, bad: bad, paradigm: paradigm))
        }
        break
      }
    }
    return Drawn(pairs: Paradigm.allCases.flatMap { found[$0] ?? [] }, droppedAsTrained: dropped)
  }

  /// Longer sentences make no pairs: an encoder reads a sentence once for each of its tokens.
  static let maxWords = 18
}
