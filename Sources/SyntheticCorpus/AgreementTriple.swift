/// A subject, a verb that agrees with it, and a noun between them: what a model could memorise
/// instead of learning agreement. All three are dictionary forms.
package struct AgreementTriple: Sendable, Hashable, Codable {
  /// The noun that the verb agrees with.
  package let subject: String
  /// The verb's form for more than one ("are", "own").
  package let verb: String
  /// The noun between the two.
  package let attractor: String

  /// One in this many triples never is in the training text.
  static let heldOutShare: UInt64 = 50

  /// Whether the triple is kept out of the training text: decided by its words alone, whatever the seed.
  package var isHeldOut: Bool { hashed("\(subject) \(verb) \(attractor)") % Self.heldOutShare == 0 }

  /// The triples of a sentence: every verb with its subject and each noun between them.
  package static func of(_ sentence: [GrammarWord]) -> [AgreementTriple] {
    var triples: [AgreementTriple] = []
    forEach(in: sentence) { subject, verb, attractor in
      triples.append(
        AgreementTriple(
          subject: sentence[subject].lemma, verb: sentence[verb].lemma, attractor: sentence[attractor].lemma))
    }
    return triples
  }

  /// Calls `body` with the positions of subject, verb and attractor of every triple.
  static func forEach(in sentence: [GrammarWord], _ body: (Int, Int, Int) -> Void) {
    var subjects: [Int: Int] = [:]
    for (position, word) in sentence.enumerated() {
      switch word.role {
      case .subject(let depth): subjects[depth] = position
      case .verb(let depth):
        guard let subject = subjects[depth] else { continue }
        for between in (subject + 1)..<position {
          switch sentence[between].role {
          case .noun, .subject: body(subject, position, between)
          default: break
          }
        }
      case .none, .noun: break
      }
    }
  }
}

/// Answers fast, by word index, whether a sentence contains a held-out triple.
struct HeldOutTriples {
  private let words: [GrammarWord]
  /// The dictionary number of each word, and how many there are.
  private let lemma: [Int]
  private let held: [Bool]
  private let count: Int

  init(_ grammar: Grammar) {
    words = grammar.words
    var index: [String: Int] = [:]
    lemma = grammar.words.map { word in
      if let known = index[word.lemma] { return known }
      index[word.lemma] = index.count
      return index.count - 1
    }
    let nouns = Set(grammar.words.filter(\.isNoun).map(\.lemma)).sorted()
    let verbs = Set(grammar.words.filter(\.isVerb).map(\.lemma)).sorted()
    let count = index.count
    var held = [Bool](repeating: false, count: count * count * count)
    for subject in nouns {
      for verb in verbs {
        for attractor in nouns
        where AgreementTriple(subject: subject, verb: verb, attractor: attractor).isHeldOut {
          guard let first = index[subject], let second = index[verb], let third = index[attractor] else {
            continue
          }
          held[(first * count + second) * count + third] = true
        }
      }
    }
    self.held = held
    self.count = count
  }

  /// Whether the triple at these positions is held out.
  func contains(_ sentence: [Int], _ subject: Int, _ verb: Int, _ attractor: Int) -> Bool {
    let first = lemma[sentence[subject]]
    let second = lemma[sentence[verb]]
    let third = lemma[sentence[attractor]]
    return held[(first * count + second) * count + third]
  }

  /// Whether any triple of the sentence is held out.
  func any(in sentence: [Int]) -> Bool {
    var subjects = (-1, -1)
    for (position, index) in sentence.enumerated() {
      switch words[index].role {
      case .subject(let depth): if depth == 0 { subjects.0 = position } else { subjects.1 = position }
      case .verb(let depth):
        let subject = depth == 0 ? subjects.0 : subjects.1
        for between in (subject + 1)..<position
        where words[sentence[between]].isNoun && contains(sentence, subject, position, between) {
          return true
        }
      case .none, .noun: break
      }
    }
    return false
  }
}

extension GrammarWord {
  /// Whether the word is a noun, with or without a verb that agrees with it.
  package var isNoun: Bool {
    switch role {
    case .noun, .subject: true
    case .none, .verb: false
    }
  }

  /// Whether the word is a verb.
  package var isVerb: Bool {
    if case .verb = role { return true }
    return false
  }
}
