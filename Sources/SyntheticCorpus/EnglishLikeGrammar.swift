/// The grammar of the embedded corpus.
///
/// A sentence has a subject, one or two verb phrases that agree with it in number and suit what it is, and
/// perhaps an end that names the subject's kind in its number:
///
///     the keys near the old cabinet trim the roses in the morning and are rusty, like all tools.
///
/// Between subject and verb there are phrases with nouns of any kind and number ("near the old house", "that the
/// chefs own", "that slice the cakes"), so that the last noun before a verb says nothing about its form.
/// Clauses nest at most twice ("the keys that the chef that wears the hats owns are sharp.").
enum EnglishLikeGrammar {
  /// The grammar.
  static func make() -> Grammar {
    var builder = GrammarBuilder()
    let start = builder.sentence()
    return builder.grammar(start: start)
  }

  /// Whether the words of the symbol `name` are in a relative clause of their own.
  static func isRelativeClause(_ name: String) -> Bool {
    name.hasPrefix("object relative") || name.hasPrefix("subject relative")
  }
}

/// What agreement is about: which kind of thing, and how many.
private struct Features {
  let kind: Int
  let number: GrammarWord.Number

  var name: String { "\(Lexicon.kinds[kind].name.singular) \(number)" }
  var words: Lexicon.Kind { Lexicon.kinds[kind] }

  static let all = Lexicon.kinds.indices.flatMap { kind in
    GrammarWord.Number.allCases.map { Features(kind: kind, number: $0) }
  }

  static func of(kind: Int) -> [Features] { all.filter { $0.kind == kind } }
}

/// The position of a noun phrase, which decides its determiners and whether a verb agrees with it.
private enum Position: Hashable {
  case subject(depth: Int)
  case object
  case attractor

  var role: GrammarWord.Role {
    if case .subject(let depth) = self { return .subject(depth: depth) }
    return .noun
  }
}

/// Weights that fall with the rank, as word frequencies do (Zipf): 1, 0.35, 0.19, … = rank^(−3/2).
func zipf(_ rank: Int) -> Double { 1 / (Double(rank + 1) * Double(rank + 1).squareRoot()) }

extension GrammarBuilder {
  fileprivate mutating func sentence() -> Grammar.Item {
    symbol("sentence") { grammar in Features.all.map { (1, [grammar.clause($0)]) } }
  }

  /// Subject, verb phrases and the end.
  private mutating func clause(_ subject: Features) -> Grammar.Item {
    symbol("clause \(subject.name)") { grammar in
      [
        (
          1,
          [
            grammar.nounPhrase(subject, .subject(depth: 0)), grammar.modifier(subject),
            grammar.verbPhrase(subject), grammar.time(), grammar.ending(subject), grammar.word(".\n"),
          ]
        )
      ]
    }
  }

  /// A determiner, perhaps an adjective, and a noun.
  private mutating func nounPhrase(_ features: Features, _ position: Position) -> Grammar.Item {
    symbol("noun phrase \(features.name) \(position)") { grammar in
      let adjective = position == .attractor ? 0.5 : 0.3
      let noun = grammar.noun(features, position)
      let determiner = grammar.determiner(features.number, position)
      return [
        (1 - adjective, [determiner, noun]),
        (adjective, [determiner, grammar.choice("adjective", Lexicon.adjectives), noun]),
      ]
    }
  }

  /// What may be between a subject and its verb.
  private mutating func modifier(_ subject: Features) -> Grammar.Item {
    symbol("modifier \(subject.name)") { grammar in
      let preposition = grammar.prepositional()
      let object = grammar.objectRelative(of: subject.kind)
      return [
        (0.40, []), (0.25, [preposition]), (0.09, [preposition, preposition]), (0.13, [object]),
        (0.05, [preposition, object]), (0.08, [grammar.subjectRelative(subject, depth: 0)]),
      ]
    }
  }

  /// "near the old houses"
  private mutating func prepositional() -> Grammar.Item {
    symbol("prepositional phrase") { grammar in
      let preposition = grammar.choice("preposition", Lexicon.prepositions)
      return Features.all.map { (1, [preposition, grammar.nounPhrase($0, .attractor)]) }
    }
  }

  /// "that the chefs own", said of a noun of `kind`: only kinds with a verb for it may be its subject.
  private mutating func objectRelative(of kind: Int) -> Grammar.Item {
    symbol("object relative \(kind)") { grammar in
      Features.all.compactMap { subject in
        guard let verb = subject.words.transitive.first(where: { Lexicon.kind(named: $0.object) == kind })
        else { return nil }
        let place = Position.subject(depth: 1)
        return (
          1,
          [
            grammar.word(" that"), grammar.nounPhrase(subject, place), grammar.innerModifier(subject),
            grammar.verb(verb.verb, subject.number, depth: 1),
          ]
        )
      }
    }
  }

  /// What may be between the subject and the verb inside a relative clause.
  private mutating func innerModifier(_ subject: Features) -> Grammar.Item {
    symbol("inner modifier \(subject.name)") { grammar in
      [
        (0.72, []), (0.22, [grammar.prepositional()]),
        (0.06, [grammar.subjectRelative(subject, depth: 1)]),
      ]
    }
  }

