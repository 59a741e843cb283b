/// A drawn sentence with what its changes depend on.
struct PairSentence {
  let words: [GrammarWord]
  /// The main subject.
  let subject: Int
  /// The verb of the main clause, and the verb after "and".
  let verb: Int
  let secondVerb: Int?
  /// The verb right behind "that", which agrees with the noun before.
  let relativeVerb: Int?

  /// The number of the main subject.
  var number: GrammarWord.Number { words[subject].number }

  init(_ sentence: [Int], _ grammar: Grammar) {
    let words = sentence.map { grammar.words[$0] }
    self.words = words
    subject = words.firstIndex { $0.role == .subject(depth: 0) } ?? 0
    let verbs = words.indices.filter { words[$0].role == .verb(depth: 0) }
    // A clause about the main subject has a verb of the same depth, right behind "that".
    relativeVerb = verbs.first { words[$0 - 1].text == " that" }
    let main = verbs.filter { words[$0 - 1].text != " that" }
    verb = main.first ?? 0
    secondVerb = main.dropFirst().first
  }

  /// The nouns between two places.
  func nouns(from first: Int, to last: Int) -> [GrammarWord] { words[(first + 1)..<last].filter(\.isNoun) }

  /// The first place of a form, from a place on.
  func place(of text: String, from start: Int = 0) -> Int? { words[start...].firstIndex { $0.text == text } }
}

/// Finds the word of a sentence that a paradigm is about, and the wrong one for its place.
struct PairMaker {
  private let grammar: Grammar
  private let otherForm: [Int?]
  /// An index of each text.
  private let index: [String: Int]

  init(_ grammar: Grammar) {
    self.grammar = grammar
    otherForm = grammar.otherForms()
    index = Dictionary(
      grammar.words.enumerated().map { ($0.element.text, $0.offset) }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// The sentence as text, without its line end.
  func text(_ sentence: [Int]) -> String {
    String(sentence.map { grammar.words[$0].text }.joined().dropFirst().dropLast())
  }

  /// The place to change and the wrong word there; nil when the sentence is not of the paradigm's form.
  func change(
    _ sentence: PairSentence, for paradigm: GrammarPair.Paradigm, using random: inout SeededGenerator
  ) -> (place: Int, word: Int)? {
    let words = sentence.words
    switch paradigm {
    case .verbAfterSubject, .verbOneAttractor, .verbTwoAttractors, .verbObjectRelative, .verbSubjectRelative:
      return form(paradigm, sentence) ? turned(sentence.verb, words) : nil
    case .verbInObjectRelative:
      let verb = words.indices.first { words[$0].role == .verb(depth: 1) && words[$0 - 1].text != " that" }
      guard let verb, words[verb].number != sentence.number else { return nil }
      return turned(verb, words)
    case .verbInSubjectRelative:
      return sentence.relativeVerb.flatMap { turned($0, words) }
    case .secondVerb:
      guard let second = sentence.secondVerb,
        sentence.nouns(from: sentence.verb, to: second).last?.number == sentence.number.other
      else { return nil }
      return turned(second, words)
    case .determinerNoun: return determiner(sentence, nounAfter: 1)
    case .determinerAdjectiveNoun: return determiner(sentence, nounAfter: 2)
    case .comparisonNumber, .comparisonKind: return comparison(sentence, paradigm, &random)
    case .adjectiveKind, .verbKind: return selection(sentence, paradigm, &random)
    }
  }

  /// Whether the words between the main subject and its verb are those of the paradigm.
  private func form(_ paradigm: GrammarPair.Paradigm, _ sentence: PairSentence) -> Bool {
    // As for the items: nothing behind the verb may show the subject's number once more.
    guard sentence.secondVerb == nil, sentence.place(of: ",") == nil else { return false }
    let between = sentence.words[(sentence.subject + 1)..<sentence.verb]
    let nouns = sentence.nouns(from: sentence.subject, to: sentence.verb)
    let hasClause = between.contains { $0.text == " that" }
    let attractors = nouns.count { $0.number != sentence.number }
    switch paradigm {
    case .verbAfterSubject: return nouns.isEmpty && !hasClause
    case .verbOneAttractor: return nouns.count == 1 && attractors == 1 && !hasClause
    case .verbTwoAttractors: return nouns.count == 2 && attractors == 2 && !hasClause
    case .verbObjectRelative:
      return sentence.relativeVerb == nil
        && nouns.contains { $0.role == .subject(depth: 1) && $0.number != sentence.number }
    case .verbSubjectRelative: return sentence.relativeVerb != nil && attractors == 1 && nouns.count == 1
    default: return false
    }
  }

  /// The form of the other number.
  private func turned(_ place: Int, _ words: [GrammarWord]) -> (place: Int, word: Int)? {
    guard let own = grammar.words.firstIndex(of: words[place]), let other = otherForm[own] else { return nil }
    return (place, other)
  }

  private static let otherDeterminer = [
    " this": " these", " these": " this", " every": " many", " many": " every", " any": " all",
    " all": " any",
  ]

  /// The first determiner that shows a number, with its noun so many words behind it.
  private func determiner(_ sentence: PairSentence, nounAfter distance: Int) -> (place: Int, word: Int)? {
    let words = sentence.words
    for place in words.indices.dropLast(distance) where words[place + distance].isNoun {
      guard words[(place + 1)..<(place + distance)].allSatisfy({ WordClass($0) == .adjective }),
        [" this", " these", " every", " many"].contains(words[place].text)
      else { continue }
      return Self.otherDeterminer[words[place].text].flatMap { index[$0] }.map { (place, $0) }
    }
    return nil
  }

  /// In ", like all tools", the other determiner or the name of another kind.
  private func comparison(
    _ sentence: PairSentence, _ paradigm: GrammarPair.Paradigm, _ random: inout SeededGenerator
  ) -> (place: Int, word: Int)? {
    guard let like = sentence.place(of: " like") else { return nil }
    if paradigm == .comparisonNumber {
      return Self.otherDeterminer[sentence.words[like + 1].text].flatMap { index[$0] }.map { (like + 1, $0) }
    }
    let others = Lexicon.kinds.map { " " + $0.name.form(sentence.number) }
      .filter { $0 != sentence.words[like + 2].text }
    return index[others[random.below(others.count)]].map { (like + 2, $0) }
  }

  /// Another kind's adjective after "is", or another kind's verb with the same object.
  private func selection(
    _ sentence: PairSentence, _ paradigm: GrammarPair.Paradigm, _ random: inout SeededGenerator
  ) -> (place: Int, word: Int)? {
    let verb = sentence.words[sentence.verb]
    let isCopula = Lexicon.copulas.contains { $0.plural == verb.lemma }
    if paradigm == .adjectiveKind {
      guard isCopula else { return nil }
      let adjective = sentence.words[sentence.verb + 1].text
      let others = Lexicon.kinds.flatMap { kind in kind.adjectives.map { " " + $0 } }
        .filter { $0 != adjective }
      return index[others[random.below(others.count)]].map { (sentence.verb + 1, $0) }
    }
    let all = Lexicon.kinds.flatMap(\.transitive)
    guard let own = all.first(where: { $0.verb.plural == verb.lemma }) else { return nil }
    let others = all.filter { $0.object == own.object && $0.verb.plural != verb.lemma }
    let other = others[random.below(others.count)].verb
    return index[" " + other.form(verb.number)].map { (sentence.verb, $0) }
  }
}
