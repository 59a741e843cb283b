/// A choice between the right and the wrong form of a verb whose subject is far before it.
///
/// The text is `left + " " + form + right`. Nothing between subject and verb, and nothing behind the verb,
/// shows the subject's number; at least one noun between them has the other one.
public struct VerbItem: Sendable, Codable, Hashable {
  /// A noun between subject and verb.
  public struct Attractor: Sendable, Codable, Hashable {
    /// The form that is in the sentence.
    public let form: String
    /// Its number.
    public let number: GrammarWord.Number
  }

  /// The sentence up to the verb, without a space at the end.
  public let left: String
  /// The form that agrees with the subject.
  public let correct: String
  /// The form that does not.
  public let wrong: String
  /// The rest of the sentence with its leading space and line end.
  public let right: String
  /// The number of the subject.
  public let number: GrammarWord.Number
  /// The nouns between subject and verb, in order.
  public let attractors: [Attractor]
  /// The number of words between the subject noun and the verb.
  public let distance: Int
  /// What was never trained on: subject and verb with one of the attractors of the other number.
  package let heldOut: AgreementTriple
}

extension VerbItem {
  /// How far the verb may be from its subject noun, in words between them. With four, the subject lies
  /// outside what a 5-gram sees.
  static let distances = 4...10
  /// The maximum number of items with one held-out combination: the frequent words would otherwise fill the list.
  static let maxPerCombination = 5

  /// The item of a sentence's main verb, if the sentence makes one.
  fileprivate init?(_ sentence: [Int], _ grammar: Grammar, _ otherForm: [Int?], _ held: HeldOutTriples) {
    let words = sentence.map { grammar.words[$0] }
    let subjects = words.indices.filter { words[$0].role == .subject(depth: 0) }
    // Exactly one verb agrees with the subject: neither a relative clause before the main verb nor a
    // second verb phrase after it may show the number. Nor may a comparison, which brings the comma.
    let verbs = words.indices.filter { words[$0].role == .verb(depth: 0) }
    guard subjects.count == 1, verbs.count == 1, let subject = subjects.first, let verb = verbs.first,
      Self.distances.contains(verb - subject - 1), !words.contains(where: { $0.text == "," }),
      let wrong = otherForm[sentence[verb]]
    else { return nil }
    let number = words[subject].number
    let between = ((subject + 1)..<verb).filter { words[$0].isNoun }
    guard
      let lure = between.last(where: {
        words[$0].number == number.other && held.contains(sentence, subject, verb, $0)
      })
    else { return nil }
    left = String(words[..<verb].map(\.text).joined().dropFirst())
    correct = String(words[verb].text.dropFirst())
    self.wrong = String(grammar.words[wrong].text.dropFirst())
    right = words[(verb + 1)...].map(\.text).joined()
    self.number = number
    attractors = between.map { Attractor(form: String(words[$0].text.dropFirst()), number: words[$0].number) }
    distance = verb - subject - 1
    heldOut = AgreementTriple(
      subject: words[subject].lemma, verb: words[verb].lemma, attractor: words[lure].lemma)
  }

  /// `count` different items, half of them with each number, drawn from the sentences of `grammar`.
  static func draw(_ count: Int, from grammar: Grammar, held: HeldOutTriples) -> [VerbItem] {
    var random = SeededGenerator(seed: 0, name: "verb items")
    var sampler = GrammarSampler(grammar)
    let otherForm = grammar.otherForms()
    var items: [VerbItem] = []
    var seen: Set<VerbItem> = []
    var uses: [AgreementTriple: Int] = [:]
    var sentence: [Int] = []
    while items.count < count {
      sampler.draw(into: &sentence, using: &random)
      guard held.any(in: sentence), let item = VerbItem(sentence, grammar, otherForm, held) else { continue }
      // Singular and plural alternate, so that every even number of first items is balanced.
      let wanted: GrammarWord.Number = items.count.isMultiple(of: 2) ? .singular : .plural
      guard item.number == wanted, uses[item.heldOut, default: 0] < maxPerCombination,
        seen.insert(item).inserted
      else { continue }
      uses[item.heldOut, default: 0] += 1
      items.append(item)
    }
    return items
  }
}

extension Grammar {
  /// For every verb, the index of its form of the other number.
  func otherForms() -> [Int?] {
    struct Key: Hashable {
      let role: GrammarWord.Role
      let lemma: String
      let number: GrammarWord.Number
    }
    var index: [Key: Int] = [:]
    for (position, word) in words.enumerated() where word.isVerb {
      index[Key(role: word.role, lemma: word.lemma, number: word.number)] = position
    }
    return words.map { word in
      word.isVerb ? index[Key(role: word.role, lemma: word.lemma, number: word.number.other)] : nil
    }
  }
}
