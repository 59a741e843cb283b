extension EvidenceItem {
  /// Draws sentences until there are enough items with evidence on each side.
  ///
  /// - Parameters:
  ///   - count: items with evidence on one side, a multiple of 4: half of them for each question, in mirrored pairs.
  ///   - seed: decides which.
  ///   - trained: sentences that make no item.
  static func draw(_ count: Int, seed: UInt64, notIn trained: TrainedLines) -> [EvidenceItem] {
    precondition(count.isMultiple(of: 4), "\(count) items are no pairs for two questions")
    let grammar = GeneratedCorpus.shared.grammar
    let maker = EvidenceMaker(grammar)
    var judge = EvidenceJudge(GeneratedCorpus.shared.automaton)
    var random = SeededGenerator(seed: seed, name: "items by evidence")
    var sampler = GrammarSampler(grammar)
    var found: [Cell: [EvidenceItem]] = [:]
    var waiting: [Frame: [Int: EvidenceItem]] = [:]
    var uses: [Frame: Int] = [:]
    var seen: Set<String> = []
    var sentence: [Int] = []
    func isFull(_ cell: Cell) -> Bool { found[cell, default: []].count >= count / 2 }
    while !Cell.all.allSatisfy(isFull) {
      sampler.draw(into: &sentence, using: &random)
      guard sentence.count <= GrammarPair.maxWords, let cut = maker.cut(sentence, using: &random),
        !seen.contains(cut.whole), let side = judge.side(of: cut)
      else { continue }
      let cell = Cell(side: side, question: cut.question)
      guard !isFull(cell), !trained.contains(String(cut.whole.dropLast())) else { continue }
      let item = EvidenceItem(cut, side: side)
      let frame = Frame(
        cell: cell, candidates: item.candidates, previous: cut.previous, next: cut.next)
      seen.insert(cut.whole)
      guard let mirror = waiting[frame]?.removeValue(forKey: 1 - item.correct) else {
        waiting[frame, default: [:]][item.correct] = item
        continue
      }
      guard uses[frame, default: 0] < maxPerFrame else { continue }
      uses[frame, default: 0] += 1
      found[cell, default: []] += [mirror, item]
    }
    return Cell.all.flatMap { found[$0] ?? [] }
  }

  /// Pairs of items with the same candidates between the same neighbours: the frequent ones would fill the list.
  private static let maxPerFrame = 2

  private init(_ cut: CutSentence, side: Side) {
    let candidates = [cut.word, cut.other].sorted()
    self.init(
      left: cut.left, candidates: candidates, correct: candidates[0] == cut.word ? 0 : 1, right: cut.right,
      side: side, question: cut.question)
  }

  /// What there are equally many items of.
  private struct Cell: Hashable {
    let side: Side
    let question: Question

    static let all = Side.allCases.flatMap { side in
      Question.allCases.map { Cell(side: side, question: $0) }
    }
  }

  /// What an item has in common with its mirror.
  private struct Frame: Hashable {
    let cell: Cell
    let candidates: [String]
    let previous: String
    let next: String
  }
}

/// A sentence with a word taken out, and another for its place.
struct CutSentence {
  /// Up to the word, without a space at the end.
  let left: String
  let word: String
  let other: String
  let right: String
  /// The words next to it.
  let previous: String
  let next: String
  let question: EvidenceItem.Question

  var whole: String { "\(left) \(word)\(right)" }
}

/// Hides words of sentences.
struct EvidenceMaker {
  private let grammar: Grammar
  private let otherForm: [Int?]
  /// For a word, those of other kinds that are as frequent among the words of their own.
  private let peers: [String: [String]]

  init(_ grammar: Grammar) {
    self.grammar = grammar
    var otherForm = grammar.otherForms()
    for index in grammar.words.indices where grammar.words[index].isNoun {
      let word = grammar.words[index]
      otherForm[index] = grammar.words.firstIndex {
        $0.role == word.role && $0.lemma == word.lemma && $0.number == word.number.other
      }
    }
    self.otherForm = otherForm
    peers = Self.peers()
  }

  /// The sentence without one of the words that can be hidden; nil where it has none. Which one it is,
  /// is chance.
  func cut(_ sentence: [Int], using random: inout SeededGenerator) -> CutSentence? {
    let words = sentence.map { grammar.words[$0] }
    // The first word has no left side, the last is the full stop.
    let place = 1 + random.below(words.count - 2)
    let text = words[place].text
    let question: EvidenceItem.Question = random.below(2) == 0 ? .number : .kind
    let other: String
    switch question {
    case .number:
      guard let form = otherForm[sentence[place]] else { return nil }
      other = grammar.words[form].text
    case .kind:
      // "like all tools": the adjective of a kind and the name of a kind are no words for any noun.
      guard let found = peers[text] else { return nil }
      other = found[random.below(found.count)]
    }
    return CutSentence(
      left: String(words[..<place].map(\.text).joined().dropFirst()), word: String(text.dropFirst()),
      other: String(other.dropFirst()), right: words[(place + 1)...].map(\.text).joined(),
      previous: words[place - 1].text, next: words[place + 1].text, question: question)
  }

  /// Nouns, verbs and adjectives of all kinds, each with those of the same rank and number.
  private static func peers() -> [String: [String]] {
    var groups: [String: [String]] = [:]
    for kind in Lexicon.kinds {
      for number in GrammarWord.Number.allCases {
        for (rank, noun) in kind.nouns.enumerated() {
          groups["noun \(number) \(rank)", default: []].append(" " + noun.form(number))
        }
        for (rank, verb) in kind.intransitive.enumerated() {
          groups["intransitive \(number) \(rank)", default: []].append(" " + verb.form(number))
        }
        for entry in kind.transitive {
          groups["transitive \(number)", default: []].append(" " + entry.verb.form(number))
        }
      }
      for (rank, adjective) in kind.adjectives.enumerated() {
        groups["adjective \(rank)", default: []].append(" " + adjective)
      }
    }
    var peers: [String: [String]] = [:]
    for group in groups.values {
      for word in group { peers[word] = group.filter { $0 != word } }
    }
    return peers
  }
}