  /// "that own the keys"
  private mutating func subjectRelative(_ subject: Features, depth: Int) -> Grammar.Item {
    symbol("subject relative \(subject.name) \(depth)") { grammar in
      [(1, [grammar.word(" that"), grammar.transitive(subject, depth: depth)])]
    }
  }

  /// What is said of the subject.
  private mutating func verbPhrase(_ subject: Features) -> Grammar.Item {
    symbol("verb phrase \(subject.name)") { grammar in
      let lexical = grammar.lexical(subject)
      let adverb = grammar.choice("adverb", Lexicon.adverbs)
      return [(0.58, [lexical]), (0.12, [adverb, lexical]), (0.30, [grammar.copular(subject)])]
    }
  }

  private mutating func lexical(_ subject: Features) -> Grammar.Item {
    symbol("lexical verb phrase \(subject.name)") { grammar in
      [
        (0.65, [grammar.transitive(subject, depth: 0)]),
        (
          0.35,
          [
            grammar.symbol("intransitive \(subject.name)") { grammar in
              subject.words.intransitive.enumerated().map {
                (zipf($0.offset), [grammar.verb($0.element, subject.number, depth: 0)])
              }
            }
          ]
        ),
      ]
    }
  }

  /// "own the keys": the verb decides the kind of its object.
  private mutating func transitive(_ subject: Features, depth: Int) -> Grammar.Item {
    symbol("transitive \(subject.name) \(depth)") { grammar in
      subject.words.transitive.map { verb in
        let object = grammar.object(Lexicon.kind(named: verb.object))
        return (1, [grammar.verb(verb.verb, subject.number, depth: depth), object])
      }
    }
  }

  private mutating func object(_ kind: Int) -> Grammar.Item {
    symbol("object \(kind)") { grammar in
      Features.of(kind: kind).map { (1, [grammar.nounPhrase($0, .object)]) }
    }
  }

  /// "are rusty"
  private mutating func copular(_ subject: Features) -> Grammar.Item {
    symbol("copular \(subject.name)") { grammar in
      let adjective = grammar.choice("adjective of \(subject.kind)", subject.words.adjectives)
      return Lexicon.copulas.enumerated().map {
        (zipf($0.offset), [grammar.verb($0.element, subject.number, depth: 0), adjective])
      }
    }
  }

  /// "in the morning"
  private mutating func time() -> Grammar.Item {
    symbol("time") { grammar in
      [
        (0.5, []),
        (0.5, [grammar.word(" in"), grammar.word(" the"), grammar.choice("time of", Lexicon.times)]),
      ]
    }
  }

  /// Nothing, the subject's kind once more, a second verb phrase, or both.
  private mutating func ending(_ subject: Features) -> Grammar.Item {
    symbol("ending \(subject.name)") { grammar in
      let second = [grammar.word(" and"), grammar.verbPhrase(subject), grammar.time()]
      let comparison = grammar.comparison(subject)
      return [(0.45, []), (0.30, [comparison]), (0.15, second), (0.10, second + [comparison])]
    }
  }

  /// ", like all tools"
  private mutating func comparison(_ subject: Features) -> Grammar.Item {
    let determiner = word(subject.number == .singular ? " any" : " all")
    let kind = word(" " + subject.words.name.form(subject.number))
    return symbol("comparison \(subject.name)") { grammar in
      [(1, [grammar.word(","), grammar.word(" like"), determiner, kind])]
    }
  }

  private mutating func noun(_ features: Features, _ position: Position) -> Grammar.Item {
    symbol("noun \(features.name) \(position)") { grammar in
      features.words.nouns.enumerated().map { rank, noun in
        let word = GrammarWord(
          " " + noun.form(features.number), role: position.role, lemma: noun.singular,
          number: features.number)
        return (zipf(rank), [grammar.word(word)])
      }
    }
  }

  private mutating func determiner(_ number: GrammarWord.Number, _ position: Position) -> Grammar.Item {
    let isFirst = position == .subject(depth: 0)
    return symbol("determiner \(number) \(isFirst)") { grammar in
      let near = grammar.word(number == .singular ? " this" : " these")
      let many = grammar.word(number == .singular ? " every" : " many")
      return isFirst
        ? [(0.7, [grammar.word(" the")]), (0.2, [near]), (0.1, [many])]
        : [(0.88, [grammar.word(" the")]), (0.12, [near])]
    }
  }

  private mutating func verb(
    _ verb: Lexicon.Verb, _ number: GrammarWord.Number, depth: Int
  ) -> Grammar.Item {
    word(
      GrammarWord(" " + verb.form(number), role: .verb(depth: depth), lemma: verb.plural, number: number))
  }

  /// One of `words`, the first most often.
  private mutating func choice(_ name: String, _ words: [String]) -> Grammar.Item {
    symbol(name) { grammar in
      words.enumerated().map { (zipf($0.offset), [grammar.word(" " + $0.element)]) }
    }
  }
}
