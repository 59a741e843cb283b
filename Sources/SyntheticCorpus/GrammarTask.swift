import Text

/// A task on sentences of the embedded grammar whose answers the grammar knows.
public enum GrammarTask: String, CaseIterable, Sendable, Codable {
  /// Whether a sentence is one of the grammar.
  case acceptability
  /// Whether the main subject is one or several.
  case subjectNumber = "subject-number"
  /// What the main subject is.
  case subjectKind = "subject-kind"
  /// Whether two sentences are the same up to a word that names nothing.
  case sameContent = "same-content"
  /// What kind of word each word is.
  case wordClass = "word-class"

  /// What the labels are said of.
  public var form: LabelledTexts.Form {
    switch self {
    case .acceptability, .subjectNumber, .subjectKind: .classification
    case .sameContent: .pairs
    case .wordClass: .tagging
    }
  }

  /// One line that describes the task.
  public var summary: String {
    switch self {
    case .acceptability:
      "is the sentence grammatical, or has it one wrong word (in the fourteen ways of zoo pairs)"
    case .subjectNumber: "is the main subject singular or plural, with a noun of the other number in view"
    case .subjectKind: "which of eight classes the main subject belongs to"
    case .sameContent: "is the word in which two sentences differ a modifier (same) or a noun (different)"
    case .wordClass: "which of twelve classes every word belongs to"
    }
  }

  /// Texts of a task unless another number is given.
  public static let usualCount = 2000

  /// Draws different sentences that are not in the training text, with as many of each label.
  ///
  /// Of a minimal pair both sentences are drawn and have one origin. Words are tagged as they are, not
  /// evenly.
  ///
  /// - Parameters:
  ///   - count: least number of texts.
  ///   - seed: decides which.
  ///   - source: sentences in the training part of this text are left out.
  public func draw(_ count: Int, seed: UInt64, notIn source: TextSource) -> LabelledTexts {
    LabelledTexts(
      name: rawValue, form: form,
      texts: self == .acceptability
        ? Self.minimalPairs(count, seed: seed, notIn: source)
        : GrammarTaskMaker(self, seed: seed).draw(count, notIn: source.trainedLines()))
  }

  private static func minimalPairs(_ count: Int, seed: UInt64, notIn source: TextSource) -> [LabelledText] {
    let sentences = 2 * GrammarPair.Paradigm.allCases.count
    let pairs = GrammarPair.draw((count + sentences - 1) / sentences, seed: seed, notIn: source).pairs
    return pairs.enumerated().flatMap { origin, pair in
      [
        LabelledText([pair.good], labels: ["well-formed"], origin: origin),
        LabelledText([pair.bad], labels: ["wrong"], origin: origin),
      ]
    }
  }
}

/// Draws sentences until there are enough of every label.
private struct GrammarTaskMaker {
  let task: GrammarTask
  private let grammar = GeneratedCorpus.shared.grammar
  private let pairs = PairMaker(GeneratedCorpus.shared.grammar)
  private var random: SeededGenerator

  init(_ task: GrammarTask, seed: UInt64) {
    self.task = task
    random = SeededGenerator(seed: seed, name: task.rawValue)
  }

  func draw(_ count: Int, notIn trained: TrainedLines) -> [LabelledText] {
    var maker = self
    var sampler = GrammarSampler(grammar)
    var (texts, seen, sentence) = ([LabelledText](), Set<String>(), [Int]())
    while texts.count < count {
      sampler.draw(into: &sentence, using: &maker.random)
      guard sentence.count <= GrammarPair.maxWords else { continue }
      let written = pairs.text(sentence)
      guard !seen.contains(written), !trained.contains(written),
        let text = maker.labelled(PairSentence(sentence, grammar), written, number: texts.count)
      else { continue }
      seen.insert(written)
      texts.append(text)
    }
    return texts
  }

  /// The text of a sentence; nil when it is not of the form, or of another label than the one whose turn it
  /// is.
  private mutating func labelled(
    _ sentence: PairSentence, _ written: String, number: Int
  ) -> LabelledText? {
    let words = sentence.words
    switch task {
    case .acceptability: return nil
    case .subjectNumber:
      // Only what agrees with the subject, not the number of any noun, may give it away.
      guard sentence.number == (number.isMultiple(of: 2) ? .singular : .plural),
        words.contains(where: { $0.isNoun && $0.number != sentence.number })
      else { return nil }
      return LabelledText([written], labels: ["\(sentence.number)"])
    case .subjectKind:
      let kind = Lexicon.kinds[number % Lexicon.kinds.count]
      guard kind.nouns.contains(where: { $0.singular == words[sentence.subject].lemma }) else { return nil }
      return LabelledText([written], labels: [kind.name.singular])
    case .sameContent:
      let isSame = number.isMultiple(of: 2)
      // Both kinds of change can be made in every sentence that is taken.
      guard let modifier = modifierChange(words), let noun = nounChange(words) else { return nil }
      let (place, form) = isSame ? modifier : noun
      var texts = words.map(\.text)
      texts[place] = form
      return LabelledText(
        [written, String(texts.joined().dropFirst().dropLast())], labels: [isSame ? "same" : "different"])
    case .wordClass:
      return LabelledText(
        words.enumerated().map { index, word in
          index == 0 ? String(word.text.dropFirst()) : word.text == ".\n" ? "." : word.text
        }, labels: words.map { WordClass($0).rawValue })
    }
  }

  private static let modifiers = [
    Lexicon.adjectives, Lexicon.adverbs, Lexicon.prepositions, Lexicon.times,
  ].map { $0.map { " " + $0 } }

  /// A word that names nothing, and another of its class.
  private mutating func modifierChange(_ words: [GrammarWord]) -> (place: Int, form: String)? {
    let places = words.indices.filter { place in Self.modifiers.contains { $0.contains(words[place].text) } }
    guard !places.isEmpty else { return nil }
    let place = places[random.below(places.count)]
    let word = words[place].text
    return (place, other(Self.modifiers.first { $0.contains(word) } ?? [], than: word))
  }

  /// A noun, and another of its kind and number.
  private mutating func nounChange(_ words: [GrammarWord]) -> (place: Int, form: String)? {
    let places = words.indices.filter { words[$0].isNoun }
    guard !places.isEmpty else { return nil }
    let place = places[random.below(places.count)]
    let word = words[place]
    let kind = Lexicon.kinds.first { $0.nouns.contains { $0.singular == word.lemma } }
    return (place, other((kind?.nouns ?? []).map { " " + $0.form(word.number) }, than: word.text))
  }

  /// Another of some words, as often as the grammar takes it: a rare word must not give a change away.
  private mutating func other(_ words: [String], than word: String) -> String {
    let weights = words.enumerated().map { $0.element == word ? 0 : zipf($0.offset) }
    var rest = random.unit() * weights.reduce(0, +)
    for (candidate, weight) in zip(words, weights) where weight > 0 {
      rest -= weight
      if rest < 0 { return candidate }
    }
    return words.last { $0 != word } ?? word
  }
}
