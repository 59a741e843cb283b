/// What kind of word a word of the embedded grammar is.
package enum WordClass: String, Sendable, Codable, CaseIterable {
  /// the, this, these, every, many
  case determiner
  /// Before a noun or after is, was and seems.
  case adjective
  /// A noun with a verb that agrees with it.
  case subject = "subject noun"
  /// Any other noun.
  case otherNoun = "other noun"
  case verb
  case adverb
  case preposition
  /// that
  case relativePronoun = "relative pronoun"
  /// in the morning
  case time
  /// and
  case conjunction
  /// , like all tools
  case comparison
  /// The full stop and the line end.
  case end

  /// The class of a word. "the" within "in the morning" counts as a determiner.
  init(_ word: GrammarWord) {
    self = Self.byForm[word.text] ?? .determiner
    switch word.role {
    case .subject: self = .subject
    case .noun: self = .otherNoun
    case .verb: self = .verb
    case .none: break
    }
  }

  /// The classes of words without a part in agreement that are no determiners.
  private static let byForm: [String: WordClass] = {
    var found: [String: WordClass] = [
      " that": .relativePronoun, " and": .conjunction, " in": .time, ",": .comparison, " like": .comparison,
      " any": .comparison, " all": .comparison, ".\n": .end,
    ]
    for word in Lexicon.adverbs { found[" " + word] = .adverb }
    for word in Lexicon.prepositions { found[" " + word] = .preposition }
    for word in Lexicon.times { found[" " + word] = .time }
    for word in Lexicon.adjectives + Lexicon.kinds.flatMap(\.adjectives) { found[" " + word] = .adjective }
    for kind in Lexicon.kinds {
      for number in GrammarWord.Number.allCases { found[" " + kind.name.form(number)] = .comparison }
    }
    return found
  }()
}
